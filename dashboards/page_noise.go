package dashboards

import (
	"net/http"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

type noiseView struct {
	base
	Head, Second string
	Pages        []noiseRow
	Services     []noiseLogRow
	Logs         []noiseLogRow
	LogsTotal    int
	Priced       bool
	Filter       *filterView
}

// noise tells what pages most, what logs most and what that costs, and how to have less of it.
func (s *Server) noise(w http.ResponseWriter, r *http.Request) {
	b := s.base(w, r, "Noise", "noise")
	rng, err := readRange(r, b.clock, "30d")
	if err != nil {
		s.fail(w, r, http.StatusBadRequest, "bad_time", err.Error())
		return
	}
	b.Range = &rng
	v := noiseView{base: b}
	paged, err := s.pagesOf(r.Context(), rng)
	if err != nil {
		s.failWith(w, r, "incidents", err)
		return
	}
	logs, err := s.logsOf(r.Context(), rng)
	if err != nil {
		s.failWith(w, r, "counts", err)
		return
	}
	q := r.URL.Query()
	var chosen *CountRow
	if text := q.Get("template"); text != "" {
		id, err := detector.ParseShapeID(text)
		if err != nil {
			s.fail(w, r, http.StatusBadRequest, "bad_filter", err.Error())
			return
		}
		if chosen = logs.find(id, q.Get("of")); chosen == nil {
			s.fail(w, r, http.StatusNotFound, "not_found", "Nothing of this template was counted in this time.")
			return
		}
	} else if len(logs.rows) > 0 {
		chosen = &logs.rows[0]
	}
	v.Pages, v.Services, v.Logs, v.LogsTotal, v.Priced = paged.rows(b.clock), logs.services(10), logs.top(10, q, chosen), len(logs.rows), logs.cost.PerGB > 0
	if chosen != nil {
		v.Filter = s.filterOf(r.Context(), q, &logs, chosen)
		if !v.May.Act {
			v.Filter.Expect = ""
		}
	}
	v.words(&paged, &logs)
	s.render(w, r, http.StatusOK, "noise", v)
}

func (v *noiseView) words(paged *noisePages, logs *noiseLogs) {
	in := v.Range.words()
	v.Head = plural(paged.paged, "page") + " in " + in + "; " + count(paged.idle) + " led to nothing"
	if paged.open > 0 {
		v.Head += ", " + count(paged.open) + " nobody has taken yet"
	}
	v.Head += "."
	if paged.paged == 0 {
		v.Head = "No page in " + in + "."
	}
	if paged.cut {
		v.Head += " Only the newest " + count(maxNoise) + " pages were looked at."
	}
	if len(v.Logs) >= 3 {
		v.Head += " Three templates are " + percent(v.Logs[0].Share+v.Logs[1].Share+v.Logs[2].Share) + " of the bytes."
	}
	v.Second = size(logs.perDay(logs.all)) + " a day."
	if v.Priced {
		v.Second = size(logs.perDay(logs.all)) + " cost " + logs.costOf(logs.perDay(logs.all)) + " a day at " + money(logs.cost.PerGB, logs.cost.Currency) + " for a GB, the price set in tocsin.yml."
	}
	if logs.span < 24*time.Hour {
		v.Second += " It is reckoned from " + lasting(logs.span) + ", as long as anything was counted."
	}
	if paged.muted > 0 {
		v.Second += " Silences and marks held " + plural(paged.muted, "page") + " back."
	}
	v.Second += " tocsin mutes nothing by itself. What a filter at the shipper drops, it can no longer count."
}
