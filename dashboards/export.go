package dashboards

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// incidentExport is an incident as Markdown, for a post-mortem. Log text stands in code only, so that it formats nothing.
func (s *Server) incidentExport(w http.ResponseWriter, r *http.Request) {
	i, err := s.src.Incidents.Incident(r.Context(), r.PathValue("id"))
	if err != nil {
		s.failWith(w, r, "incident", err)
		return
	}
	c := s.clock(r)
	var b strings.Builder
	fmt.Fprintf(&b, "# %s: %s (%s)\n\n", inline(i.Service), word(i.Kind), shortID(i.ID))
	for _, p := range incidentTitle(i) {
		if p.As == "" {
			b.WriteString(prose(p.Text))
		} else {
			b.WriteString(inline(p.Text))
		}
	}
	fmt.Fprintf(&b, "\n\n%s %s\n\n", secondLine(i, c), prose(i.Detail))
	for _, f := range s.incidentFacts(r.Context(), i, c) {
		fmt.Fprintf(&b, "- %s: %s %s %s\n", f.Label, prose(f.Figure), prose(f.Unit), prose(f.Line))
	}
	if len(i.Carriers) > 0 {
		b.WriteString("\n## What carries it\n\n| Template | Observed | Expected | Share |\n|---|---:|---:|---:|\n")
		rows, _ := carriers(i)
		for _, k := range rows {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", strings.ReplaceAll(inline(k.Title), "|", "\\|"), k.Observed, k.Expected, k.ShareText)
		}
	}
	if values, _ := different(i); len(values) > 0 {
		b.WriteString("\n## What is different\n\n| Field | Before | Now |\n|---|---:|---:|\n")
		for _, v := range values {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", strings.ReplaceAll(inline(v.Field+"="+v.Value), "|", "\\|"), v.Past, v.Now)
		}
	}
	b.WriteString("\n## Timeline\n\n")
	rows, _ := timeline(i, c)
	for _, t := range rows {
		fmt.Fprintf(&b, "- %s **%s** %s", t.At.Full, t.Head, prose(t.Rest))
		for _, p := range t.Sub {
			b.WriteString(" " + prose(p.Text))
		}
		b.WriteByte('\n')
	}
	b.WriteString("\n## Lines (redacted)\n\n")
	for _, l := range i.Samples {
		fmt.Fprintf(&b, "    %s %s %s %s\n", l.Time.UTC().Format(time.RFC3339Nano), l.Level, oneLine(l.Host), oneLine(l.Text))
	}
	w.Header().Set("Content-Type", "text/markdown; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Disposition", fmt.Sprintf("inline; filename=%q", "incident-"+fileName(shortID(i.ID))+".md"))
	w.Write(clean([]byte(b.String())))
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// inline puts text in a code span whose fence is longer than any run of back quotes in it.
func inline(s string) string {
	s = oneLine(s)
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		return fence + " " + s + " " + fence
	}
	return fence + s + fence
}

var escapeMarkdown = strings.NewReplacer("\\", "\\\\", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]", "<", "&lt;", "#", "\\#", "|", "\\|", "!", "\\!")

func prose(s string) string { return escapeMarkdown.Replace(oneLine(s)) }

func fileName(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return '_'
	}, s)
}
