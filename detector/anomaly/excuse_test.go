package anomaly

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// beatBench is a shop with a cron that logs three lines every 14 buckets.
type beatBench struct {
	*bench
	beats bool // the cron still runs
	also  bool // another one has begun
}

func (b *beatBench) step(stalled bool) []detector.Signal {
	bucket := b.bucket()
	cron := func(shape detector.ShapeID) {
		bucket.Rows = append(bucket.Rows, detector.Row{
			Series: detector.Series{Class: detector.ClassLine, Service: "shop", Level: detector.LevelInfo, Shape: shape}, Lines: 3, Bytes: 300,
		})
	}
	if b.n%14 == 0 && b.beats {
		cron(300)
	}
	if b.n%14 == 7 && b.also {
		cron(301)
	}
	if stalled {
		bucket.Rows = nil
	}
	b.n++
	return b.suite.Step(bucket)
}

// TestWhatExcusesASilentCron: a silence of its service that it has outlived, or a new cron beside which it went on, does not; one that it
// did not come back from, or a successor, does.
func TestWhatExcusesASilentCron(t *testing.T) {
	learned := &beatBench{bench: newBench(Options{}, shop()...), beats: true}
	for range 2*dayBuckets + 1400 {
		learned.step(false)
	}
	saved, err := learned.suite.AppendState(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		stall   int // buckets of the service without a line, of which the last is so many before the cron's last beat
		before  int
		also    int // the other cron begins so many buckets before the last beat; 0 for never
		notices bool
	}{
		{"nothing", 0, 0, 0, false},
		{"a stall of the shipper before its last beat", 2, 3, 0, false},
		{"a restart after it", 4, -2, 0, true},
		{"another cron beside which it went on", 0, 0, 60, false},
		{"a successor", 0, 0, -3, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &beatBench{bench: newBench(Options{}, shop()...), beats: true}
			f.n = learned.n
			f.suite = New(Options{})
			if err := f.suite.Restore(saved); err != nil {
				t.Fatal(err)
			}
			last := (f.n/14 + 6) * 14
			var said *detector.Signal
			for range 300 {
				f.beats = f.n <= last
				f.also = c.also != 0 && f.n >= last-int64(c.also)
				until := last - int64(c.before)
				for _, s := range f.step(f.n > until-int64(c.stall) && f.n <= until) {
					if s.Kind == detector.KindSilence && s.Series.Shape == 300 && said == nil {
						said = &s
					}
				}
			}
			if said == nil {
				t.Fatal("the silence is not called")
			}
			if got := said.Severity == detector.SeverityNotice; got != c.notices {
				t.Errorf("a notice: %v, want %v; called %s after the last beat", got, c.notices,
					said.At.Sub(start.Add(time.Duration(last)*width)))
			}
		})
	}
}
