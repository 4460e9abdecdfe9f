package tool

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/rules"
)

// Trial is what rules would have sent.
type Trial struct {
	Lines       uint64    // that were read, with those before From, which only teach
	From, Until time.Time // of what was judged; zero where nothing of the time that was asked for was
	Pages       []Tried   // oldest first
	Cut         bool      // the time for it was over before the log was read
}

// Tried is a message that a rule would have sent.
type Tried struct {
	At       time.Time
	Until    time.Time // zero while it lasts
	Rule     string
	Severity detector.Severity
	Again    bool // it was reopened
	Title    string
}

// Try is Backtest for a set of rules that stands in no file, on what a topic holds from a time on. Where ctx has a deadline it
// tells what was judged until then.
func Try(ctx context.Context, t Topic, set *rules.Set, from, to time.Time) (Trial, error) {
	b := &backtest{m: &merger{}}
	defer b.close()
	b.add(set)
	err := b.read(ctx, t, from, to)
	cut := errors.Is(ctx.Err(), context.DeadlineExceeded)
	if err != nil && !cut {
		return Trial{}, err
	}
	r := b.m.judge[0]
	out := Trial{Lines: b.m.total.lines, Cut: cut}
	if first := r.First(); !first.IsZero() {
		out.From, out.Until = first, r.Until()
		if first.Before(from) {
			out.From = from
		}
		if r.Newest().After(out.Until) {
			out.Until = r.Newest()
		}
	}
	if !out.Until.After(out.From) {
		out.From, out.Until = time.Time{}, time.Time{}
		return out, nil
	}
	for _, x := range b.sent[0].since(out.From) {
		if slices.ContainsFunc(set.Rules(), func(r *rules.Rule) bool { return r.Name == x.rule }) {
			out.Pages = append(out.Pages, Tried{x.at, x.until, x.rule, x.severity, x.again, x.title})
		}
	}
	return out, nil
}
