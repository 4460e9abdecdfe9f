package anomaly

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/sketch"
)

// lateRow are lines of a service that came into buckets that were judged already.
func lateRow(service string, lines uint64) detector.Row {
	return detector.Row{Series: detector.Series{Class: detector.ClassLate, Service: service}, Lines: lines}
}

// stepWith steps a bucket of the traffic with rows beside it.
func (b *bench) stepWith(rows ...detector.Row) []detector.Signal {
	k := b.bucket()
	b.n++
	k.Rows = append(k.Rows, rows...)
	for i := range rows {
		if rows[i].Series.Class == detector.ClassLate {
			k.Late += rows[i].Lines
		}
	}
	return b.suite.Step(k)
}

func TestLateLinesAreToldAndAreNoSurge(t *testing.T) {
	b := newBench(Options{}, shop()...)
	b.run(dayBuckets + 500)
	for i := range 64 { // a forwarder brings ten minutes of a half of the hosts at once, then keeps up
		var rows []detector.Row
		if i < 3 {
			rows = append(rows, lateRow("shop", 2000))
		}
		for _, s := range b.stepWith(rows...) {
			if s.Kind != detector.KindLate || s.Service != "shop" || s.Reason == "" {
				t.Fatalf("bucket %d: %s of %v", i, s.Kind, s.Series)
			}
			if i >= 3 || s.Observed != 2000*float64(i+1) || s.Window != time.Duration(i+1)*width {
				t.Errorf("bucket %d: %g lines in %s", i, s.Observed, s.Window)
			}
		}
	}
	if got := b.stepWith(lateRow("shop", 3)); len(got) != 0 {
		t.Errorf("three late lines are told: %+v", got)
	}
	if got := b.stepWith(lateRow("shop", 900)); len(got) != 1 || got[0].Observed != 903 {
		t.Errorf("a new stretch counts from its begin: %+v", got)
	}
}

// TestWhatWasHeldBackIsNoSurge lets a forwarder stand still, then bring all at once lines that have no time of their own.
func TestWhatWasHeldBackIsNoSurge(t *testing.T) {
	b := newBench(Options{}, shop()...)
	b.run(2 * dayBuckets)
	saved, err := b.suite.AppendState(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, held := range []int{3, 12, 60, 180} {
		c := *b
		c.suite = New(Options{})
		if err := c.suite.Restore(saved); err != nil {
			t.Fatal(err)
		}
		c.lines = nil
		got := c.run(held)
		for _, l := range b.lines {
			l.rate *= float64(held)
			c.lines = append(c.lines, l)
		}
		got = append(got, c.run(1)...)
		c.lines = b.lines
		got = append(got, c.run(90)...)
		for _, s := range got {
			if s.Kind != detector.KindSilence {
				t.Errorf("%d buckets held back: %s of %v, observed %g", held, s.Kind, s.Series, s.Observed)
			}
		}
		if held >= 12 && len(got) == 0 {
			t.Errorf("%d buckets without a line are no silence", held)
		}
	}
}

func TestSkewIsToldWithItsSize(t *testing.T) {
	b := newBench(Options{}, shop()...)
	b.run(400)
	key := detector.Series{Class: detector.ClassSkew, Service: "shop", Name: "behind", Key: "web-1"}
	sum := sketch.New(0)
	sum.AddNumber(-600)
	sum.AddNumber(-602)
	got := b.stepWith(detector.Row{Series: key, Lines: 2, Summary: sum})
	if len(got) != 1 || got[0].Kind != detector.KindSkew || got[0].Observed != -601 || got[0].Unit != "s" || got[0].Series != key {
		t.Errorf("%+v", got)
	}
}

// records is the row of a partition.
func records(partition string, n uint64) detector.Row {
	return detector.Row{Series: detector.Series{Class: detector.ClassInput, Name: "logs", Key: partition}, Lines: n}
}

// silentAt feeds three partitions for two hours, then without "1", and gives the bucket of the first signal; -1 for none.
func silentAt(t *testing.T, buckets int, rows func(i int) []detector.Row) int {
	t.Helper()
	s := New(Options{})
	for i := range 720 + buckets {
		b := &detector.Bucket{Start: start.Add(time.Duration(i) * width), Width: width, Rows: rows(i - 720)}
		for _, sig := range s.Step(b) {
			if sig.Kind != detector.KindLoss || sig.Severity != detector.SeverityNotice || sig.Series.Key != "1" || sig.Expected < leastExpected {
				t.Fatalf("bucket %d: %+v", i, sig)
			}
			return i - 720
		}
	}
	return -1
}

func TestAPartitionThatFallsSilent(t *testing.T) {
	tests := []struct {
		name string
		rows func(i int) []detector.Row
		want int
	}{
		{"the others go on", func(i int) []detector.Row {
			if i < 0 {
				return []detector.Row{records("0", 20), records("1", 20), records("2", 20)}
			}
			return []detector.Row{records("0", 20), records("2", 20)}
		}, 29},
		{"none goes on", func(i int) []detector.Row {
			if i < 0 {
				return []detector.Row{records("0", 20), records("1", 20), records("2", 20)}
			}
			return nil
		}, -1},
		{"it often is", func(i int) []detector.Row {
			rows := []detector.Row{records("0", 20), records("2", 20)}
			if i < 0 && (i+720)%30 < 10 {
				rows = append(rows, records("1", 60))
			}
			return rows
		}, 40},
		{"it brings little", func(i int) []detector.Row {
			rows := []detector.Row{records("0", 20), records("2", 20)}
			if i < 0 && i%20 == 0 {
				rows = append(rows, records("1", 1))
			}
			return rows
		}, -1},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			if got := silentAt(t, 300, c.rows); got != c.want {
				t.Errorf("told in bucket %d, want %d", got, c.want)
			}
		})
	}
}

// A service whose lines all come too late is not silent, nor is what it does a fall: that they are late is told.
func TestWhatComesLateIsNoSilence(t *testing.T) {
	base := newBench(Options{}, shop()...)
	base.run(2 * dayBuckets)
	saved, err := base.suite.AppendState(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		quiet   int // buckets without a line before the late ones
		silence bool
	}{{"at once", 0, false}, {"after a silence", 30, true}} {
		t.Run(c.name, func(t *testing.T) {
			b := *base
			b.suite, b.lines = New(Options{}), nil
			if err := b.suite.Restore(saved); err != nil {
				t.Fatal(err)
			}
			silent := false
			for range c.quiet {
				for _, s := range b.stepWith() {
					silent = silent || s.Kind == detector.KindSilence
				}
			}
			if silent != c.silence {
				t.Fatalf("silent: %v", silent)
			}
			late := false
			for i := range 360 {
				for _, s := range b.stepWith(lateRow("shop", 90)) {
					late = late || s.Kind == detector.KindLate
					if s.Kind != detector.KindLate && (s.Severity == "" || s.Kind == detector.KindSilence) && i > 3 {
						t.Fatalf("bucket %d: %s of %v", i, s.Kind, s.Series)
					}
				}
			}
			if !late {
				t.Error("that they come late is not told")
			}
		})
	}
}
