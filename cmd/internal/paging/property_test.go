package paging

import (
	"fmt"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/store/storetest"
)

// TestRandomHistories lets incidents come and go under routes of every sort, with two replicas of which one is killed now and
// then, senders that die, and people who act; and holds what receivers heard against what must always be so: nobody hears twice
// of one thing, an opening comes before what follows it, and in the end everybody knows how everything stands.
func TestRandomHistories(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			fresh := storetest.SQLite
			if seed == 0 {
				fresh = storetest.Postgres
			}
			w := newWorld(t, seed, fresh(t))
			for range 90 {
				w.step()
				if t.Failed() {
					return
				}
			}
			// Into the day, past the longest wait: that of the list beyond a budget, and a digest.
			w.rests(26 * time.Hour)
			noon := w.clock().Truncate(24 * time.Hour).Add(36 * time.Hour)
			w.rests(noon.Sub(w.clock()))
			w.knows("at rest")
			for _, in := range w.open {
				w.commit(detector.ChangeResolved, in)
			}
			w.rests(26 * time.Hour)
			w.knows("when all is over")
		})
	}
}

func (w *world) step() {
	switch w.rand.IntN(12) {
	case 0, 1:
		w.opens()
	case 2, 3:
		w.engine()
	case 4:
		w.person()
	case 5:
		w.explains()
	case 6:
		w.restart(w.rand.IntN(2))
	case 7, 8:
		w.pace()
	case 9, 10:
		w.sends(false)
	case 11:
		w.now.Add([]int64{5, 40, 150, 700, 4000}[w.rand.IntN(5)])
	}
	w.now.Add(1)
}

// stateful are the receivers of routes that keep state.
var stateful = map[string]bool{"pager": true, "duty": true, "chat": true, "boss": true}

// knows holds what receivers believe against what is so.
func (w *world) knows(when string) {
	w.Helper()
	for _, known := range w.open {
		in, err := w.replicas[0].Incident(w.Context(), known.ID)
		if err != nil {
			w.Fatal(err)
		}
		hidden := in.ExplainedBy != "" || in.Severity == detector.SeverityPage && !in.Page
		for _, name := range w.whom(in) {
			as, heard := "nothing", false
			if r := w.told[name]; r != nil {
				var st detector.Status
				if st, heard = r.as[in.ID]; heard {
					as = string(st)
				}
			}
			switch {
			case hidden, as == string(in.Status):
			case !heard && in.Status != detector.StatusOpen: // taken or over before it was told
			case heard && !stateful[name] && in.Status != detector.StatusResolved: // what is explained tells nobody of acts
			case name == "mail" && heard: // a digest is of its day
			default:
				w.Errorf("%s: %s is %s, and %s knows %s", when, in.ID, in.Status, name, as)
			}
		}
	}
}

// whom are the receivers that must know of an incident.
func (w *world) whom(in *detector.Incident) []string {
	var out []string
	if in.Kind == detector.KindSecret {
		out = append(out, "security")
	}
	switch {
	case in.Severity == detector.SeverityNotice:
		return append(out, "mail")
	case in.Service == "a":
		out = append(out, "oncall", "pager")
		if in.Status == detector.StatusOpen && !w.renamed { // a group of a route that is gone escalates to nobody
			out = append(out, "boss")
		}
	case in.Service == "b":
		out = append(out, "oncall", "duty")
	case in.Service == "c":
		out = append(out, "chat")
	default:
		out = append(out, "rest")
	}
	return append(out, "inbox")
}
