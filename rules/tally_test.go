package rules

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
)

const talliedRules = `version: 1
rules:
  - {name: lines, when: service == "a", if: value > 0}
  - {name: errors, when: service == "a" && level >= error, if: value > 0}
  - {name: bytes, when: service == "a", value: bytes, if: value > 0}
  - {name: grouped, when: service == "a", by: [host], if: value > 0}
  - {name: share, when: service == "a" && level >= error, value: share, of: service == "a", if: value > 0}
  - {name: line share, when: service == "a" && fields.took > 5, value: share, of: service == "a", if: value > 0}
  - {name: shape share, when: template contains "two", value: share, of: service == "b", if: value > 0}
  - {name: slow, when: service == "a", value: p95(fields.took), if: value > 0}
  - {name: sum, when: level >= error, value: sum(fields.took * 2), if: value > 0}
  - {name: grouped sum, when: service == "a", by: [host], value: sum(fields.took), if: value > 0}
  - {name: hosts, when: service == "b", value: distinct(host), if: value > 0}
  - {name: new, when: service == "b", value: new(template), if: value > 0}
  - {name: shaped, when: template contains "two", value: max(fields.took), if: value > 0}
  - {name: text, when: service == "b" && message contains "needle", if: value > 0}
  - {name: dividing, when: service == "a", value: mean(fields.took / fields.none), if: value > 0}
  - {name: steps, sequence: [{when: service == "a"}, {when: service == "b"}], window: 5m}
`

func talliedLines(n int) []*detector.Event {
	r := rand.New(rand.NewPCG(3, 9))
	templates := []string{"one", "two", "one and two"}
	out := make([]*detector.Event, n)
	for i := range out {
		shape := r.IntN(len(templates))
		ev := &detector.Event{
			Time: time.Date(2026, 1, 1, 0, 0, i, 0, time.UTC), Service: []string{"a", "b", "c"}[r.IntN(3)], Host: fmt.Sprint("host-", r.IntN(3)),
			Level: []detector.Level{detector.LevelInfo, detector.LevelError}[r.IntN(2)], Message: []byte([]string{"hay", "a needle"}[r.IntN(2)]),
			Shape: detector.ShapeID(10 + shape), Template: templates[shape], Structured: true, Bytes: 100 + r.IntN(50),
		}
		if v := []string{"", "3", "7.5", "x"}[r.IntN(4)]; v != "" {
			ev.Fields = detector.Fields{
				{Key: "took", Value: detector.Value{Kind: detector.KindString, Text: []byte(v)}},
				{Key: "none", Value: detector.Value{Kind: detector.KindNumber, Text: []byte("0")}},
			}
		}
		out[i] = ev
	}
	return out
}

// hits says what hits of a line count.
type hits struct{ said []string }

func (h *hits) add(hit *detector.Hit, number float64, hasNumber bool) {
	h.said = append(h.said, fmt.Sprintf("%v whole=%v number=%v,%v text=%s parts=%v", hit.Series, hit.Whole, number, hasNumber, hit.Text, hit.Parts))
}

// listed is a tally that lists the hits of the line under way.
type listed struct {
	hits    []detector.Hit
	into    *hits
	pending map[*listed][]bool // by hit: whether it took a number
}

func (l *listed) Line(*detector.Event) {
	l.pending[l] = make([]bool, len(l.hits))
	for i := range l.hits {
		if !l.hits[i].HasNumber {
			l.into.add(&l.hits[i], 0, false)
		}
	}
}

func (l *listed) Number(i int, v float64) {
	l.pending[l][i] = true
	l.into.add(&l.hits[i], v, true)
}

// A tally gets the hits that a matcher without one emits, line by line, and the same is said of the rules.
func TestTalliesTakeTheHitsOfEachLine(t *testing.T) {
	load := func() *Set {
		set, problems := LoadText("r.yml", []byte(talliedRules), Options{})
		if set == nil {
			t.Fatal(problems)
		}
		return set
	}
	plain, tallied := load(), load()
	var want, got hits
	pending := make(map[*listed][]bool)
	one := plain.NewMatcher(MatcherOptions{})
	other := tallied.NewMatcher(MatcherOptions{Tally: func(h []detector.Hit) detector.Tally {
		return &listed{hits: h, into: &got, pending: pending}
	}})
	emitted := 0
	for _, ev := range talliedLines(2000) {
		want.said, got.said = want.said[:0], got.said[:0]
		one.Match(ev, func(h *detector.Hit) { want.add(h, h.Number, h.HasNumber) })
		clear(pending)
		other.Match(ev, func(h *detector.Hit) {
			emitted++
			got.add(h, h.Number, h.HasNumber)
		})
		for l, took := range pending {
			for i := range took {
				if l.hits[i].HasNumber && !took[i] { // what had nothing to measure counts as a line
					got.add(&l.hits[i], 0, false)
				}
			}
		}
		slices.Sort(want.said)
		slices.Sort(got.said)
		if diff := cmp.Diff(want.said, got.said); diff != "" {
			t.Fatalf("a line %+v (-without a tally +with):\n%s", ev, diff)
		}
	}
	one.Settle()
	other.Settle()
	if diff := cmp.Diff(plain.Stats(), tallied.Stats()); diff != "" {
		t.Errorf("stats (-without a tally +with):\n%s", diff)
	}
	if emitted == 0 {
		t.Error("no hit was emitted beside the tallies")
	}
	one.Close()
	other.Close()
}
