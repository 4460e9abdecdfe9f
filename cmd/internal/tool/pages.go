package tool

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/wording"
)

// page is one message that a rule would have sent.
type page struct {
	at       time.Time
	until    time.Time // zero while it lasts
	id       string
	series   string
	rule     string
	severity detector.Severity
	again    bool // it was reopened
	title    string
}

// pages collects what would have been sent.
type pages struct {
	all  []page
	last map[string]int // by incident: its newest page
}

func (p *pages) take(ch detector.Change) {
	if p.last == nil {
		p.last = make(map[string]int)
	}
	in := ch.Incident
	switch {
	case ch.Event == detector.ChangeResolved:
		if i, ok := p.last[in.ID]; ok && in.ResolvedAt != nil {
			p.all[i].until = *in.ResolvedAt
		}
	case ch.Quiet || in.Silenced || in.ExplainedBy != "" || in.Severity == detector.SeverityRecord:
	case ch.Event == detector.ChangeOpened || ch.Event == detector.ChangeReopened:
		rule := string(in.Kind)
		if in.Rule != nil {
			rule = in.Rule.Name
		}
		p.last[in.ID] = len(p.all)
		p.all = append(p.all, page{
			at: in.UpdatedAt.UTC(), id: in.ID, series: in.SeriesKey, rule: rule, severity: in.Severity,
			again: ch.Event == detector.ChangeReopened, title: in.Title,
		})
	}
}

// since are the pages from a time on, in their order.
func (p *pages) since(from time.Time) []page {
	out := slices.DeleteFunc(slices.Clone(p.all), func(x page) bool { return x.at.Before(from) })
	slices.SortStableFunc(out, func(a, b page) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.rule, b.rule), cmp.Compare(a.series, b.series))
	})
	return out
}

// same reports whether two pages tell of the same: of one series and at times that overlap.
func (x page) same(y page) bool {
	return x.series == y.series && x.severity == y.severity && x.again == y.again &&
		(y.until.IsZero() || !x.at.After(y.until)) && (x.until.IsZero() || !y.at.After(x.until))
}

// without are the pages of a that have no partner in b.
func without(a, b []page) []page {
	by := make(map[string][]page)
	for _, y := range b {
		by[y.series] = append(by[y.series], y)
	}
	return slices.DeleteFunc(slices.Clone(a), func(x page) bool {
		i := slices.IndexFunc(by[x.series], x.same)
		if i < 0 {
			return false
		}
		by[x.series] = slices.Delete(by[x.series], i, i+1)
		return true
	})
}

func (x page) print(w io.Writer, mark string) {
	again, lasted := "", "still open"
	if x.again {
		again = "again: "
	}
	if !x.until.IsZero() {
		lasted = "for " + detector.Duration(x.until.Sub(x.at)).String()
	}
	fmt.Fprintf(w, "%s%s  %-6s  %s  %s%s (%s)\n", mark, x.at.Format(time.RFC3339), x.severity, x.rule, again, clip(x.title, 200), lasted)
}

const (
	week      = 7 * 24 * time.Hour
	leastSpan = 24 * time.Hour // of less, nothing is said of a week: one page in an hour would be 168
)

func howMany(n int, what string) string {
	return fmt.Sprintf("%d %s", n, wording.Plural(uint64(n), what, what+"s"))
}

// report prints a line for each page, and how many pages each rule would have sent; from a day on, also how many a week.
func (b *backtest) report(w io.Writer) error {
	r := b.m.judge[0]
	from := b.from
	if first := r.First(); from.IsZero() || first.After(from) {
		from = first
	}
	sent := b.sent[0].since(from)
	if len(b.sent) == 1 {
		for _, x := range sent {
			x.print(w, "")
		}
	} else {
		b.reportDiff(w, sent, b.sent[1].since(from))
	}
	until := r.Until()
	if r.Newest().After(until) {
		until = r.Newest()
	}
	span := max(until.Sub(from), rate.Fine)
	if r.First().IsZero() {
		_, err := fmt.Fprintf(w, "%s lines, none with a time: nothing was judged\n", wording.Count(b.m.total.lines))
		return err
	}
	fmt.Fprintf(w, "%s lines, %s to %s\n", wording.Count(b.m.total.lines), from.UTC().Format(time.RFC3339), until.UTC().Format(time.RFC3339))
	if b.missing > 0 {
		fmt.Fprintf(w, "%s of the topic %s gone by compaction or retention, or cannot be read: the rules saw the rest alone, and of absence they may say too much\n",
			howMany(int(b.missing), "record"), map[bool]string{true: "is", false: "are"}[b.missing == 1])
	}
	for _, rule := range b.sets[0].Rules() {
		n, repeats, notices := 0, 0, 0
		for _, x := range sent {
			switch {
			case x.rule != rule.Name:
			case x.severity != detector.SeverityPage:
				notices++
			case x.again:
				repeats++
			default:
				n++
			}
		}
		weekly := ""
		if span >= leastSpan {
			weekly = fmt.Sprintf(" (%.1f a week)", float64(n)*float64(week)/float64(span))
		}
		if _, err := fmt.Fprintf(w, "%s: %s%s, %s, %s\n", rule.Name, howMany(n, "page"), weekly, howMany(repeats, "repeat"), howMany(notices, "notice")); err != nil {
			return err
		}
	}
	return nil
}

// reportDiff prints what the new rules would have sent and the old ones not (+), and the other way round (-).
func (b *backtest) reportDiff(w io.Writer, sent, old []page) {
	added, gone := without(sent, old), without(old, sent)
	type line struct {
		page
		mark string
	}
	var lines []line
	for _, x := range gone {
		lines = append(lines, line{x, "- "})
	}
	for _, x := range added {
		lines = append(lines, line{x, "+ "})
	}
	slices.SortStableFunc(lines, func(a, b line) int { return a.at.Compare(b.at) })
	for _, l := range lines {
		l.print(w, l.mark)
	}
	fmt.Fprintf(w, "%d added, %d gone, %d as before\n", len(added), len(gone), len(sent)-len(added))
}
