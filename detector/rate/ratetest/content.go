package ratetest

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

func absolute(t *testing.T, s *suite) {
	s.claim(1)
	s.write(1, rate.Flush{Sequence: 1, Checkpoint: checkpoint(1), Blocks: []rate.Block{block(0, 0, "a"), block(0, 63, "b"), block(1, 0, "c")}})
	s.write(1, rate.Flush{Sequence: 2, Checkpoint: checkpoint(2), Blocks: []rate.Block{block(0, 0, "A\x00\xff")}})
	want := map[string]string{"0/0": "A\x00\xff", "0/63": "b", "1/0": "c"}
	if diff := cmp.Diff(want, s.blocks(s.p, 0, 1, 2)); diff != "" {
		t.Errorf("blocks (-want +got):\n%s", diff)
	}
	coarse := rate.Block{Width: rate.Coarse, Start: start(0), Shard: 0, Data: []byte("coarse")}
	s.write(1, rate.Flush{Sequence: 3, Checkpoint: checkpoint(3), Blocks: []rate.Block{coarse}})
	if diff := cmp.Diff(want, s.blocks(s.p, 0, 1)); diff != "" {
		t.Errorf("fine blocks after a coarse one of the same start (-want +got):\n%s", diff)
	}
	got, err := s.b.Blocks(s.ctx, s.p, rate.Coarse, []time.Time{start(0)}, rate.AllShards)
	if err != nil || len(got) != 1 || string(got[0].Data) != "coarse" {
		t.Errorf("coarse blocks: %v, %v", got, err)
	}
}

func shards(t *testing.T, s *suite) {
	s.claim(1)
	var f rate.Flush
	for shard := range rate.Shards {
		f.Blocks = append(f.Blocks, block(0, shard, fmt.Sprint(shard)), block(1, shard, "next"))
	}
	f.Sequence, f.Checkpoint = 1, checkpoint(1)
	s.write(1, f)
	for _, set := range []rate.ShardSet{0, rate.ShardsOf(0), rate.ShardsOf(63), rate.ShardsOf(1, 31, 32, 62), rate.AllShards &^ rate.ShardsOf(5), rate.AllShards} {
		got, err := s.b.Blocks(s.ctx, s.p, rate.Fine, []time.Time{start(0), start(2)}, set)
		if err != nil {
			t.Fatal(err)
		}
		var found rate.ShardSet
		for _, b := range got {
			found |= rate.ShardsOf(b.Shard)
			if string(b.Data) != fmt.Sprint(b.Shard) {
				t.Errorf("block of shard %d holds %q", b.Shard, b.Data)
			}
		}
		if found != set || len(got) != set.Len() {
			t.Errorf("%d blocks of shards %b, want %b", len(got), found, set)
		}
	}
}

func counted(t *testing.T, s *suite) {
	at := []time.Time{start(0), start(1), start(90)} // the last lies apart
	hold := func(when string, set rate.ShardSet, want map[string]string, until time.Time) {
		t.Helper()
		got, mark, err := s.b.Counted(s.ctx, s.p, at, set)
		if err != nil {
			t.Fatal(err)
		}
		found := make(map[string]string)
		for _, b := range got {
			found[fmt.Sprintf("%s/%d", b.Start.Sub(start(0)), b.Shard)] = string(b.Data)
			if b.Width != rate.Fine {
				t.Errorf("%s: a block of width %v", when, b.Width)
			}
		}
		if diff := cmp.Diff(want, found); diff != "" || !mark.Equal(until) {
			t.Errorf("%s: counted until %s, want %s; blocks (-want +got):\n%s", when, mark, until, diff)
		}
	}
	hold("never claimed", rate.AllShards, map[string]string{}, time.Time{})
	s.claim(1)
	hold("nothing written", rate.AllShards, map[string]string{}, time.Time{})
	s.write(1, rate.Flush{Sequence: 1, Checkpoint: checkpoint(1), Blocks: []rate.Block{block(0, 0, "a"), block(0, 63, "b"), block(2, 1, "c"), block(90, 63, "d")}})
	hold("all", rate.AllShards, map[string]string{"0s/0": "a", "0s/63": "b", "15m0s/63": "d"}, start(1))
	hold("one shard", rate.ShardsOf(63), map[string]string{"0s/63": "b", "15m0s/63": "d"}, start(1))
	hold("none of these", rate.ShardsOf(7), map[string]string{}, start(1))
	further := checkpoint(2)
	further.Watermark = start(3)
	s.write(1, rate.Flush{Sequence: 2, Checkpoint: further, Blocks: []rate.Block{block(0, 63, "B")}})
	hold("further", rate.ShardsOf(0, 63), map[string]string{"0s/0": "a", "0s/63": "B", "15m0s/63": "d"}, start(3))
}

func dictionary(t *testing.T, s *suite) {
	s.claim(1)
	odd := detector.Series{
		Class: detector.ClassRule, Level: detector.LevelFatal, Shape: 1<<64 - 1,
		Service: "späti \x00 \xff", Environment: "a/b:{c}", Name: "rule \"x\"", Key: "k=1\x1fl=2",
	}
	var all []detector.Series
	for i, add := range [][]detector.Series{{series(0), odd}, nil, {series(1)}, {series(2), series(3), {}}} {
		s.write(1, rate.Flush{Sequence: uint64(i + 1), Checkpoint: checkpoint(int64(i)), First: len(all), NewSeries: add})
		all = append(all, add...)
		for first := range len(all) + 2 {
			got, err := s.b.Dictionary(s.ctx, s.p, first)
			if err != nil {
				t.Fatal(err)
			}
			if want := all[min(first, len(all)):]; !slices.Equal(got, want) {
				t.Errorf("dictionary from %d: %v, want %v", first, got, want)
			}
		}
	}
}

func large(t *testing.T, s *suite) {
	s.claim(1)
	f := rate.Flush{Sequence: 1, Checkpoint: checkpoint(1)}
	for i := range 12_000 {
		f.NewSeries = append(f.NewSeries, series(i))
	}
	want := make(map[string]string)
	var ns []int
	for n := range 40 {
		ns = append(ns, n)
		for shard := range rate.Shards {
			data := bytes.Repeat([]byte{byte(n), byte(shard)}, 20+n*shard/8)
			f.Blocks = append(f.Blocks, block(n, shard, string(data)))
			want[fmt.Sprintf("%d/%d", n, shard)] = string(data)
		}
	}
	for i := range 2000 {
		f.Samples = append(f.Samples, rate.SampleSet{Series: i, Data: fmt.Appendf(nil, "sample %d", i)})
	}
	s.write(1, f)
	if got := s.blocks(s.p, ns...); !maps.Equal(got, want) {
		t.Errorf("%d blocks read back, want %d equal ones", len(got), len(want))
	}
	if got := s.claim(2); !slices.Equal(got.Dictionary, f.NewSeries) {
		t.Errorf("%d series read back, want %d equal ones", len(got.Dictionary), len(f.NewSeries))
	}
}

func samples(t *testing.T, s *suite) {
	s.claim(1)
	s.write(1, rate.Flush{Sequence: 1, Checkpoint: checkpoint(1), Samples: []rate.SampleSet{{Series: 0, Data: []byte("zero")}, {Series: 7, Data: []byte("seven")}}})
	s.write(1, rate.Flush{Sequence: 2, Checkpoint: checkpoint(2), Samples: []rate.SampleSet{{Series: 7, Data: []byte("SEVEN")}}})
	got, err := s.b.Samples(s.ctx, s.p, []int{7, 3, 0})
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[int]string)
	for _, set := range got {
		found[set.Series] = string(set.Data)
	}
	if want := map[int]string{0: "zero", 7: "SEVEN"}; len(got) != 2 || !maps.Equal(found, want) {
		t.Errorf("samples %v, want %v", found, want)
	}
	if none, err := s.b.Samples(s.ctx, s.p, nil); err != nil || len(none) != 0 {
		t.Errorf("samples of no series: %v, %v", none, err)
	}
}

func starts(t *testing.T, s *suite) {
	s.claim(1)
	var f rate.Flush
	for _, n := range []int{9, 1, 4, 3, 100} {
		f.Blocks = append(f.Blocks, block(n, n%rate.Shards, "x"), block(n, 0, "y"))
	}
	f.Blocks = append(f.Blocks, rate.Block{Width: rate.Coarse, Start: start(0), Data: []byte("x")})
	f.Sequence, f.Checkpoint = 1, checkpoint(1)
	s.write(1, f)
	got, err := s.b.Starts(s.ctx, s.p, rate.Fine, start(1), start(100))
	if err != nil {
		t.Fatal(err)
	}
	want := []time.Time{start(1), start(3), start(4), start(9)} // from is inclusive, to is not
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("starts (-want +got):\n%s", diff)
	}
	if coarse, err := s.b.Starts(s.ctx, s.p, rate.Coarse, start(-10), start(10)); err != nil || len(coarse) != 1 {
		t.Errorf("coarse starts: %v, %v", coarse, err)
	}
}

func apart(t *testing.T, s *suite) {
	s.claim(1)
	other := rate.Partition{Topic: s.p.Topic, ID: s.p.ID + 1}
	if _, err := s.b.Claim(s.ctx, other, 1); err != nil {
		t.Fatalf("claim of another partition: %v", err)
	}
	s.write(1, rate.Flush{Sequence: 1, Checkpoint: checkpoint(1), NewSeries: []detector.Series{series(0)}, Blocks: []rate.Block{block(0, 0, "here")}})
	if got := s.blocks(other, 0); len(got) != 0 {
		t.Errorf("blocks of the other partition: %v", got)
	}
	if d, err := s.b.Dictionary(s.ctx, other, 0); err != nil || len(d) != 0 {
		t.Errorf("dictionary of the other partition: %v, %v", d, err)
	}
	never := rate.Partition{Topic: s.p.Topic, ID: 99}
	if got := s.blocks(never, 0); len(got) != 0 {
		t.Errorf("blocks of a partition that nobody claimed: %v", got)
	}
}

func statuses(t *testing.T, s *suite) {
	s.claim(41)
	want := checkpoint(77)
	s.write(41, rate.Flush{Sequence: 1, Checkpoint: want, NewSeries: []detector.Series{series(0), series(1)}})
	all, err := s.b.Partitions(s.ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range all {
		if got.Partition != s.p {
			continue
		}
		if diff := cmp.Diff(rate.Status{Partition: s.p, Epoch: 41, Sequence: 1, Checkpoint: want, Series: 2}, got); diff != "" {
			t.Errorf("status (-want +got):\n%s", diff)
		}
		return
	}
	t.Errorf("partition %v is not among the statuses", s.p)
}

func expire(t *testing.T, s *suite) {
	s.claim(1)
	coarse := func(n int) rate.Block {
		return rate.Block{Width: rate.Coarse, Start: start(n * 30), Data: []byte("c")}
	}
	s.write(1, rate.Flush{Sequence: 1, Checkpoint: checkpoint(1), Blocks: []rate.Block{block(0, 0, "0"), block(1, 0, "1"), block(2, 0, "2"), coarse(-1), coarse(0)}})
	if err := s.b.Expire(s.ctx, start(1), start(0)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"1/0": "1", "2/0": "2"}, s.blocks(s.p, 0, 1, 2)); diff != "" {
		t.Errorf("fine blocks (-want +got):\n%s", diff)
	}
	for width, want := range map[time.Duration][]time.Time{rate.Fine: {start(1), start(2)}, rate.Coarse: {start(0)}} {
		got, err := s.b.Starts(s.ctx, s.p, width, start(-1000), start(1000))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("starts of width %v (-want +got):\n%s", width, diff)
		}
	}
	if got := s.claim(2); !got.Found || got.Sequence != 1 {
		t.Errorf("Expire touched the checkpoint: %+v", got)
	}
}

func forget(t *testing.T, s *suite) {
	forgets := func(epoch uint64, want bool) {
		t.Helper()
		if got, err := s.b.Forget(s.ctx, s.p, epoch); got != want || err != nil {
			t.Errorf("forget under epoch %d: %v, %v; want %v", epoch, got, err, want)
		}
	}
	forgets(0, false) // nobody claimed it
	s.claim(7)
	old := rate.Flush{
		Sequence: 1, Checkpoint: checkpoint(5), NewSeries: []detector.Series{series(0)}, Blocks: []rate.Block{block(0, 0, "old")},
		Samples: []rate.SampleSet{{Data: []byte("old")}},
	}
	s.write(7, old)
	forgets(7, false) // a bucket is kept
	if err := s.b.Expire(s.ctx, start(1), start(1)); err != nil {
		t.Fatal(err)
	}
	s.claim(8)
	forgets(7, false) // it was taken up again meanwhile
	forgets(8, true)
	all, err := s.b.Partitions(s.ctx)
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(all, func(got rate.Status) bool { return got.Partition == s.p }) {
		t.Error("the partition is still among the statuses")
	}
	s.refused(8, rate.Flush{Sequence: 2, Checkpoint: checkpoint(9), First: 1}, rate.ErrSequence)
	if got := s.claim(9); got.Found || got.Sequence != 0 || len(got.Dictionary) != 0 {
		t.Errorf("claim of what was forgotten: %+v, want an empty one", got)
	}
	s.write(9, rate.Flush{Sequence: 1, Checkpoint: checkpoint(1), NewSeries: []detector.Series{series(1)}})
	if got, err := s.b.Samples(s.ctx, s.p, []int{0}); len(got) > 0 || err != nil {
		t.Errorf("samples of what was forgotten: %v, %v", got, err)
	}
}

func states(t *testing.T, s *suite) {
	const a, b = 61, 62
	first, second := []byte("state\x00one "+s.p.Topic), []byte("two "+s.p.Topic)
	for _, data := range [][]byte{first, second, bytes.Repeat([]byte("x"), 1<<20)} {
		if err := s.b.SaveState(s.ctx, a, data); err != nil {
			t.Fatal(err)
		}
		if got, err := s.b.LoadState(s.ctx, a); err != nil || !bytes.Equal(got, data) {
			t.Errorf("state: %d bytes, %v; want the %d that were saved", len(got), err, len(data))
		}
	}
	if err := s.b.SaveState(s.ctx, b, first); err != nil {
		t.Fatal(err)
	}
	if got, err := s.b.LoadState(s.ctx, a); err != nil || len(got) != 1<<20 {
		t.Errorf("another shard's save changed the state: %d bytes, %v", len(got), err)
	}
	if got, err := s.b.LoadState(s.ctx, 60); err != nil || got != nil {
		t.Errorf("state that was never saved: %q, %v; want nil", got, err)
	}
}

func ended(t *testing.T, s *suite) {
	ctx, cancel := context.WithCancel(s.ctx)
	cancel()
	if _, err := s.b.Claim(ctx, s.p, 1); err == nil {
		t.Error("Claim under an ended context succeeded")
	}
	if err := s.b.Write(ctx, s.p, 1, rate.Flush{Sequence: 1}); err == nil {
		t.Error("Write under an ended context succeeded")
	}
	if _, err := s.b.Partitions(ctx); err == nil {
		t.Error("Partitions under an ended context succeeded")
	}
	s.claim(1)
}

func closeTwice(t *testing.T, s *suite) {
	if err := s.b.Ping(s.ctx); err != nil {
		t.Errorf("Ping: %v", err)
	}
	for range 2 {
		if err := s.b.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	if err := s.b.Ping(s.ctx); err == nil {
		t.Error("Ping after Close succeeded")
	}
}
