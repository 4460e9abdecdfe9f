package incident

import (
	"slices"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// An incident that comes and goes for a day keeps how it began and what was last; each entry is handed out once at least.
func TestTheTimelineOfAnIncidentThatFlapsIsBounded(t *testing.T) {
	tr := New(Options{})
	spike := signal(detector.KindErrorSpike, service("checkout"), 500, 2)
	out := make(map[detector.Entry]bool)
	most := 0
	for _, ch := range play(tr, 24*360, func(i int) []detector.Signal {
		if i%12 < 2 {
			return []detector.Signal{spike}
		}
		return nil
	}) {
		most = max(most, len(ch.Incident.Timeline))
		for _, e := range ch.Incident.Timeline {
			out[e] = true
		}
	}
	open := tr.Open()
	if len(open) != 1 {
		t.Fatalf("%d incidents", len(open))
	}
	kept := open[0].Timeline
	if len(kept) != maxEntries || most != maxEntries || kept[0].Kind != detector.EntryOnset || kept[1].Kind != detector.EntryOpened {
		t.Errorf("%d entries, at most %d in a change; it begins with %v", len(kept), most, kept[:2])
	}
	if !slices.IsSortedFunc(kept, func(a, b detector.Entry) int { return a.At.Compare(b.At) }) {
		t.Error("the entries are not in order")
	}
	if len(out) < 1400 {
		t.Errorf("%d entries were handed out in a day", len(out))
	}
}
