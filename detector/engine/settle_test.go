package engine

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// Three services of several shards fall silent at one moment: the first stands for the others.
func TestTheEvaluatorSettlesAcrossShards(t *testing.T) {
	var counts []count
	const buckets, gone = 4 * 360, 1320
	for i := range buckets {
		for s := range 6 {
			if s < 3 && i >= gone {
				continue
			}
			for p := range 3 {
				counts = append(counts, count{p, day.Add(time.Duration(i) * rate.Fine), detector.Series{
					Service: fmt.Sprint("svc-", s), Level: detector.LevelInfo, Shape: 100,
				}, uint64(12 + (i+s+p)%3)})
			}
		}
	}
	r := newRig(t, rate.NewMemory(), newMemoryLedger())
	r.own()
	for at := day; len(counts) > 0; {
		at = at.Add(10 * rate.Fine)
		if at.After(end.Add(-30 * time.Minute)) {
			at = at.Add(-9 * rate.Fine)
		}
		counts = r.until(at, counts)
		step(t, r)
	}
	stands, explained := 0, 0
	for id := range r.ledger.last {
		if rel := r.ledger.relations[id]; rel.To != "" && !rel.Link {
			explained++
			if rel.Why != "several services at the same moment" {
				t.Errorf("it says %q", rel.Why)
			}
		} else {
			stands++
		}
	}
	if stands != 1 || explained != 2 {
		t.Errorf("%d stand and %d are explained, want 1 and 2:\n%v", stands, explained, outline(r.ledger))
	}
}

// TestWhatIsCalledEarlyGoesOnceSettled: floods are told while their bucket fills, and wait for no shard to be judged. Of three services that
// flood in one look the first stands for the others, and no judging of the whole bucket pages again.
func TestWhatIsCalledEarlyGoesOnceSettled(t *testing.T) {
	const buckets, gone = 8 * 360, 7*360 + 120
	series := func(s int, level detector.Level, shape detector.ShapeID) detector.Series {
		return detector.Series{Service: fmt.Sprint("svc-", s), Level: level, Shape: shape}
	}
	var counts []count
	for i := range buckets {
		at := day.Add(time.Duration(i) * rate.Fine)
		for s := range 5 {
			for p := range 3 {
				counts = append(counts, count{p, at, series(s, detector.LevelInfo, 100), uint64(12 + (i+s+p)%3)})
			}
			counts = append(counts, count{0, at, series(s, detector.LevelError, 900), 1})
		}
	}
	r := newRig(t, rate.NewMemory(), newMemoryLedger())
	r.own()
	broken := day.Add(gone * rate.Fine)
	for at := day.Add(10 * time.Minute); !at.After(broken); at = at.Add(10 * time.Minute) {
		counts = r.until(at, counts)
		step(t, r)
	}
	flood := func(at time.Time) {
		for s := range 3 {
			r.counters[1].Hit(series(s, detector.LevelError, 900), at, 5000, 500_000)
		}
	}
	flood(broken)
	looked := broken.Add(3 * time.Second)
	counts = r.until(looked, counts)
	step(t, r)
	told, explained := map[string]bool{}, 0
	for _, ch := range r.ledger.changes {
		if ch.Event == detector.ChangeOpened && ch.Incident.Page {
			told[ch.Incident.ID] = ch.Incident.OpenedAt.Equal(looked)
			if rel := r.ledger.relations[ch.Incident.ID]; rel.To != "" && !rel.Link {
				explained++
			}
		}
	}
	if len(told) != 3 || explained != 2 {
		t.Fatalf("3 s after the floods began %d are told, %d explained, want 3 and 2: %v", len(told), explained, outline(r.ledger))
	}
	for _, id := range r.ledger.early {
		if !told[id] {
			t.Errorf("the page of %s goes at once", id)
		}
	}
	if len(r.ledger.early) != 3 {
		t.Errorf("the pages of %v go at once, want those of %v", r.ledger.early, told)
	}
	for at := broken.Add(rate.Fine); at.Before(broken.Add(5 * time.Minute)); at = at.Add(rate.Fine) {
		flood(at)
		counts = r.until(at.Add(rate.Fine), counts)
		step(t, r)
	}
	for id, in := range r.ledger.last {
		if _, early := told[id]; in.Page && !early {
			t.Errorf("%s of %s pages too, at %s", in.Kind, in.Service, in.OpenedAt)
		}
	}
	if len(r.ledger.early) != 3 {
		t.Errorf("more is called early of what is told: %v", r.ledger.early)
	}
}

func TestTheLastDeployBeforeIsNamed(t *testing.T) {
	at := func(service, version string, ago time.Duration) detector.Deploy {
		return detector.Deploy{Service: service, Version: version, At: day.Add(-ago)}
	}
	for _, c := range []struct {
		name    string
		deploys []detector.Deploy
		want    string
	}{
		{"its own", []detector.Deploy{at("cart", "1", 40*time.Minute), at("cart", "2", 20*time.Minute), at("cart", "3", -time.Minute)}, "cart 2"},
		{"its own before another's", []detector.Deploy{at("cart", "2", 20*time.Minute), at("auth", "9", time.Minute)}, "cart 2"},
		{"another's, just before", []detector.Deploy{at("auth", "8", 4*time.Minute), at("auth", "9", 2*time.Minute)}, "auth 9"},
		{"another's, too long ago", []detector.Deploy{at("auth", "8", 6*time.Minute)}, ""},
		{"none", nil, ""},
	} {
		got := ""
		if d := deployOf(&detector.Incident{Service: "cart", Onset: day}, c.deploys); d != nil {
			got = d.Service + " " + d.Version
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestDeploysAreRememberedForAnHour(t *testing.T) {
	v := &evaluator{}
	d := detector.Deploy{Service: "cart", Version: "2", At: day}
	v.deployed([]detector.Deploy{d, d}, day.Add(time.Minute))
	v.deployed([]detector.Deploy{d}, day.Add(2*time.Minute))
	if diff := cmp.Diff([]detector.Deploy{d}, v.recent); diff != "" {
		t.Error(diff)
	}
	v.deployed(nil, day.Add(2*time.Hour))
	if len(v.recent) != 0 {
		t.Errorf("kept %v", v.recent)
	}
}

// Where other replicas judge later, it is settled again once they have, and no more than the pages wait.
func TestItIsSettledAgainWhenAllShardsAreJudged(t *testing.T) {
	r := newRig(t, rate.NewMemory(), newMemoryLedger())
	r.own()
	r.e.health.assigned(rate.Partition{Topic: "logs", ID: 2}, false) // its shards are another's
	rest := r.until(day.Add(time.Hour), traffic(1))
	step(t, r)
	for _, c := range []struct {
		service string
		others  time.Duration // after the page of the service; they judge up to it
		want    int           // times that it is settled until the page has gone
	}{{"svc-0", 2 * time.Second, 2}, {"svc-4", 20 * time.Second, 1}} {
		series := leaked
		series.Service = c.service
		for i := 0; !r.v.owned.Has(rate.ShardOf(series)); i++ {
			series.Service = fmt.Sprint(c.service, "-", i)
		}
		rest = r.until(r.now.Add(time.Minute), rest)
		step(t, r)
		r.counters[1].Hit(series, r.now, 1, 100)
		opened := r.now.Add(rate.Fine)
		before := r.ledger.settled
		for at := opened; at.Before(opened.Add(8 * time.Second)); at = at.Add(500 * time.Millisecond) {
			rest = r.until(at, rest)
			if at.Sub(opened) >= c.others {
				r.ledger.judged(rate.AllShards&^r.v.owned, at)
			}
			step(t, r)
		}
		if got := r.ledger.settled - before; got != c.want {
			t.Errorf("%s: settled %d times, want %d", c.service, got, c.want)
		}
	}
}
