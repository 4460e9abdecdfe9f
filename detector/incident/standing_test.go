package incident

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

// What the index finds is what comparing with each that stands finds.
func TestCauseIsTheFirstOfAllThatStand(t *testing.T) {
	found := 0
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 7))
		pages := make([]*detector.Incident, 2+r.IntN(30))
		for i := range pages {
			in := random(r, fmt.Sprint(i))
			pages[i] = &in
		}
		s := newStanding(pages)
		for _, in := range pages {
			got, why := s.cause(in)
			want, because := firstOf(s, in)
			if got != want || why != because {
				t.Fatalf("seed %d: %+v is explained by %+v, %q; want %+v, %q", seed, in, got, why, want, because)
			}
			if got != nil {
				found++
			}
			if got == nil || r.IntN(2) == 0 {
				s.add(in)
			}
		}
	}
	if found < 1000 {
		t.Errorf("%d causes were found: the incidents have too little in common", found)
	}
}

// firstOf compares in with each.
func firstOf(s *standing, in *detector.Incident) (first *detector.Incident, why string) {
	for _, o := range s.all {
		if !oneCause(o, in) {
			continue
		}
		if why := shares(o, in); why != "" {
			return o, why
		}
		if sameStart(o, in) && s.crowd(o) {
			return o, "several services at the same moment"
		}
	}
	return nil, ""
}

func random(r *rand.Rand, id string) detector.Incident {
	pick := func(all ...string) string { return all[r.IntN(len(all))] }
	kinds := []detector.Kind{detector.KindErrorSpike, detector.KindSilence, detector.KindNewError}
	return opened(id, pick("cart", "search", "auth", "payments"), kinds[r.IntN(len(kinds))], r.IntN(150), 150, func(in *detector.Incident) {
		in.Environment = pick("", "", "staging")
		for range r.IntN(3) {
			in.Names = append(in.Names, pick("db-1", "db-2", "auth", "cart.svc", "payments.svc.local", "10.0.0.7"))
		}
		for range r.IntN(3) {
			in.Said = append(in.Said, pick("refused", "connection to <*> refused", "no route to host"))
		}
		if r.IntN(8) == 0 {
			in.Deploy = &detector.Deploy{Service: pick("auth", "cart"), Version: "7", At: start}
		}
		if r.IntN(4) == 0 {
			in.Values = []detector.FieldValue{{Field: pick("zone", "host"), Value: pick("a", "b"), Share: []float64{.5, .9}[r.IntN(2)]}}
		}
	})
}

func TestServicesThatAreNamedMostComeFirst(t *testing.T) {
	spike := detector.KindErrorSpike
	a, b := opened("a", "cart", spike, 0, 40, naming("db", "db.svc", "cart")), opened("b", "search", spike, 0, 40, naming("db.svc", "cart.svc"))
	want := map[string]int{"db": 2, "db.svc": 2, "cart": 1, "cart.svc": 1}
	if diff := cmp.Diff(want, named([]*detector.Incident{&a, &b})); diff != "" {
		t.Error(diff)
	}
}

// TestRelateIsLinear: eight times as many incidents that have nothing in common may cost thirty times the processor's
// time; comparing each with each takes sixty-four.
func TestRelateIsLinear(t *testing.T) {
	storm := func(n int) []detector.Incident {
		open := make([]detector.Incident, n)
		for i := range open {
			open[i] = opened(fmt.Sprintf("%06d", i), fmt.Sprintf("svc-%d", i), detector.KindErrorSpike, 0, 10, func(in *detector.Incident) {
				for k := range 8 {
					in.Names = append(in.Names, fmt.Sprintf("db-%d-%d.internal", i, k))
				}
			})
		}
		return open
	}
	cost := func(open []detector.Incident) time.Duration {
		open = slices.Clone(open)
		began := testkit.CPU(t)
		if got := Relate(open, start.Add(11*time.Second), Telling{Bucket: 10 * time.Second}); len(got) > 0 {
			t.Fatalf("%d of the incidents were related", len(got))
		}
		return testkit.CPU(t) - began
	}
	few, many := storm(200), storm(1600)
	small, large := time.Hour, time.Hour
	tooLong := func() bool { return large > 30*max(small, time.Millisecond) }
	for n := 0; n < 2 || n < 30 && tooLong(); n++ { // the least of many counts: the machine may be busy
		small, large = min(small, cost(few)), min(large, cost(many))
	}
	if tooLong() {
		t.Errorf("%v for %d incidents, %v for %d", small, len(few), large, len(many))
	}
}
