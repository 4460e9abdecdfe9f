package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/cmd/internal/config"
	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/rules"
)

// ruleBook holds the rules as they run, and loads them again.
type ruleBook struct {
	now           func() time.Time
	sensitivities *sensitivities
	resolve       func(detector.ShapeID) detector.ShapeID
	judgesAll     func() bool // nil: it does

	mu       sync.Mutex
	set      *rules.Set
	loadedAt time.Time
	version  string
	problem  string // why the files as they were at the last reload were refused
	judges   map[int]*rules.Evaluator
}

// load reads the files of a configuration. Where they are at fault the rules before stay.
func (b *ruleBook) load(c config.Rules) (warnings []rules.Problem, err error) {
	set, problems := rules.Load(nil, c.Files, rules.Options{Packs: c.Packs})
	b.mu.Lock()
	defer b.mu.Unlock()
	if set == nil {
		lines := make([]string, 0, len(problems))
		for _, p := range problems {
			if p.Severity == rules.ProblemError {
				lines = append(lines, p.String())
			}
		}
		return nil, fmt.Errorf("rules:\n%s", strings.Join(lines, "\n"))
	}
	b.set, b.loadedAt, b.version, b.problem = set, b.now(), versionOf(set), ""
	b.judges = make(map[int]*rules.Evaluator)
	return problems, nil
}

// versionOf is the same for the same rules.
func versionOf(set *rules.Set) string {
	h := sha256.New()
	for _, r := range set.Rules() {
		fmt.Fprintf(h, "%q %q\n", r.Name, r.Text)
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

// refuse notes why a reload took nothing over.
func (b *ruleBook) refuse(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.problem = err.Error()
}

// count is how many rules run.
func (b *ruleBook) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.set.Rules())
}

// engineRules is one loaded set as the engine uses it.
func (b *ruleBook) engineRules() engine.Rules {
	b.mu.Lock()
	defer b.mu.Unlock()
	return &loadedRules{book: b, set: b.set}
}

type loadedRules struct {
	book *ruleBook
	set  *rules.Set
}

func (l *loadedRules) Matcher(tally func([]detector.Hit) detector.Tally) engine.Matcher {
	return l.set.NewMatcher(rules.MatcherOptions{Resolve: l.book.resolve, Tally: tally})
}

func (l *loadedRules) Judge(shard int) detector.Judge {
	e := l.set.NewEvaluator(rules.EvalOptions{Shard: shard, ShardOf: rate.ShardOf})
	l.book.mu.Lock()
	defer l.book.mu.Unlock()
	if l.book.set == l.set {
		l.book.judges[shard] = e
	}
	return e
}

// Early reports whether the rule may page before a bucket is complete.
func (l *loadedRules) Early(rule string) bool { return l.set.Early(rule) }

// Adjust takes what the rules' files say, then what is left of it at the sensitivity of the service.
func (l *loadedRules) Adjust(s *detector.Signal) (detector.Severity, bool) {
	severity, muted := l.set.Adjust(s)
	now, _ := l.book.sensitivities.of(s.Service)
	return now.Adjust(severity, s), muted
}

// ListRules implements dashboards.Rules.
func (b *ruleBook) ListRules(context.Context) (dashboards.RuleSet, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := dashboards.RuleSet{LoadedAt: b.loadedAt, Version: b.version, Problem: b.problem}
	out.Part = b.judgesAll != nil && !b.judgesAll()
	judges := make([]*rules.Evaluator, 0, len(b.judges))
	for _, e := range b.judges {
		judges = append(judges, e)
	}
	for _, r := range b.set.Overview(judges...) {
		out.Rules = append(out.Rules, shownRule(&r))
	}
	return out, nil
}

func shownRule(r *rules.RuleStatus) dashboards.Rule {
	file := fmt.Sprintf("%s:%d", filepath.Base(r.Rule.File), r.Rule.Line)
	if r.Rule.Pack != "" {
		file = fmt.Sprintf("pack %s:%d", r.Rule.Pack, r.Rule.Line)
	}
	d := dashboards.Rule{
		Name: r.Rule.Name, File: file, Line: r.Rule.Line, Severity: r.Rule.Severity, Definition: r.Rule.Text, When: r.Rule.When,
		If: r.Rule.If, Runbook: r.Rule.Runbook, Evaluations: r.Stats.Evaluations + r.Stats.Judged,
		Errors: r.Stats.Errors + r.Stats.Faults, LastError: r.Stats.LastError,
	}
	for _, s := range r.Series {
		names := make([]string, len(s.By))
		for i, g := range s.By {
			names[i] = g.Name + "=" + g.Value
		}
		st := dashboards.RuleState{
			Key: strings.Join(names, " "), State: string(s.State), Since: s.Since, Reason: s.Reason, Turns: shownTurns(&s),
		}
		if s.Value == s.Value { // not NaN: there is one
			st.Value = &s.Value
		}
		if s.Expected == s.Expected {
			st.Expected = &s.Expected
		}
		d.States = append(d.States, st)
	}
	return d
}

// shownTurns are the evaluations of a series that its page shows.
func shownTurns(s *rules.SeriesStatus) []dashboards.RuleTurn {
	turns := s.Turns
	if s.Now != nil && (len(turns) == 0 || s.Now.At.After(turns[0].At)) {
		turns = append([]rules.Turn{*s.Now}, turns...)
	}
	out := make([]dashboards.RuleTurn, 0, len(turns))
	for _, t := range turns {
		turn := dashboards.RuleTurn{At: t.At, Holds: t.Holds, From: string(t.From), To: string(t.To), Reason: t.Reason}
		if t.Value == t.Value { // not NaN
			turn.Value = &t.Value
		}
		out = append(out, turn)
	}
	return out
}
