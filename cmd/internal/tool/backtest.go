package tool

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/clock"
	"github.com/tocsin-io/tocsin/detector/decode"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/redact"
	"github.com/tocsin-io/tocsin/rules"
)

// BacktestOptions says which rules are tried, and on what.
type BacktestOptions struct {
	Rules []string // files of rules
	Diff  []string // files of the rules to compare with; none: no comparison
	From  string   // of the topic: -7d or a time; empty: the input's files are read
	To    string   // the same; empty: now
	Now   time.Time
	// Topic gives what the service reads, and how it understands it. It is asked only where From is given.
	Topic func() (Topic, error)
}

// Backtest shows which pages rules would have sent, judged by the engine that judges live traffic.
func Backtest(ctx context.Context, in Input, o BacktestOptions) error {
	if len(o.Rules) == 0 {
		return errors.New("name the rules to try: --rules rules.yml")
	}
	if (o.From == "") == (len(in.Files) == 0) {
		return errors.New("say what to try the rules on: --from -7d for the topic that the service reads, or files")
	}
	if o.To != "" && o.From == "" {
		return errors.New("--to goes with --from: files are read whole")
	}
	sets, err := backtestSets(o)
	if err != nil {
		return err
	}
	b := &backtest{m: &merger{}}
	defer b.close()
	for _, set := range sets {
		b.add(set)
	}
	p := newProgress(in.Stderr)
	if o.From == "" {
		err = b.files(ctx, in, p)
	} else {
		err = b.topic(ctx, o)
	}
	p.done()
	if err != nil {
		return err
	}
	return b.report(in.Stdout)
}

func backtestSets(o BacktestOptions) ([]*rules.Set, error) {
	var sets []*rules.Set
	for _, files := range [][]string{o.Rules, o.Diff} {
		set, err := ruleSet(files)
		if err != nil {
			return nil, err
		}
		if set != nil {
			sets = append(sets, set)
		}
	}
	return sets, nil
}

// backtest judges one input with one or two sets of rules.
type backtest struct {
	m        *merger
	decode   decode.Options
	redact   *redact.Compiled
	sets     []*rules.Set
	matchers []engine.Matcher
	sent     []*pages // by set
	from     time.Time
	missing  int64 // records of the topic that are gone, or could not be read
}

func (b *backtest) add(set *rules.Set) {
	sent := &pages{}
	b.sent, b.sets = append(b.sent, sent), append(b.sets, set)
	r := engine.NewReplay(engine.ReplayOptions{
		Lateness: scanLateness, Adjust: set.Adjust, Changed: sent.take,
		Judge: func() detector.Judge { return set.NewEvaluator(rules.EvalOptions{}) },
	})
	b.m.judge = append(b.m.judge, r)
	b.matchers = append(b.matchers, set.NewMatcher(rules.MatcherOptions{Resolve: r.Templates.Canonical}))
}

func (b *backtest) close() {
	for _, m := range b.matchers {
		m.Close()
	}
}

// stages makes the stages of one log.
func (b *backtest) stages(service string) (stages, error) {
	out := stages{decode: b.decode, redactor: b.redact.Redactor()}
	if service != "" {
		out.decode.Service = service
	}
	for i, r := range b.m.judge {
		s, err := engine.NewScan(r, engine.ScanOptions{Corrector: clock.New(clock.Options{}), Matcher: b.matchers[i]})
		if err != nil {
			return stages{}, err
		}
		out.scans = append(out.scans, s)
	}
	return out, nil
}

func (b *backtest) files(ctx context.Context, in Input, p *progress) (err error) {
	if b.redact, err = redact.Compile(redact.Options{}); err != nil {
		return err
	}
	b.decode = decode.Options{Now: time.Now, Ordered: true}
	return b.m.files(ctx, in, p, b.stages)
}

// topic reads what the topic still holds, from some time before the first page that counts, so that rules know then
// what they would have known.
func (b *backtest) topic(ctx context.Context, o BacktestOptions) error {
	from, err := moment(o.From, o.Now)
	if err != nil {
		return fmt.Errorf("--from: %w", err)
	}
	to := o.Now
	if o.To != "" {
		if to, err = moment(o.To, o.Now); err != nil {
			return fmt.Errorf("--to: %w", err)
		}
	}
	if !from.Before(to) {
		return fmt.Errorf("--from %s is not before --to %s", from.Format(time.RFC3339), to.Format(time.RFC3339))
	}
	t, err := o.Topic()
	if err != nil {
		return err
	}
	return b.read(ctx, t, from, to)
}

// read judges what a topic holds of a time.
func (b *backtest) read(ctx context.Context, t Topic, from, to time.Time) (err error) {
	if b.redact, err = redact.Compile(t.Redact); err != nil {
		return err
	}
	b.decode, b.from = t.Decode, from
	log, err := t.open(ctx, from.Add(-b.lead()), to)
	if err != nil {
		return err
	}
	defer log.close()
	for _, l := range log.partitions {
		s, err := b.stages("")
		if err != nil {
			return err
		}
		b.m.add(l.next, s, len(log.partitions), time.Time{})
	}
	err = b.m.run(ctx)
	for _, l := range log.partitions {
		b.missing += l.missing
	}
	return err
}

// maxLead bounds what is read before the time that is asked for.
const maxLead = 24 * time.Hour

// lead is how long rules look back, or learn.
func (b *backtest) lead() time.Duration {
	lead := rules.DefaultLearn
	for _, set := range b.sets {
		for _, r := range set.Rules() {
			lead = max(lead, r.Window+r.For, r.Learn)
		}
	}
	return min(lead, maxLead)
}

// moment reads -7d as so long before now, and times as they are written.
func moment(s string, now time.Time) (time.Time, error) {
	if d, err := detector.ParseDuration(s); err == nil {
		if d > 0 {
			return time.Time{}, fmt.Errorf("%s lies in the future: write -%s", s, strings.TrimPrefix(s, "+"))
		}
		return now.Add(d), nil
	}
	t, err := parseTime(s)
	if err != nil {
		return t, fmt.Errorf("%q is no time: write -7d, -12h or 2006-01-02T15:04:05Z", s)
	}
	return t, nil
}
