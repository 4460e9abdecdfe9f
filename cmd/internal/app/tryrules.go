package app

import (
	"context"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/cmd/internal/tool"
	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/rules"
)

// trialTime is how long a trial may read, of which there is one at a time: the machine has live traffic to judge.
const trialTime = 20 * time.Second

// rulesOf shows the rules to the dashboard and tries others.
type rulesOf struct {
	*ruleBook
	trial chan struct{} // holds a value while one runs
	past  func() (tool.Topic, error)
}

func (a *App) rulesOf() rulesOf { return rulesOf{a.book, make(chan struct{}, 1), a.past} }

// TryRules implements dashboards.Rules.
func (r rulesOf) TryRules(ctx context.Context, text string, from time.Time) (dashboards.RuleTrial, error) {
	set, problems := rules.LoadText("rules", []byte(text), rules.Options{})
	out := dashboards.RuleTrial{Refused: set == nil}
	for _, p := range problems {
		out.Problems = append(out.Problems, p.String())
	}
	if set == nil {
		return out, nil
	}
	select {
	case r.trial <- struct{}{}:
	default:
		return out, fmt.Errorf("another trial is running: wait until it is done: %w", dashboards.ErrConflict)
	}
	defer func() { <-r.trial }()
	topic, err := r.past()
	if err != nil {
		return out, err
	}
	ctx, cancel := context.WithTimeout(ctx, trialTime)
	defer cancel()
	t, err := tool.Try(ctx, topic, set, from, r.now())
	if err != nil {
		return out, err
	}
	out.Lines, out.From, out.To, out.Cut = t.Lines, t.From, t.Until, t.Cut
	for _, p := range t.Pages {
		out.Pages = append(out.Pages, dashboards.TriedPage(p))
	}
	return out, nil
}
