package dashboards

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
)

const week = 7 * 24 * time.Hour

// previewSpan is how far back a silence or mark is tried: a week, and two where it is to hold for long, as marks do and what
// comes again each week.
func previewSpan(m *mute.Mute) time.Duration {
	if m.Sort != mute.Silence || m.Weekly != nil {
		return 2 * week
	}
	return week
}

// maxPreview bounds the incidents that are looked at.
const maxPreview = 3000

// mutePreview is what a silence or mark would have done.
type mutePreview struct {
	From, To  time.Time
	Pages     []detector.Incident // that it would have muted, newest first
	Others    int                 // notices and records of it
	Open      int                 // of all these, what is open now
	OpenPages int
	LeftOut   int  // secrets and lost input that it matches and does not cover
	Cut       bool // more incidents than were looked at
}

// tryMute holds m against the last week or two: what it matches, within its hours.
func (s *Server) tryMute(ctx context.Context, m *mute.Mute, now time.Time) (mutePreview, error) {
	p := mutePreview{From: now.Add(-previewSpan(m)), To: now}
	f := IncidentFilter{From: p.From, TemplateID: m.Match.TemplateID, Rule: m.Match.Rule, Limit: 500}
	f.Brief, f.Evidence = m.Match.Expr == "", m.Match.Expr != "" // an expression may ask for what only whole incidents have
	if m.Match.Service != "" {
		f.Services = []string{m.Match.Service}
	}
	if m.Match.Kind != "" {
		f.Kinds = []detector.Kind{m.Match.Kind}
	}
	for n := 0; ; {
		page, err := s.src.Incidents.ListIncidents(ctx, f)
		if err != nil {
			return p, err
		}
		for k := range page.Incidents {
			p.add(m, &page.Incidents[k])
		}
		if n += len(page.Incidents); page.Next == "" || n >= maxPreview {
			p.Cut = page.Next != ""
			return p, nil
		}
		f.Cursor = page.Next
	}
}

func (p *mutePreview) add(m *mute.Mute, i *detector.Incident) {
	if m.LeavesOut(i) {
		p.LeftOut++
	}
	if !m.Matches(i) || m.Weekly != nil && !m.Weekly.Covers(i.OpenedAt) {
		return
	}
	open := i.Status != detector.StatusResolved
	if open {
		p.Open++
	}
	if !pages(i) {
		p.Others++
		return
	}
	p.Pages = append(p.Pages, *i)
	if open {
		p.OpenPages++
	}
}

// pages reports whether an incident pages, or would if nothing muted it.
func pages(i *detector.Incident) bool { return i.Page || i.Muted != nil && i.Muted.Page }

// words is the sentence: Would have muted 1 page in the last 7 days, and the 1 that is open.
func (p *mutePreview) words() string {
	span := "the last " + plural(int(p.To.Sub(p.From)/(24*time.Hour)), "day")
	left := ""
	if p.LeftOut > 0 {
		left = " " + capital(plural(p.LeftOut, "incident")) + " of secrets or lost input would have paged all the same."
	}
	head := "Would have muted " + plural(len(p.Pages), "page") + " in " + span
	switch {
	case len(p.Pages) == 0 && p.Others == 0:
		if left != "" {
			return "Would have muted nothing in " + span + "." + left
		}
		return "Matches nothing of " + span + "."
	case p.OpenPages == 1:
		head += ", and the 1 that is open"
	case p.OpenPages > 1:
		head += ", " + count(p.OpenPages) + " of them are open now"
	}
	if p.Others > 0 {
		head += "; also " + plural(p.Others, "incident") + " that paged nobody"
	}
	if p.Cut {
		head += "; only the newest were looked at"
	}
	return head + "." + left
}
