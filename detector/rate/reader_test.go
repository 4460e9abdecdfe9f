package rate_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

func TestHistory(t *testing.T) {
	b := rate.NewMemory()
	c := counter(t, b, 1, rate.CounterOptions{})
	for i := range 90 { // a line a second for one and a half minutes, then a gap, then one more
		c.Line(epoch0.Add(time.Duration(i)*time.Second), "shop", "prod", detector.LevelInfo, 5, 10)
		c.Line(epoch0, "other", "prod", detector.LevelInfo, 5, 10)
	}
	c.Line(epoch0.Add(11*time.Minute), "shop", "prod", detector.LevelError, 6, 7)
	mustFlush(t, c, rate.Checkpoint{Next: 1, Watermark: epoch0.Add(12 * time.Minute)})
	shop := func(s detector.Series) bool { return s.Service == "shop" }
	for _, q := range []struct {
		name     string
		from, to time.Duration
		step     time.Duration
		want     []uint64
	}{
		{"fine", 0, time.Minute, 10 * time.Second, []uint64{10, 10, 10, 10, 10, 10}},
		{"fine, widened", 65 * time.Second, 101 * time.Second, 30 * time.Second, []uint64{30, 0}},
		{"coarse", 0, 15 * time.Minute, 5 * time.Minute, []uint64{90, 0, 1}},
		{"coarser", 0, 20 * time.Minute, 10 * time.Minute, []uint64{90, 1}},
		{"nothing", time.Hour, time.Hour, 10 * time.Second, nil},
	} {
		points, err := readerOf(b).History(context.Background(), rate.Query{From: epoch0.Add(q.from), To: epoch0.Add(q.to), Step: q.step, Match: shop})
		if err != nil {
			t.Fatal(err)
		}
		var got []uint64
		for i, p := range points {
			got = append(got, p.Lines)
			if i > 0 && p.Start.Sub(points[i-1].Start) != q.step {
				t.Errorf("%s: step from %v to %v", q.name, points[i-1].Start, p.Start)
			}
		}
		if diff := cmp.Diff(q.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", q.name, diff)
		}
	}
	for want, q := range map[string]rate.Query{
		"multiple": {From: epoch0, To: epoch0.Add(time.Hour), Step: 15 * time.Second},
		"at most":  {From: epoch0, To: epoch0.Add(1e5 * time.Hour), Step: 10 * time.Second},
	} {
		if _, err := readerOf(b).History(context.Background(), q); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("step %v: %v, want %q in it", q.Step, err, want)
		}
	}
}

// TestSides looks at more series than one answer of Courses has room for.
func TestSides(t *testing.T) {
	b := rate.NewMemory()
	c := counter(t, b, 1, rate.CounterOptions{})
	const values = 2 * rate.MaxCourses
	field := func(i int) detector.Series {
		return detector.Series{Class: detector.ClassField, Service: "shop", Name: "pod", Key: strconv.Itoa(i)}
	}
	onset := epoch0.Add(10 * time.Minute)
	for i := range values {
		c.Hit(field(i), onset.Add(-time.Minute), 2, 0)
		c.Hit(field(i), onset.Add(-rate.Fine), uint64(i), 0)
		c.Hit(field(i), onset, 5, 0)
		c.Hit(field(i), onset.Add(-time.Hour), 100, 0)
		c.Hit(field(i), onset.Add(time.Hour), 100, 0)
	}
	c.Line(onset, "shop", "prod", detector.LevelInfo, 5, 10)
	mustFlush(t, c, rate.Checkpoint{Next: 1, Watermark: epoch0})
	got, err := readerOf(b).Sides(context.Background(), rate.Query{
		From: onset.Add(-30 * time.Minute), To: onset.Add(time.Minute),
		Match: func(s detector.Series) bool { return s.Class == detector.ClassField },
	}, onset.Add(3*time.Second))
	if err != nil || len(got) != values {
		t.Fatalf("%d series, %v, want %d", len(got), err, values)
	}
	for i := range values {
		if want := (rate.Sides{Before: 2 + uint64(i), Since: 5}); got[field(i)] != want {
			t.Fatalf("value %d: %+v, want %+v", i, got[field(i)], want)
		}
	}
}

func TestSumByDimensions(t *testing.T) {
	b := rate.NewMemory()
	c := counter(t, b, 1, rate.CounterOptions{})
	c.Line(epoch0, "a", "prod", detector.LevelInfo, 5, 10)
	c.Line(epoch0, "a", "prod", detector.LevelError, 6, 20)
	c.Line(epoch0, "b", "test", detector.LevelInfo, 5, 40)
	c.Hit(detector.Series{Class: detector.ClassRule, Name: "no line"}, epoch0, 100, 100)
	mustFlush(t, c, rate.Checkpoint{Next: 1, Watermark: epoch0.Add(5 * time.Second)})
	for name, q := range map[string]struct {
		by   rate.By
		want []rate.Count
	}{
		"all":            {rate.By{}, []rate.Count{{Lines: 3, Bytes: 70}}},
		"service":        {rate.By{Service: true}, []rate.Count{{Service: "a", Lines: 2, Bytes: 30}, {Service: "b", Lines: 1, Bytes: 40}}},
		"shape":          {rate.By{Shape: true}, []rate.Count{{Shape: 5, Lines: 2, Bytes: 50}, {Shape: 6, Lines: 1, Bytes: 20}}},
		"env and level":  {rate.By{Environment: true, Level: true}, []rate.Count{{Environment: "prod", Level: detector.LevelInfo, Lines: 1, Bytes: 10}, {Environment: "prod", Level: detector.LevelError, Lines: 1, Bytes: 20}, {Environment: "test", Level: detector.LevelInfo, Lines: 1, Bytes: 40}}},
		"every one of 3": {rate.By{Service: true, Level: true, Shape: true}, []rate.Count{{Service: "a", Level: detector.LevelInfo, Shape: 5, Lines: 1, Bytes: 10}, {Service: "a", Level: detector.LevelError, Shape: 6, Lines: 1, Bytes: 20}, {Service: "b", Level: detector.LevelInfo, Shape: 5, Lines: 1, Bytes: 40}}},
	} {
		got, err := readerOf(b).Sum(context.Background(), epoch0.Add(time.Second), epoch0.Add(2*time.Second), q.by, []rate.Partition{p0})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(q.want, got.Counts); diff != "" {
			t.Errorf("by %s (-want +got):\n%s", name, diff)
		}
		if !got.From.Equal(epoch0) || !got.To.Equal(epoch0.Add(rate.Fine)) || !got.CompleteUntil.Equal(epoch0.Add(5*time.Second)) {
			t.Errorf("range %v to %v, complete until %v", got.From, got.To, got.CompleteUntil)
		}
	}
}

func TestWatermark(t *testing.T) {
	b := rate.NewMemory()
	r := readerOf(b)
	parts := []rate.Partition{{Topic: "logs", ID: 0}, {Topic: "logs", ID: 1}}
	want := func(mark time.Time, missing ...rate.Partition) {
		t.Helper()
		got, gone, err := r.Watermark(context.Background(), parts)
		if err != nil || !got.Equal(mark) || !cmp.Equal(missing, gone) {
			t.Errorf("watermark %v, missing %v, %v; want %v, %v", got, gone, err, mark, missing)
		}
	}
	want(time.Time{}, parts...)
	for i, p := range parts {
		claim, err := b.Claim(context.Background(), p, 1)
		if err != nil {
			t.Fatal(err)
		}
		want(time.Time{}, parts[i:]...)
		mustFlush(t, rate.NewCounter(p, 1, claim, b, rate.CounterOptions{}), rate.Checkpoint{Watermark: epoch0.Add(time.Duration(-i) * time.Minute)})
	}
	want(epoch0.Add(-time.Minute))
}

// forgetful loses what was written when it is told to.
type forgetful struct{ rate.Backend }

// TestReaderAfterALoss holds that no name of a series outlives the backend's loss of it.
func TestReaderAfterALoss(t *testing.T) {
	b := &forgetful{rate.NewMemory()}
	r := readerOf(b)
	names := func() string {
		sums, err := r.Sum(context.Background(), epoch0, epoch0.Add(time.Minute), rate.By{Service: true}, nil)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, c := range sums.Counts {
			out = append(out, c.Service)
		}
		return strings.Join(out, " ")
	}
	c := counter(t, b, 1, rate.CounterOptions{})
	c.Line(epoch0, "before", "", 0, 5, 1)
	mustFlush(t, c, rate.Checkpoint{Next: 1})
	if got := names(); got != "before" {
		t.Fatalf("services %q", got)
	}
	b.Backend = rate.NewMemory()
	c = counter(t, b, 2, rate.CounterOptions{})
	c.Line(epoch0, "after", "", 0, 5, 1)
	mustFlush(t, c, rate.Checkpoint{Next: 1})
	if got := names(); got != "after" {
		t.Errorf("services %q after the loss, want \"after\"", got)
	}
}

func TestOwnedShards(t *testing.T) {
	all := []rate.Partition{{Topic: "b", ID: 1}, {Topic: "a", ID: 0}, {Topic: "b", ID: 0}}
	var seen rate.ShardSet
	for i, p := range []rate.Partition{{Topic: "a", ID: 0}, {Topic: "b", ID: 0}, {Topic: "b", ID: 1}} {
		got := rate.OwnedShards(all, func(q rate.Partition) bool { return q == p })
		if seen&got != 0 || !got.Has(i) || !got.Has(i+3) || got.Has((i+1)%3) {
			t.Errorf("%v owns shards %b", p, got)
		}
		seen |= got
	}
	if seen != rate.AllShards || seen.Len() != rate.Shards {
		t.Errorf("all partitions own %d shards, there are %d", seen.Len(), rate.Shards)
	}
	if got := rate.OwnedShards(nil, func(rate.Partition) bool { return true }); got != 0 {
		t.Errorf("no partitions own shards %b", got)
	}
	var list []int
	for s := range rate.ShardsOf(3, 63, 0).All {
		list = append(list, s)
	}
	if !cmp.Equal(list, []int{0, 3, 63}) {
		t.Errorf("shards %v", list)
	}
}

// TestOldRangesAreWidened asks for what only coarse buckets hold any more.
func TestOldRangesAreWidened(t *testing.T) {
	b := rate.NewMemory()
	c := counter(t, b, 1, rate.CounterOptions{})
	for i := range 60 {
		c.Line(epoch0.Add(time.Duration(i)*rate.Fine), "shop", "", 0, 5, 1)
	}
	now := epoch0.Add(50 * time.Hour)
	mustFlush(t, c, rate.Checkpoint{Next: 1, Watermark: now})
	if err := b.Expire(context.Background(), now.Add(-48*time.Hour), now.Add(-1000*time.Hour)); err != nil {
		t.Fatal(err)
	}
	r := rate.NewReader(b, rate.ReaderOptions{Now: func() time.Time { return now }})
	got, err := r.Sum(context.Background(), epoch0.Add(time.Minute), epoch0.Add(6*time.Minute), rate.By{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !got.From.Equal(epoch0) || !got.To.Equal(epoch0.Add(10*time.Minute)) || len(got.Counts) != 1 || got.Counts[0].Lines != 60 {
		t.Errorf("%+v; want the 60 lines of ten minutes", got)
	}
}
