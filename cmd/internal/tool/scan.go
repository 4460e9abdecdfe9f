package tool

import (
	"bufio"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly"
	"github.com/tocsin-io/tocsin/detector/clock"
	"github.com/tocsin-io/tocsin/detector/decode"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/redact"
	"github.com/tocsin-io/tocsin/detector/template"
	"github.com/tocsin-io/tocsin/rules"
)

// ScanOptions says what a scan looks for and how it prints.
type ScanOptions struct {
	JSON  bool
	Rules []string // files of rules
}

// scanLateness is how long a bucket of a file waits for lines that are out of order.
const scanLateness = 30 * time.Second

// Scan judges files as live traffic is judged and prints the incidents.
func Scan(ctx context.Context, in Input, o ScanOptions) error {
	set, err := ruleSet(o.Rules)
	if err != nil {
		return err
	}
	compiled, err := redact.Compile(redact.Options{})
	if err != nil {
		return err
	}
	found := &collector{}
	var replay *engine.Replay
	ro := engine.ReplayOptions{
		Lateness: scanLateness, Changed: found.take,
		Suite: func(text engine.TextOf) engine.Suite {
			return anomaly.New(anomaly.Options{Text: text})
		},
	}
	var matcher engine.Matcher
	if set != nil {
		ro.Judge = func() detector.Judge { return set.NewEvaluator(rules.EvalOptions{}) }
		ro.Adjust = set.Adjust
	}
	replay = engine.NewReplay(ro)
	if set != nil {
		matcher = set.NewMatcher(rules.MatcherOptions{Resolve: replay.Templates.Canonical})
		defer matcher.Close()
	}
	p := newProgress(in.Stderr)
	m := merger{judge: judges{replay}}
	corpus := template.NewCorpus(false) // for the list of the report
	if !o.JSON {
		m.note = func(ev *detector.Event) { corpus.AddShaped(ev.Shape, ev.Message) }
	}
	err = m.files(ctx, in, p, func(service string) (stages, error) {
		s, err := engine.NewScan(replay, engine.ScanOptions{Corrector: clock.New(clock.Options{}), Matcher: matcher})
		return stages{decode.Options{Now: time.Now, Service: service, Ordered: true}, compiled.Redactor(), scans{s}}, err
	})
	p.done()
	if err != nil {
		return err
	}
	total := m.total
	w := bufio.NewWriter(in.Stdout)
	if o.JSON {
		err = found.printJSON(w)
	} else {
		err = printReport(w, in.Files, total, replay, corpus, found)
	}
	if err != nil {
		return err
	}
	if !total.timed && total.lines > 0 {
		fmt.Fprintln(in.Stderr, "tocsin: no line has a time, so there are templates and no incidents")
	}
	return w.Flush()
}

func ruleSet(files []string) (*rules.Set, error) {
	if len(files) == 0 {
		return nil, nil
	}
	set, problems := rules.Load(nil, files, rules.Options{})
	if set == nil {
		lines := make([]string, len(problems))
		for i, p := range problems {
			lines[i] = p.String()
		}
		return nil, &FoundError{strings.Join(lines, "\n")}
	}
	return set, nil
}
