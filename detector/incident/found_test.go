package incident

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/sketch"
)

var leaked = detector.Series{Class: detector.ClassSecret, Service: "stock", Name: "password", Key: "dsn"}

// holds is what one bucket holds of the secret: lines by offset, all of partition 3.
func holds(bucket time.Time, offsets ...int64) detector.Signal {
	s := signal(detector.KindSecret, leaked, float64(len(offsets)), 0)
	s.At, s.Onset = bucket.Add(10*time.Second), bucket
	s.Found = &detector.Found{Bucket: bucket, Lines: uint64(len(offsets)), Places: &sketch.Places{}}
	for _, o := range offsets {
		s.Found.Places.Add("logs", 3, o, bucket.Add(time.Duration(o)*time.Millisecond), "host-a", "0a0b0c0d")
	}
	return s
}

func early(s detector.Signal) []detector.Signal {
	s.Early, s.At = true, s.At.Add(-time.Second)
	return []detector.Signal{s}
}

func TestASecretIsLocatedAndCounted(t *testing.T) {
	tr := New(Options{})
	first := early(holds(start, 5))
	got := tr.Early(first[0].At, first)
	if len(got) != 1 || got[0].Event != detector.ChangeOpened || got[0].Quiet {
		t.Fatalf("%+v", got)
	}
	in := got[0].Incident
	want := []detector.Span{{Topic: "logs", Partition: 3, From: 5, To: 5, Lines: 1}}
	if d := cmp.Diff(want, in.Places); d != "" || in.Lines != 1 || in.HostCount != 1 || !in.Onset.Equal(start.Add(5*time.Millisecond)) {
		t.Errorf("%s %+v", d, in)
	}
	if in.Timeline[0].Text != "topic logs, partition 3, offset 5" {
		t.Errorf("timeline %+v", in.Timeline)
	}
	// The same bucket whole, then one that is not: no line is counted twice, and nobody is told again.
	got = tr.Step(start.Add(10*time.Second), []detector.Signal{holds(start, 5, 6)})
	got = append(got, tr.Early(start.Add(25*time.Second), early(holds(start.Add(20*time.Second), 9)))...)
	for _, ch := range got {
		if ch.Event != detector.ChangeUpdated || !ch.Quiet {
			t.Errorf("%s of %q is told", ch.Event, ch.Incident.Title)
		}
	}
	in = got[len(got)-1].Incident
	want = []detector.Span{{Topic: "logs", Partition: 3, From: 5, To: 6, Lines: 2}, {Topic: "logs", Partition: 3, From: 9, To: 9, Lines: 1}}
	if d := cmp.Diff(want, in.Places); d != "" || in.Lines != 3 {
		t.Errorf("%s %d lines", d, in.Lines)
	}
}

// TestLastLinesOfASecretAreTold asks that figures which were too fresh to be stored at once are stored when nothing
// more comes.
func TestLastLinesOfASecretAreTold(t *testing.T) {
	tr := New(Options{})
	s := early(holds(start, 5))
	tr.Early(start.Add(9*time.Second), s)
	last := tr.Step(start.Add(10*time.Second), []detector.Signal{holds(start, 5, 6, 7)})
	if len(last) != 0 {
		t.Fatalf("stored again after a second: %+v", last)
	}
	for i := range 3 {
		last = append(last, tr.Step(start.Add(time.Duration(20+10*i)*time.Second), nil)...)
	}
	if len(last) != 1 || last[0].Incident.Lines != 3 || !last[0].Quiet {
		t.Errorf("%+v", last)
	}
}

func TestASecretThatIsLoggedAfterItWasDealtWithIsTold(t *testing.T) {
	tr := New(Options{})
	opened := tr.Step(start.Add(10*time.Second), []detector.Signal{holds(start, 5)})
	id := opened[0].Incident.ID
	tr.Dismiss(id, start.Add(14*time.Second))
	if got := tr.Step(start.Add(20*time.Second), []detector.Signal{holds(start.Add(10*time.Second), 6)}); len(got) != 0 {
		t.Errorf("lines that were under way are told: %+v", got)
	}
	got := tr.Early(start.Add(21*time.Second), early(holds(start.Add(20*time.Second), 7)))
	if len(got) != 1 || got[0].Event != detector.ChangeReopened || got[0].Incident.ID != id || got[0].Incident.Lines != 1 {
		t.Fatalf("%+v", got)
	}
	want := []detector.Span{{Topic: "logs", Partition: 3, From: 7, To: 7, Lines: 1}}
	if d := cmp.Diff(want, got[0].Incident.Places); d != "" {
		t.Error(d)
	}
}

// TestASecretIsCountedExactlyOverRestarts plays random buckets, each tried several times before it is complete, with
// owners that stop anywhere: the next one has the state of some bucket before, or none and what the store holds.
func TestASecretIsCountedExactlyOverRestarts(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 13))
	for round := range 200 {
		tr := New(Options{})
		var stored *detector.Incident
		var saved []byte
		savedAt := 0
		keep := func(changes []detector.Change) {
			for _, ch := range changes {
				if stored == nil || !ch.Incident.UpdatedAt.Before(stored.UpdatedAt) { // as the store does
					stored = ch.Incident
				}
			}
		}
		buckets := make([][]int64, 3+random.IntN(20))
		offset := int64(0)
		for i := range buckets {
			for range random.IntN(4) {
				offset += int64(1 + random.IntN(3))
				buckets[i] = append(buckets[i], offset)
			}
		}
		at := func(i int) time.Time { return start.Add(time.Duration(i) * 10 * time.Second) }
		for i := 0; i < len(buckets); i++ {
			for n := range buckets[i] {
				s := early(holds(at(i), buckets[i][:n+1]...))
				keep(tr.Early(at(i).Add(time.Duration(n+1)*time.Second), s))
			}
			if random.IntN(6) == 0 { // the owner is killed; the next one judges again from the saved state
				tr = New(Options{})
				if saved != nil {
					if err := tr.Restore(saved); err != nil {
						t.Fatal(err)
					}
				}
				var next time.Time
				if savedAt > 0 {
					next = at(savedAt)
				}
				if stored != nil {
					tr.Adopt(stored, next)
				}
				i = savedAt
			}
			var held []detector.Signal
			if len(buckets[i]) > 0 {
				held = append(held, holds(at(i), buckets[i]...))
			}
			keep(tr.Step(at(i+1), held))
			if random.IntN(4) == 0 {
				var err error
				if saved, err = tr.AppendState(nil); err != nil {
					t.Fatal(err)
				}
				savedAt = i + 1
			}
		}
		var lines uint64
		for _, b := range buckets {
			lines += uint64(len(b))
		}
		for i := range 12 { // quiet: what was not stored yet is
			keep(tr.Step(at(len(buckets)+1+i), nil))
		}
		if lines == 0 {
			continue
		}
		var located uint64
		for _, s := range stored.Places {
			located += s.Lines
		}
		if stored.Lines != lines || located != lines {
			t.Fatalf("round %d: %d lines, counted %d, located %d", round, lines, stored.Lines, located)
		}
	}
}

// TestFiguresAreNotHandedOutWhileBucketsAreJudgedAgain: an owner that judges from the start what one before it judged finds a
// line in the newest bucket at once. What it returns of the old buckets is not kept, so the sum is handed out after them.
func TestFiguresAreNotHandedOutWhileBucketsAreJudgedAgain(t *testing.T) {
	before := New(Options{})
	opened := before.Step(start.Add(10*time.Second), []detector.Signal{holds(start, 5)})
	until := start.Add(2 * time.Minute)
	tr := New(Options{})
	tr.Judged(time.Time{}, until)
	tr.Adopt(opened[0].Incident, time.Time{})
	newest := start.Add(10 * time.Minute)
	if got := tr.Early(newest, early(holds(newest, 8, 9))); len(got) != 0 {
		t.Errorf("%d lines are told while the first bucket is not judged again", got[0].Incident.Lines)
	}
	var told []uint64
	for at := start; at.Before(newest); at = at.Add(10 * time.Second) {
		var signals []detector.Signal
		if at.Equal(start) {
			signals = append(signals, holds(start, 5))
		}
		for _, ch := range tr.Step(at.Add(10*time.Second), signals) {
			if end := at.Add(10 * time.Second); !end.After(until) {
				t.Errorf("%s with %d lines at %s, of a bucket that was judged before", ch.Event, ch.Incident.Lines, end)
			}
			told = append(told, ch.Incident.Lines)
		}
	}
	if len(told) != 1 || told[0] != 3 {
		t.Errorf("told %v lines, want 3 once", told)
	}
}
