package app

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/store"
	"github.com/tocsin-io/tocsin/store/storetest"
)

func TestPartitionsThatAreNotReadAreForgotten(t *testing.T) {
	ctx := t.Context()
	st := storetest.Open(t, store.Options{DSN: storetest.SQLite(t), Now: time.Now, Router: toInbox{}})
	backend := st.Counts()
	noon := time.Date(2026, 10, 5, 12, 0, 0, 0, time.UTC)
	partition := func(topic string) rate.Partition { return rate.Partition{Topic: topic} }
	count := func(topic string, updated time.Time, blocks ...rate.Block) {
		t.Helper()
		epoch, err := st.NextEpoch(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := backend.Claim(ctx, partition(topic), epoch); err != nil {
			t.Fatal(err)
		}
		f := rate.Flush{Sequence: 1, Checkpoint: rate.Checkpoint{Next: 9, Updated: updated}, Blocks: blocks}
		if err := backend.Write(ctx, partition(topic), epoch, f); err != nil {
			t.Fatal(err)
		}
		if err := st.MarkPartition(ctx, topic, 0, epoch, 9, updated); err != nil {
			t.Fatal(err)
		}
	}
	old, before := noon.Add(-time.Hour), noon.Add(-time.Minute)
	count("deleted", old)
	count("still read", old)
	count("deleted just now", noon)
	count("with a bucket", old, rate.Block{Width: rate.Coarse, Start: noon.Truncate(rate.Coarse), Data: []byte("b")})
	if err := st.MarkPartition(ctx, "left behind", 0, 1, 9, old); err != nil { // by one who died between the two
		t.Fatal(err)
	}
	for _, want := range [][]rate.Partition{{partition("deleted")}, nil} {
		gone, err := forget(ctx, backend, st, []rate.Partition{partition("still read")}, before)
		if diff := cmp.Diff(want, gone); diff != "" || err != nil {
			t.Errorf("forgotten (-want +got): %v\n%s", err, diff)
		}
		kept := []rate.Partition{partition("deleted just now"), partition("still read"), partition("with a bucket")}
		statuses, err := backend.Partitions(ctx)
		var counted []rate.Partition
		for _, s := range statuses {
			counted = append(counted, s.Partition)
		}
		if diff := cmp.Diff(kept, counted); diff != "" || err != nil {
			t.Errorf("counted still (-want +got): %v\n%s", err, diff)
		}
		marks, err := st.Partitions(ctx)
		var marked []rate.Partition
		for _, m := range marks {
			marked = append(marked, m.Partition)
		}
		if diff := cmp.Diff(kept, marked); diff != "" || err != nil {
			t.Errorf("marked still (-want +got): %v\n%s", err, diff)
		}
	}
}
