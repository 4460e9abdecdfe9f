package dashboards

import (
	"html/template"
	"slices"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// incidentRow is an incident in a list.
type incidentRow struct {
	ID, URL  string
	Severity severityView
	Kind     string
	Service  string
	Title    []part
	More     string // after the sentence
	Spark    template.HTML
	Since    stamp
	SinceSub string
	State    stateView
	Status   string
	Pick     bool // it may be selected
}

// severityView is a severity by word and shape.
type severityView struct{ Word, Icon, Class string }

func severityOf(s detector.Severity) severityView {
	switch s {
	case detector.SeverityPage:
		return severityView{"Page", "page", "page"}
	case detector.SeverityNotice:
		return severityView{"Notice", "notice", "notice"}
	}
	return severityView{"Record", "record", "record"}
}

// stateView is where an incident is in its life, by word and shape.
type stateView struct{ Word, Icon, Class, Sub string }

// stateOf tells the state. names maps ids of the incidents at hand to their services.
func stateOf(i *detector.Incident, c clock, names map[string]string) stateView {
	if i.Status == detector.StatusResolved {
		v := stateView{Word: "Resolved", Icon: "resolved", Class: "resolved", Sub: "by itself"}
		if e, ok := lastEntry(i, detector.EntryResolved, detector.EntryExpected, detector.EntryNoise, detector.EntryExpired); ok && e.Actor != "" {
			v.Sub = e.Actor
		} else if ok && e.Kind == detector.EntryExpired {
			v.Word, v.Sub = "Expired", "nothing was heard of it"
		} else if len(i.Timeline) == 0 {
			v.Sub = i.Assignee
		}
		return v
	}
	switch {
	case i.ExplainedBy != "":
		sub := "by " + shortID(i.ExplainedBy)
		if n := names[i.ExplainedBy]; n != "" {
			sub = "by " + n + " " + shortID(i.ExplainedBy)
		}
		return stateView{Word: "Explained", Icon: "explained", Sub: sub}
	case i.Muted != nil:
		return stateView{Word: mutedWord(i), Icon: "silenced", Sub: mutedBrief(i.Muted.Why)}
	case i.Silenced:
		return stateView{Word: "Silenced", Icon: "silenced"}
	case i.Status == detector.StatusAcknowledged:
		v := stateView{Word: "Acknowledged", Icon: "acknowledged", Sub: i.Assignee}
		if e, ok := lastEntry(i, detector.EntryAcknowledged); ok {
			v.Sub = i.Assignee + ", " + c.minute(e.At)
		}
		return v
	}
	v := stateView{Word: "Open", Icon: "open", Sub: "nobody has taken it"}
	if !i.Page {
		v.Sub = ""
	}
	return v
}

// mutedBrief is what a person said of a silence or mark, for a narrow column: the reason alone.
func mutedBrief(why string) string {
	for _, by := range []string{", marked by ", ", by "} {
		if at := strings.LastIndex(why, by); at >= 0 {
			why = why[:at]
			break
		}
	}
	_, reason, _ := strings.Cut(why, ": ")
	return cutMiddle(reason, 60)
}

// mutedWord is the state of what a silence or mark covers.
func mutedWord(i *detector.Incident) string {
	if i.Muted.As == "silence" {
		return "Silenced"
	}
	return capital(i.Muted.As)
}

func lastEntry(i *detector.Incident, kinds ...detector.EntryKind) (detector.Entry, bool) {
	for n := len(i.Timeline) - 1; n >= 0; n-- {
		if slices.Contains(kinds, i.Timeline[n].Kind) {
			return i.Timeline[n], true
		}
	}
	return detector.Entry{}, false
}

// incidentRows makes rows. since is the second column of time: how long ago (overview), or when (lists).
func (s *Server) incidentRows(list []detector.Incident, c clock, overview bool) []incidentRow {
	names := map[string]string{}
	for k := range list {
		names[list[k].ID] = list[k].Service
	}
	rows := make([]incidentRow, 0, len(list))
	for k := range list {
		i := &list[k]
		r := incidentRow{
			ID: i.ID, URL: incidentURL(i.ID), Severity: severityOf(i.Severity), Kind: kindWord(i.Kind), Service: i.Service,
			Title: incidentTitle(i), State: stateOf(i, c, names), Status: string(i.Status), Pick: selectable(i),
		}
		if overview && i.Service != "" && !strings.Contains(i.Title, i.Service) {
			r.Title = append([]part{{Text: i.Service + ": "}}, r.Title...) // a rule's own sentence need not name it
		}
		if overview && i.ExplainedBy != "" && i.Status != detector.StatusResolved {
			r.More = "Explained by " + orID(names[i.ExplainedBy], i.ExplainedBy) + "; nobody was paged."
		}
		if i.Chart != nil {
			less := i.Kind == detector.KindFall || i.Kind == detector.KindSilence || i.Kind == detector.KindLoss
			r.Spark = s.spark(chartCurve(i.Chart), 120, i.Onset, less, "lines around the onset")
		} else {
			r.Spark = s.spark(curve{}, 120, time.Time{}, false, "no chart is kept")
		}
		switch {
		case overview && i.ResolvedAt != nil:
			r.Since, r.SinceSub = c.stamp(*i.ResolvedAt, c.ago(*i.ResolvedAt)), c.zoned(*i.ResolvedAt)
		case overview:
			r.Since, r.SinceSub = c.stamp(i.Onset, c.ago(i.Onset)), c.zoned(i.Onset)
		case i.ResolvedAt != nil:
			r.Since, r.SinceSub = c.stamp(i.Onset, c.hms(i.Onset)+" "+c.name(i.Onset)), lasting(i.ResolvedAt.Sub(i.Onset))
		default:
			r.Since, r.SinceSub = c.stamp(i.Onset, c.hms(i.Onset)+" "+c.name(i.Onset)), "for "+coarse(c.now.Sub(i.Onset))
		}
		rows = append(rows, r)
	}
	return rows
}

func orID(name, id string) string {
	if name == "" {
		return shortID(id)
	}
	return name
}

func incidentURL(id string) string { return "/incidents/" + template.URLQueryEscaper(id) }
