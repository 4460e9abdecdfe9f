package dashboards

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// A rule is edited here, checked, and tried on what the log still holds. It is kept nowhere: the file is the truth, so a rule that
// is good is put into its file, whose history has version and author, and loaded from there.

type tryView struct {
	base
	Head, Second string
	Text         string
	Lines        int // of the edit box
	Spans        []option
	File         string // where the rule stands now; empty: it is new
	Rule         string
	Refused      bool
	Problems     []string
	Silent       bool // it was tried on all of the time, and sent nothing
	Rows         []tryRow
	More         int
}

type tryRow struct {
	At       stamp
	Severity severityView
	Rule     string
	Title    string
	Lasted   string
}

// trySpans are how far back a rule is tried.
var trySpans = []struct {
	value, label string
	span         time.Duration
}{
	{"1h", "the last hour", time.Hour},
	{"6h", "the last 6 h", 6 * time.Hour},
	{"24h", "the last 24 h", 24 * time.Hour},
	{"7d", "the last 7 days", 7 * 24 * time.Hour},
}

const defaultSpan = "6h"

// newRule is what the edit box holds where no rule was chosen.
const newRule = `version: 1
rules:
  - name: my-rule
    when: service == "checkout" && level >= error
    by: [service]
    window: 5m
    if: value > 50
    severity: notice
`

// tryForm shows the edit box, with a rule in it where one is named.
func (s *Server) tryForm(w http.ResponseWriter, r *http.Request) {
	v := s.newTry(w, r, r.URL.Query())
	v.Text = newRule
	if v.Rule != "" {
		set, err := s.src.Rules.ListRules(r.Context())
		if err != nil {
			s.failWith(w, r, "rules", err)
			return
		}
		text, ok := "", false
		for k := range set.Rules {
			if set.Rules[k].Name == v.Rule {
				text, v.File, ok = set.Rules[k].Definition, set.Rules[k].File, true
			}
		}
		if !ok {
			s.failWith(w, r, "rule", ErrNotFound)
			return
		}
		v.Text = "version: 1\nrules:\n  " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ") + "\n"
	}
	s.render(w, r, http.StatusOK, "try", v.sized())
}

func (s *Server) newTry(w http.ResponseWriter, r *http.Request, q url.Values) tryView {
	v := tryView{base: s.base(w, r, "Try a rule", "rules"), Rule: q.Get("rule"), File: short(q.Get("file"))}
	v.Crumbs = []crumb{{"Rules", "/rules"}}
	v.Head, v.Second = "Try a rule on the past", "It is judged by the engine that judges live traffic. Nothing is sent, and nothing is kept."
	now := cmp.Or(q.Get("span"), defaultSpan)
	for _, x := range trySpans {
		v.Spans = append(v.Spans, option{x.value, x.label, x.value == now})
	}
	return v
}

func (v tryView) sized() tryView {
	v.Lines = min(40, max(14, strings.Count(v.Text, "\n")+2))
	return v
}

// tryRule judges what the edit box holds.
func (s *Server) tryRule(w http.ResponseWriter, r *http.Request) {
	v := s.newTry(w, r, r.PostForm)
	v.Text = strings.ReplaceAll(r.PostForm.Get("rules"), "\r\n", "\n")
	span := time.Duration(0)
	for _, x := range trySpans {
		if x.value == cmp.Or(r.PostForm.Get("span"), defaultSpan) {
			span = x.span
		}
	}
	if span == 0 {
		s.fail(w, r, http.StatusUnprocessableEntity, "invalid", "The span is unknown: use 1h, 6h, 24h or 7d.")
		return
	}
	c := v.clock
	trial, err := s.src.Rules.TryRules(r.Context(), v.Text, c.now.Add(-span))
	if err != nil {
		s.failWith(w, r, "past", err)
		return
	}
	status := http.StatusOK
	v.Problems, v.Refused = trial.Problems, trial.Refused
	if trial.Refused {
		status, v.Head, v.Second = http.StatusUnprocessableEntity, "The rules have mistakes.", "They are named below; nothing was judged."
	} else {
		v.show(&trial, c)
	}
	s.render(w, r, status, "try", v.sized())
}

func (v *tryView) show(t *RuleTrial, c clock) {
	n := 0
	for k := range t.Pages {
		if t.Pages[k].Severity == detector.SeverityPage {
			n++
		}
	}
	lines := plural(int(min(t.Lines, 1<<53)), "line")
	v.Head = "Would have sent " + plural(n, "page") + " and " + plural(len(t.Pages)-n, "notice") + "."
	switch {
	case t.From.IsZero() && t.Cut:
		v.Head = "Nothing was judged: the time for it was over."
		v.Second = "Read: " + lines + ", all from before the time that was asked for, of which rules learn."
	case t.From.IsZero():
		v.Head, v.Second = "Nothing was judged.", "Read: "+lines+", none of the time that was asked for."
	default:
		v.Second = fmt.Sprintf("%s, %s to %s.", lines, c.dayIfOther(t.From)+c.hms(t.From), c.zoned(t.To))
	}
	if t.Cut {
		v.Second += " There was no time for more: choose a shorter span, or run tocsin backtest."
	}
	v.Silent = len(t.Pages) == 0 && !t.Cut && !t.From.IsZero()
	const most = 100
	first := max(0, len(t.Pages)-most)
	v.More = first
	for k := len(t.Pages) - 1; k >= first; k-- {
		p := &t.Pages[k]
		row := tryRow{At: c.stamp(p.At, c.minute(p.At)), Severity: severityOf(p.Severity), Rule: p.Rule, Title: p.Title, Lasted: "still open"}
		if !p.Until.IsZero() {
			row.Lasted = lasting(p.Until.Sub(p.At))
		}
		if p.Again {
			row.Title = "Again: " + row.Title
		}
		v.Rows = append(v.Rows, row)
	}
}
