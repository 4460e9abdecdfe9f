package anomaly

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// start of every test's time: a Monday.
var start = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

const width = 10 * time.Second

// line is a template with a rate in lines a bucket.
type line struct {
	service string
	level   detector.Level
	shape   detector.ShapeID
	rate    float64
}

// bench steps a suite through Poisson traffic of lines, with what extra adds.
type bench struct {
	suite *Suite
	rng   *rand.Rand
	lines []line
	n     int64
}

func newBench(o Options, lines ...line) *bench {
	return &bench{suite: New(o), rng: rand.New(rand.NewPCG(7, 9)), lines: lines}
}

func (b *bench) bucket(extra ...line) *detector.Bucket {
	out := &detector.Bucket{Start: start.Add(time.Duration(b.n) * width), Width: width}
	all := append(append([]line(nil), b.lines...), extra...)
	at := map[detector.Series]int{}
	for _, l := range all {
		x := poisson(b.rng, l.rate)
		if x == 0 {
			continue
		}
		s := detector.Series{Class: detector.ClassLine, Service: l.service, Level: l.level, Shape: l.shape}
		if i, there := at[s]; there {
			out.Rows[i].Lines += x
			continue
		}
		at[s] = len(out.Rows)
		out.Rows = append(out.Rows, detector.Row{Series: s, Lines: x, Bytes: x * 100})
	}
	return out
}

// run steps buckets and returns the primaries that are new, by kind and series, in order.
func (b *bench) run(buckets int, extra ...line) []detector.Signal {
	var out []detector.Signal
	seen := map[string]bool{}
	for range buckets {
		sigs := b.suite.Step(b.bucket(extra...))
		b.n++
		for _, s := range sigs {
			key := string(s.Kind) + "/" + s.Series.Service + s.Series.Shape.String() + s.Series.Level.String()
			if s.ExplainedBy == "" && s.Severity == "" && !seen[key] {
				seen[key] = true
				out = append(out, s)
			}
		}
	}
	return out
}

func shop() []line {
	var out []line
	for i := range 12 {
		out = append(out, line{"shop", detector.LevelInfo, detector.ShapeID(100 + i), 2 + float64(i)})
	}
	return append(out,
		line{"shop", detector.LevelError, 200, .3},
		line{"shop", detector.LevelError, 201, 1.5},
		line{"shop", detector.LevelWarn, 202, .05},
	)
}

const dayBuckets = 8640

func one(t *testing.T, got []detector.Signal, kind detector.Kind) detector.Signal {
	t.Helper()
	if len(got) != 1 || got[0].Kind != kind {
		for _, s := range got {
			t.Logf("%s %v observed %.1f expected %.2f at %s score %.0f", s.Kind, s.Series, s.Observed, s.Expected, s.At, s.Score)
		}
		t.Fatalf("%d primaries, want one %s", len(got), kind)
	}
	return got[0]
}

func TestFaults(t *testing.T) {
	b := newBench(Options{}, shop()...)
	if got := b.run(2 * dayBuckets); len(got) != 0 {
		one(t, got, "none")
	}
	saved, err := b.suite.AppendState(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("state: %d bytes for %d series", len(saved), b.suite.Series())
	fresh := func() *bench {
		c := *b
		c.suite = New(Options{})
		if err := c.suite.Restore(saved); err != nil {
			t.Fatal(err)
		}
		return &c
	}
	t.Run("flood of a new error that hides a rare one", func(t *testing.T) {
		c := fresh()
		got := c.run(12, line{"shop", detector.LevelError, 900, 20000}, line{"shop", detector.LevelError, 901, .4})
		for _, s := range got {
			t.Logf("%s %v observed %.1f expected %.2f at %s score %.0f hidden %v", s.Kind, s.Series, s.Observed, s.Expected, s.At, s.Score, s.Hidden)
		}
		last := got[len(got)-1]
		if last.Kind != detector.KindMaskedError || last.Hidden.TemplateID != 901 || last.Series != got[0].Series {
			t.Fatal("the hidden error is not named")
		}
	})
	t.Run("a flood does not hide the flood before it", func(t *testing.T) {
		c := fresh()
		c.run(12, line{"shop", detector.LevelError, 900, 20000}, line{"shop", detector.LevelError, 901, .4})
		c.run(90)
		c.run(12, line{"shop", detector.LevelError, 902, 3000}, line{"shop", detector.LevelError, 903, .4})
		sigs := c.suite.Step(c.bucket(line{"shop", detector.LevelError, 902, 3000}, line{"shop", detector.LevelError, 903, .4}))
		for _, s := range sigs {
			if s.Hidden != nil && s.Hidden.TemplateID != 903 {
				t.Errorf("%s of %v is said to hide %v", s.Kind, s.Series, s.Hidden.TemplateID)
			}
			if s.ExplainedBy == "" && s.Kind == detector.KindMaskedError && s.Hidden != nil {
				return
			}
		}
		t.Errorf("the hidden error is not named: %v", sigs)
	})
	t.Run("debug switch", func(t *testing.T) {
		one(t, fresh().run(12, line{"shop", detector.LevelDebug, 900, 500}, line{"shop", detector.LevelDebug, 901, 300}), detector.KindSurge)
	})
	t.Run("service falls silent", func(t *testing.T) {
		c := fresh()
		c.lines = nil
		got := one(t, c.run(12), detector.KindSilence)
		if got.Series.Shape != 0 {
			t.Fatal("not the whole service")
		}
	})
	t.Run("errors creep up", func(t *testing.T) {
		c := fresh()
		var got []detector.Signal
		for i := range 40 {
			got = append(got, c.run(1, line{"shop", detector.LevelError, 201, 1.5 * min(2, float64(i)/6)})...)
		}
		if len(got) == 0 {
			t.Fatal("not found")
		}
		if s := got[0]; s.Kind != detector.KindErrorSpike || s.At.Sub(s.Onset) > 5*time.Minute {
			t.Fatal(s)
		}
		t.Log(got[0].At.Sub(b.suite.moment(start.Add(2*dayBuckets*width), 0).start))
	})
	t.Run("secret", func(t *testing.T) {
		c := fresh()
		bk := c.bucket(line{"shop", detector.LevelError, 950, 4})
		bk.Rows = append(bk.Rows, detector.Row{Series: detector.Series{Class: detector.ClassSecret, Service: "shop", Name: "password", Key: "db"}, Lines: 3})
		peek := c.suite.Peek(bk)
		if len(peek) != 1 || peek[0].Kind != detector.KindSecret {
			t.Fatal(peek)
		}
		for _, s := range c.suite.Step(bk) {
			if s.Kind != detector.KindSecret && s.ExplainedBy == "" {
				t.Fatal(s)
			}
		}
	})
}

func poisson(rng *rand.Rand, mean float64) uint64 {
	if mean <= 0 {
		return 0
	}
	if mean > 50 {
		return uint64(max(0, mean+rng.NormFloat64()*math.Sqrt(mean)+.5))
	}
	n, p, u := uint64(0), math.Exp(-mean), rng.Float64()
	for s := p; u > s && n < 1000; {
		n++
		p *= mean / float64(n)
		s += p
	}
	return n
}
