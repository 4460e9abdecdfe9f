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
