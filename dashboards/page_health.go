package dashboards

import (
	"html/template"
	"net/http"
	"slices"
	"time"
)

type healthView struct {
	base
	Head       note
	Stages     []stageView
	Partitions []partitionRow
	PartSub    string
	MoreParts  int
	Stores     []storeRow
	Hosts      []skewRow
	Shares     []ServiceShare
	Errors     []errorRow
	StageSub   string
}

type stageView struct {
	Name, Figure string
	Notes        []string
	Bad          bool
}

type partitionRow struct {
	Topic       string
	No          int
	Owner       string
	Offset, Lag string
	Behind      string
	Watermark   stamp
	Spark       template.HTML
	Bad         bool
}

type storeRow struct {
	Name, Note, Latency, State, Sub, Icon, Class string
}

type skewRow struct{ Host, Sub, Off, Lines string }

type errorRow struct {
	Times, Part, Cause, Action string
	Last                       stamp
}

func (s *Server) healthPage(w http.ResponseWriter, r *http.Request) {
	b := s.base(w, r, "Health", "health")
	b.Live = true
	h, c := b.health, b.clock
	v := healthView{base: b, Head: healthHead(h, c), Shares: h.Unstructured}
	v.StageSub = "lines a second, last minute"
	if h.Replicas > 1 {
		v.StageSub += "; " + plural(h.Replicas, "replica")
	}
	for _, st := range h.Stages {
		sv := stageView{Name: st.Name, Figure: figure(st.Value), Notes: st.Notes, Bad: st.Bad}
		if st.Unit != "" {
			sv.Figure += " " + st.Unit
		}
		v.Stages = append(v.Stages, sv)
	}
	v.PartSub = "group " + h.Group
	if h.Generation > 0 {
		v.PartSub += ", generation " + count(h.Generation)
	}
	if !h.CountedTo.IsZero() {
		v.PartSub += "; all counted to " + c.zoned(h.CountedTo)
	}
	parts := slices.Clone(h.Partitions)
	if len(parts) > 64 { // the worst ones are what a reader looks for
		slices.SortStableFunc(parts, func(a, b Partition) int { return int(b.Behind - a.Behind) })
		v.MoreParts = len(parts) - 64
		parts = parts[:64]
	}
	for _, p := range parts {
		v.Partitions = append(v.Partitions, s.partitionRow(p, h.At, c))
	}
	for _, st := range h.Stores {
		row := storeRow{Name: st.Name, Note: st.Note, Latency: lasting(st.Latency), State: "Good", Icon: "resolved", Class: "good"}
		if !st.Since.IsZero() {
			row.Sub = "for " + coarse(c.now.Sub(st.Since))
		}
		if st.Away {
			row.State, row.Icon, row.Class, row.Latency = "Away", "notice", "page", "–"
			if st.Error != "" {
				row.Note = st.Error
			}
		}
		v.Stores = append(v.Stores, row)
	}
	for _, k := range h.SkewedHosts {
		row := skewRow{Host: k.Host, Off: "+" + lasting(k.Off), Sub: "fast since " + c.day(k.Since), Lines: count(k.Lines)}
		if k.Off < 0 {
			row.Off, row.Sub = "−"+lasting(k.Off), "slow since "+c.day(k.Since)
		}
		v.Hosts = append(v.Hosts, row)
	}
	for _, e := range h.OwnErrors {
		v.Errors = append(v.Errors, errorRow{count(e.Times), e.Part, e.Cause, e.Action, c.stamp(e.Last, c.minute(e.Last))})
	}
	s.render(w, r, http.StatusOK, "health", v)
}

func (s *Server) partitionRow(p Partition, at time.Time, c clock) partitionRow {
	row := partitionRow{
		Topic: p.Topic, No: p.ID, Owner: p.Owner, Offset: count(p.Offset), Lag: count(p.LagLines), Behind: lasting(p.Behind),
		Watermark: c.stamp(p.Watermark, c.dayIfOther(p.Watermark)+c.hms(p.Watermark)), Bad: p.Behind > behindAfter,
	}
	if p.Owner == "" {
		row.Owner = "nobody"
	}
	k := curve{start: at.Add(-30 * time.Minute)}
	for _, v := range p.History {
		v := v
		k.observed = append(k.observed, &v)
	}
	if n := len(k.observed); n > 0 {
		k.step = 30 * time.Minute / time.Duration(n)
		row.Spark = s.spark(k, 150, time.Time{}, false, "lag in lines over 30 minutes")
	}
	return row
}

// healthHead is the sentence before the figures: good, or what is wrong and what it means for pages.
func healthHead(h Health, c clock) note {
	for _, st := range h.Stores {
		if st.Away {
			return note{Class: "critical", Icon: "notice", Head: st.Name + " does not answer. Reading waits, nothing is lost.", Text: "Since " + c.zoned(st.Since) + ". It goes on by itself."}
		}
	}
	if h.FirstLine.IsZero() {
		return note{Icon: "learning", Head: "No line has arrived yet.", Text: "tocsin listens on the topic " + h.Topic + ".", Link: crumb{"How to send one", "/connect"}}
	}
	var worst *Partition
	late, unowned := 0, 0
	for k := range h.Partitions {
		p := &h.Partitions[k]
		if p.Owner == "" {
			unowned++
		}
		if p.Behind > behindAfter {
			late++
		}
		if worst == nil || p.Behind > worst.Behind {
			worst = p
		}
	}
	switch {
	case late == 1:
		return note{
			Class: "warning", Icon: "notice", Head: "Partition " + count(worst.ID) + " is " + lasting(worst.Behind) + " behind. Until it catches up nothing is called silent.",
			Text: "Surges and new errors are still called. " + count(worst.LagLines) + " lines wait.",
		}
	case late > 1:
		return note{
			Class: "warning", Icon: "notice", Head: count(late) + " partitions are behind, by " + lasting(worst.Behind) + " at most. Until they catch up nothing is called silent.",
			Text: "Surges and new errors are still called. " + count(h.LagLines) + " lines wait.",
		}
	case unowned > 0:
		return note{Class: "warning", Icon: "notice", Head: plural(unowned, "partition") + " without an owner.", Text: "A rebalance takes some seconds. What is assigned to nobody holds its watermark."}
	}
	if late := h.Unjudged(); late > 0 {
		return note{
			Class: "warning", Icon: "notice", Head: "Lines are counted, and judging is " + lasting(late) + " behind: incidents are found that much later.",
			Text: "Judged to " + c.zoned(h.JudgedTo) + ", counted to " + c.zoned(h.CountedTo) + ".",
		}
	}
	n := note{Class: "ok", Icon: "resolved", Head: "All of it is read and counted, " + lasting(h.Lag) + " behind at most."}
	n.Text = count(h.LinesTotal) + " lines since " + c.zoned(h.FirstLine) + "."
	return n
}
