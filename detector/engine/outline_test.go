package engine

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// A process that judges nothing knows what is expected of every service from what the judge of it kept.
func TestWhatIsExpectedIsKnownWhereOthersJudge(t *testing.T) {
	r := newRig(t, rate.NewMemory(), newMemoryLedger())
	r.own()
	rest := r.until(end, traffic(1))
	step(t, r)
	if len(rest) > 0 {
		t.Fatal("not all is counted")
	}
	if err := r.v.leave(t.Context()); err != nil {
		t.Fatal(err)
	}
	other := newRig(t, r.backend, r.ledger)
	at := []time.Time{end.Add(-6 * time.Hour), end.Add(-time.Minute), end.Add(time.Hour)}
	for n := range 6 {
		s := detector.Series{Service: fmt.Sprintf("svc-%d", n), Level: detector.LevelInfo}
		got, err := other.e.Outlined(t.Context(), rate.ShardOf(s), false)
		if err != nil || got.Next.Before(end) || got.Next.After(end.Add(10*time.Minute)) {
			t.Fatalf("%v, the next state is due at %s", err, got.Next)
		}
		i := slices.IndexFunc(got.Outlines, func(o detector.Outline) bool { return o.Series == s })
		if i < 0 {
			t.Fatalf("nothing is expected of %s", s.Service)
		}
		suite := r.v.shards[rate.ShardOf(s)].suite
		for _, at := range at {
			want, _, wantHigh, ok := suite.BandAt(s, at)
			e, _, high := got.Outlines[i].At(at)
			if !ok || math.Abs(e-want) > 1e-3*(1+want) || math.Abs(high-wantHigh) > 1e-3*(1+want) {
				t.Errorf("%s at %s: %v up to %v, its judge says %v up to %v", s.Service, at, e, high, want, wantHigh)
			}
		}
	}
	if got, err := other.e.Outlined(t.Context(), unusedShard(r), false); err != nil || len(got.Outlines) > 0 {
		t.Errorf("%v, %d outlines of a shard in which nothing logs", err, len(got.Outlines))
	}
	broken := newRig(t, r.backend, r.ledger)
	if err := r.backend.SaveState(t.Context(), 3, []byte{shardVersion, 99, 1, 2, 3}); err != nil {
		t.Fatal(err)
	}
	if got, err := broken.e.Outlined(t.Context(), 3, false); err != nil || len(got.Outlines) > 0 {
		t.Errorf("a state that is not understood gives %v, %v", got, err)
	}
}

// unusedShard is one of no service of the traffic.
func unusedShard(r *rig) int {
	used := map[int]bool{}
	for n := range 6 {
		used[rate.ShardOf(detector.Series{Service: fmt.Sprintf("svc-%d", n)})] = true
	}
	for n := range rate.Shards {
		if !used[n] {
			return n
		}
	}
	r.t.Fatal("no shard is without a service")
	return 0
}

// BenchmarkOutlined reads a shard of the 64 that 10,000 services with three levels and ten templates each have, all with a day.
func BenchmarkOutlined(b *testing.B) {
	const services, templates, width = 10_000 / rate.Shards, 10, 10 * time.Second
	r := newRig(&testing.T{}, rate.NewMemory(), newMemoryLedger())
	rnd := rand.New(rand.NewPCG(1, 2))
	sh := r.e.newShard(0)
	for at := day; at.Before(day.Add(25 * time.Hour)); at = at.Add(width) {
		bucket := &detector.Bucket{Start: at, Width: width}
		for s := range services {
			for k := range templates {
				row := detector.Row{Series: detector.Series{Service: fmt.Sprint("service-", s), Level: detector.Level(2 + k%3), Shape: detector.ShapeID(k + 1)}}
				if row.Lines = uint64(2 + rnd.IntN(5)); k < 9 || rnd.IntN(50) == 0 {
					bucket.Rows = append(bucket.Rows, row)
				}
			}
		}
		sh.Step(bucket)
	}
	state, err := sh.AppendState(nil)
	if err == nil {
		err = r.backend.SaveState(b.Context(), 0, state)
	}
	if err != nil {
		b.Fatal(err)
	}
	sh = nil
	for _, templates := range []bool{false, true} {
		b.Run(fmt.Sprint("templates=", templates), func(b *testing.B) {
			var got Outlined
			before := heap()
			for b.Loop() {
				if got, err = r.e.Outlined(b.Context(), 0, templates); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(heap()-before)/1e6, "MB-held")
			b.ReportMetric(float64(len(state))/1e6, "MB-read")
			b.ReportMetric(float64(len(got.Outlines)), "outlines")
			runtime.KeepAlive(got)
		})
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
