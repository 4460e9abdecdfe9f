package anomaly

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// born plays four services with the day of an office, for a day and two hours, and then one more of which rate is the
// traffic by the hour of the day, until eleven. It returns how far the lines that are expected of it are from its rate, as
// the mean of |ln|, from a quarter past eight to nine and from ten to eleven, and its pages. Saved, the suite is saved and
// restored at seven.
func born(t *testing.T, others bool, rate func(hour float64) float64, saved bool) (steep, later float64, pages int) {
	t.Helper()
	const hour = dayBuckets / 24
	r := rand.New(rand.NewPCG(5, 6))
	s := New(Options{})
	for n := range 35 * hour {
		at := float64(n%dayBuckets) / hour
		b := &detector.Bucket{Start: start.Add(time.Duration(n) * width), Width: width}
		add := func(service string, traffic float64) {
			for i := range 3 {
				if x := poisson(r, traffic*float64(8+8*i)); x > 0 {
					b.Rows = append(b.Rows, detector.Row{Series: detector.Series{
						Service: service, Environment: "prod", Level: detector.LevelInfo, Shape: detector.ShapeID(10 + i),
					}, Lines: x, Bytes: 100 * x})
				}
			}
		}
		for _, name := range []string{"a", "b", "c", "d"} {
			if others || name == "a" {
				add(name, office(at))
			}
		}
		if n >= 26*hour {
			add("new", rate(at))
		}
		for _, sig := range s.Step(b) {
			if sig.Service == "new" && sig.ExplainedBy == "" && sig.Severity != detector.SeverityNotice {
				t.Logf("%s at %s: observed %.1f, expected %.1f, score %.0f", sig.Kind, sig.At.Format("15:04:05"), sig.Observed, sig.Expected, sig.Score)
				pages++
			}
		}
		if saved && n == 31*hour {
			state, err := s.AppendState(nil)
			if err != nil {
				t.Fatal(err)
			}
			s = New(Options{})
			if err := s.Restore(state); err != nil {
				t.Fatal(err)
			}
		}
		svc := s.services[serviceKey{"new", "prod"}]
		switch off := func() float64 { return math.Abs(math.Log(svc.regular.mu / (rate(at) * 48))) }; {
		case n >= 32*hour+hour/4 && n < 33*hour:
			steep += off() / (hour * .75)
		case n >= 34*hour:
			later += off() / hour
		}
	}
	return steep, later, pages
}

func TestAServiceBornLateBorrowsTheDayOfServicesLikeIt(t *testing.T) {
	alone, _, _ := born(t, false, office, false)
	steep, later, pages := born(t, true, office, false)
	t.Logf("off by %.3f alone, by %.3f with others", alone, steep)
	if steep > .5*alone || steep > .2 {
		t.Errorf("in its first morning a service is expected to be off by %.2f in ln, alone by %.2f", steep, alone)
	}
	if pages > 0 {
		t.Errorf("%d pages of its first hours", pages)
	}
	steepSaved, laterSaved, _ := born(t, true, office, true)
	if steepSaved != steep || laterSaved != later {
		t.Errorf("a suite that was restored expects something else: off by %v and %v, the other by %v and %v", steepSaved, laterSaved, steep, later)
	}
}

func TestAServiceBornLateLeavesWhatIsUnlikeIt(t *testing.T) {
	flat := func(float64) float64 { return .3 }
	_, alone, _ := born(t, false, flat, false)
	_, later, pages := born(t, true, flat, false)
	if later > alone+.1 {
		t.Errorf("at ten a service without a day is expected to be off by %.2f in ln, alone by %.2f", later, alone)
	}
	if pages > 0 {
		t.Errorf("%d pages of its first hours", pages)
	}
}
