package rate_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/sketch"
)

// counter claims p0 anew.
func counter(t testing.TB, b rate.Backend, epoch uint64, opts rate.CounterOptions) *rate.Counter {
	t.Helper()
	claim, err := b.Claim(context.Background(), p0, epoch)
	if err != nil {
		t.Fatal(err)
	}
	return rate.NewCounter(p0, epoch, claim, b, opts)
}

func mustFlush(t testing.TB, c *rate.Counter, cp rate.Checkpoint) {
	t.Helper()
	if err := c.Flush(context.Background(), cp); err != nil {
		t.Fatal(err)
	}
}

func readerOf(b rate.Backend) *rate.Reader {
	return rate.NewReader(b, rate.ReaderOptions{Now: func() time.Time { return epoch0.Add(time.Hour) }})
}

func bucketRows(t *testing.T, b rate.Backend, start time.Time) map[detector.Series]detector.Row {
	t.Helper()
	got, err := readerOf(b).Bucket(context.Background(), start, rate.AllShards)
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[detector.Series]detector.Row)
	for shard, bucket := range got {
		for _, row := range bucket.Rows {
			if _, twice := out[row.Series]; twice || rate.ShardOf(row.Series) != shard {
				t.Errorf("series %v in shard %d, twice: %v", row.Series, shard, twice)
			}
			out[row.Series] = row
		}
	}
	return out
}

func TestLineAllocatesNothing(t *testing.T) {
	c := counter(t, rate.NewMemory(), 1, rate.CounterOptions{})
	shape := detector.ShapeID(0)
	count := func() {
		for i := range 300 {
			shape = detector.ShapeID(2 + i)
			ref := c.Line(epoch0, "shop", "prod", detector.LevelInfo, shape, 120)
			if c.WantSample(ref, epoch0) {
				c.AddSample(ref, detector.Sample{Time: epoch0})
			}
		}
	}
	count()
	if n := testing.AllocsPerRun(20, count); n > 0 {
		t.Errorf("%v allocations in 300 known lines, want none", n)
	}
}

func TestCapacityIsKeptForEachServiceAndLevel(t *testing.T) {
	b := rate.NewMemory()
	c := counter(t, b, 1, rate.CounterOptions{MaxSeries: 1000, MaxGroup: 50})
	for i := range 100_000 {
		c.Line(epoch0, "noisy", "prod", detector.LevelInfo, detector.ShapeID(2+i), 10)
	}
	c.Line(epoch0, "noisy", "prod", detector.LevelError, 7, 10)
	c.Line(epoch0, "quiet", "prod", detector.LevelInfo, 8, 10)
	mustFlush(t, c, rate.Checkpoint{})
	rows := bucketRows(t, b, epoch0)
	line := func(service string, level detector.Level, shape detector.ShapeID) uint64 {
		return rows[detector.Series{Service: service, Environment: "prod", Level: level, Shape: shape}].Lines
	}
	if n := line("noisy", detector.LevelInfo, detector.OverflowShape); n != 100_000-50 {
		t.Errorf("%d lines overflowed, want all but those of 50 shapes", n)
	}
	if line("noisy", detector.LevelError, 7) != 1 || line("quiet", detector.LevelInfo, 8) != 1 {
		t.Error("the flood of one service and level hid a line of another")
	}
	if s := c.Stats(); s.Overflow != 100_000-50 || s.Series != 53 {
		t.Errorf("stats: %+v", s)
	}
}

func TestDictionaryIsBounded(t *testing.T) {
	b := rate.NewMemory()
	c := counter(t, b, 1, rate.CounterOptions{MaxSeries: 2000})
	for i := range 100_000 {
		c.Line(epoch0, fmt.Sprint("service-", i), "prod", detector.Level(i%7), detector.ShapeID(2+i), 1)
		c.Hit(detector.Series{Class: detector.ClassSlot, Service: fmt.Sprint("service-", i), Key: "1"}, epoch0, 1, 0)
	}
	if n := c.Stats().Series; n > 2000 {
		t.Errorf("%d series, at most 2000 are allowed", n)
	}
	mustFlush(t, c, rate.Checkpoint{})
	var lines uint64
	for s, row := range bucketRows(t, b, epoch0) {
		if s.Class == detector.ClassLine {
			lines += row.Lines
		}
	}
	if lines != 100_000 {
		t.Errorf("%d lines counted, 100,000 came", lines)
	}
	// The next owner knows the same series and keeps within the same bound.
	again := counter(t, b, 2, rate.CounterOptions{MaxSeries: 2000})
	again.Line(epoch0, "one more", "prod", detector.LevelInfo, 5, 1)
	if n := again.Stats().Series; n > 2000 {
		t.Errorf("%d series after a new claim", n)
	}
}

func TestSummariesMergeOverOwnersAndPartitions(t *testing.T) {
	b := rate.NewMemory()
	series := detector.Series{Class: detector.ClassRule, Name: "slow", Key: "svc=shop"}
	const parts = sketch.Quantiles | sketch.Distinct
	observe := func(c *rate.Counter, from, to int) {
		for i := from; i < to; i++ {
			_, s := c.Observe(series, epoch0, 1, 0, parts)
			if s == nil {
				t.Fatal("no summary")
			}
			s.AddNumber(float64(i))
			s.AddText(fmt.Append(nil, i%10))
		}
	}
	c := counter(t, b, 1, rate.CounterOptions{})
	observe(c, 0, 300)
	mustFlush(t, c, rate.Checkpoint{Next: 1})
	observe(c, 300, 400)
	mustFlush(t, c, rate.Checkpoint{Next: 2})
	c = counter(t, b, 2, rate.CounterOptions{})
	observe(c, 400, 700)
	mustFlush(t, c, rate.Checkpoint{Next: 3})
	other := rate.Partition{Topic: "logs", ID: 9}
	claim, err := b.Claim(context.Background(), other, 1)
	if err != nil {
		t.Fatal(err)
	}
	c = rate.NewCounter(other, 1, claim, b, rate.CounterOptions{})
	observe(c, 700, 1000)
	mustFlush(t, c, rate.Checkpoint{Next: 1})

	row := bucketRows(t, b, epoch0)[series]
	if row.Lines != 1000 || row.Summary == nil || row.Summary.Count != 2000 || row.Summary.Sum != 999*1000/2 {
		t.Fatalf("row %+v, summary %+v", row, row.Summary)
	}
	if q, ok := row.Summary.Quantile(0.5); !ok || q < 485 || q > 515 {
		t.Errorf("median %v, want about 500", q)
	}
	if n := row.Summary.DistinctCount(); n != 10 {
		t.Errorf("%d distinct texts, want 10", n)
	}
}

func TestLateLinesAreMarked(t *testing.T) {
	b := rate.NewMemory()
	c := counter(t, b, 1, rate.CounterOptions{})
	c.Line(epoch0, "shop", "prod", detector.LevelInfo, 5, 10)
	mustFlush(t, c, rate.Checkpoint{Next: 1, Watermark: epoch0.Add(10 * time.Minute)})
	for range 3 {
		c.Line(epoch0, "shop", "prod", detector.LevelInfo, 5, 10)
	}
	mustFlush(t, c, rate.Checkpoint{Next: 4, Watermark: epoch0.Add(10 * time.Minute)})
	got, err := readerOf(b).Bucket(context.Background(), epoch0.Add(10*time.Minute), rate.AllShards)
	if err != nil {
		t.Fatal(err)
	}
	shard := rate.ShardOf(detector.Series{Service: "shop", Environment: "prod"})
	want := detector.Row{Series: detector.Series{Class: detector.ClassLate, Service: "shop", Environment: "prod"}, Lines: 3, Bytes: 30}
	if late, rows := got[shard].Late, got[shard].Rows; late != 3 || len(rows) != 1 || rows[0] != want {
		t.Errorf("open bucket: %d late lines and rows %v; want 3 and %v", late, rows, want)
	}
	if n := bucketRows(t, b, epoch0)[c.Series(0)].Lines; n != 4 {
		t.Errorf("%d lines in the bucket they belong to, want 4", n)
	}
}

func TestSamplesAreFewAndNewest(t *testing.T) {
	b := rate.NewMemory()
	taken := func(level detector.Level, epoch uint64) (n int) {
		c := counter(t, b, epoch, rate.CounterOptions{})
		for i := range 3600 {
			at := epoch0.Add(time.Duration(i) * time.Second)
			ref := c.Line(at, "shop", "prod", level, 5, 10)
			if c.WantSample(ref, at) {
				n++
				c.AddSample(ref, detector.Sample{Time: at, Text: fmt.Sprint("line ", i)})
			}
			if i%100 == 0 {
				mustFlush(t, c, rate.Checkpoint{Next: int64(i)})
			}
		}
		mustFlush(t, c, rate.Checkpoint{Next: 3600})
		return n
	}
	infos := taken(detector.LevelInfo, 1)
	failures := taken(detector.LevelError, 2)
	if infos < 55 || infos > 75 || failures != 360 {
		t.Errorf("%d samples of info and %d of errors in an hour; want about 60 and 360", infos, failures)
	}
	got, err := readerOf(b).Samples(context.Background(), rate.Query{Match: func(s detector.Series) bool { return s.Level == detector.LevelError }})
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, s := range got {
		texts = append(texts, s.Text)
	}
	if diff := cmp.Diff([]string{"line 3590", "line 3580", "line 3570", "line 3560", "line 3550"}, texts); diff != "" {
		t.Errorf("samples (-want +got):\n%s", diff)
	}
}

// TestWatermarkNeverGoesBack lets an owner offer an older one.
func TestWatermarkNeverGoesBack(t *testing.T) {
	b := rate.NewMemory()
	c := counter(t, b, 1, rate.CounterOptions{})
	mustFlush(t, c, rate.Checkpoint{Next: 1, Watermark: epoch0.Add(time.Minute)})
	mustFlush(t, c, rate.Checkpoint{Next: 2, Watermark: epoch0})
	if cp := c.Checkpoint(); cp.Next != 2 || !cp.Watermark.Equal(epoch0.Add(time.Minute)) {
		t.Errorf("checkpoint %+v", cp)
	}
}

func TestFencedCounter(t *testing.T) {
	b := rate.NewMemory()
	old := counter(t, b, 1, rate.CounterOptions{})
	old.Line(epoch0, "shop", "", 0, 5, 1)
	counter(t, b, 2, rate.CounterOptions{})
	for range 2 {
		if err := old.Flush(context.Background(), rate.Checkpoint{Next: 1}); !errors.Is(err, rate.ErrFenced) {
			t.Errorf("flush of a fenced owner: %v, want ErrFenced", err)
		}
	}
}

func TestTooManyPendingRecords(t *testing.T) {
	c := counter(t, rate.NewMemory(), 1, rate.CounterOptions{})
	err := c.Flush(context.Background(), rate.Checkpoint{Pending: make([]detector.Pending, rate.MaxPending+1)})
	if err == nil {
		t.Error("a checkpoint with too many pending records was written")
	}
}

func BenchmarkLine(b *testing.B) {
	for _, series := range []int{100, 2000, 100_000} {
		b.Run(fmt.Sprint("series ", series), func(b *testing.B) {
			c := counter(b, rate.NewMemory(), 1, rate.CounterOptions{MaxSeries: 200_000, MaxGroup: 200_000})
			rnd := rand.New(rand.NewPCG(1, 1))
			shapes := make([]detector.ShapeID, 1<<16)
			for i := range shapes {
				shapes[i] = detector.ShapeID(rnd2(rnd.IntN(series)))
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				at := epoch0.Add(time.Duration(i) * time.Microsecond)
				c.Line(at, "shop", "prod", detector.LevelInfo, shapes[i&(1<<16-1)], 120)
			}
		})
	}
}
