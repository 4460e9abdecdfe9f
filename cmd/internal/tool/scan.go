package tool

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
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
	redactor, err := redact.New(redact.Options{})
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
	corpus := template.NewCorpus(false)
	p := newProgress(in.Stderr)
	total, err := merge(ctx, in, p, replay, func(service string) (*engine.Scan, error) {
		return engine.NewScan(replay, engine.ScanOptions{
			Decode: decode.Options{Now: time.Now, Service: service, Ordered: true}, Redactor: noting{redactor, corpus},
			Corrector: clock.New(clock.Options{}), Matcher: matcher,
		})
	})
	p.done()
	if err != nil {
		return err
	}
	replay.Finish()
	w := bufio.NewWriter(in.Stdout)
	if o.JSON {
		err = found.printJSON(w)
	} else {
		err = printReport(w, total, replay, corpus, found)
	}
	if err != nil {
		return err
	}
	if !total.timed && total.lines > 0 {
		fmt.Fprintln(in.Stderr, "tocsin: no line has a time, so there are templates and no incidents")
	}
	return w.Flush()
}

// totals is what all files together held.
type totals struct {
	lines, secrets uint64
	timed          bool // some line had a time
}

// scanned is a file with its own stages.
type scanned struct {
	*stream
	scan *engine.Scan
}

// merge takes the records of all files in the order of their times, as far as each file is in order itself.
func merge(ctx context.Context, in Input, p *progress, replay *engine.Replay, stages func(service string) (*engine.Scan, error)) (totals, error) {
	var open []scanned
	var t totals
	for _, path := range in.Files {
		s, err := in.open(path, p)
		if err != nil {
			return t, err
		}
		defer s.close()
		scan, err := stages(s.name)
		if err != nil {
			return t, err
		}
		open = append(open, scanned{s, scan})
	}
	for len(open) > 0 {
		at, until := earliest(open)
		s := open[at]
		// Read this file until it is ahead of the next one, but some records at least.
		for n := 0; n < 64 || until.IsZero() || !s.scan.Newest().After(until); n++ {
			rec, err := s.next(ctx)
			if errors.Is(err, io.EOF) {
				s.scan.Finish()
				t.add(s.scan)
				open = slices.Delete(open, at, at+1)
				break
			}
			if err != nil {
				return t, err
			}
			s.scan.Record(rec)
			if n&63 == 63 || len(open) == 1 {
				replay.Advance(oldest(open))
			}
		}
	}
	return t, nil
}

// earliest is the file that is least far, and how far the one after it is; zero where there is none.
func earliest(open []scanned) (int, time.Time) {
	at := 0
	for i := range open {
		if open[i].scan.Newest().Before(open[at].scan.Newest()) {
			at = i
		}
	}
	var until time.Time
	for i := range open {
		if t := open[i].scan.Newest(); i != at && (until.IsZero() || t.Before(until)) {
			until = t
		}
	}
	return at, until
}

// oldest is up to when every file is read.
func oldest(open []scanned) time.Time {
	t := open[0].scan.Newest()
	for _, s := range open[1:] {
		if n := s.scan.Newest(); n.Before(t) {
			t = n
		}
	}
	return t
}

func (t *totals) add(s *engine.Scan) {
	t.lines += s.Stats.Lines.Load()
	t.secrets += s.Stats.Secrets.Load()
	t.timed = t.timed || !s.Newest().IsZero()
}

// noting redacts, and notes the line for the list of templates.
type noting struct {
	redactor *redact.Redactor
	corpus   *template.Corpus
}

func (n noting) Event(ev *detector.Event) {
	n.redactor.Event(ev)
	n.corpus.Add(ev.Message)
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

// collector keeps the last state of every incident, in the order in which they were opened.
type collector struct {
	order []string
	last  map[string]*detector.Incident
}

func (c *collector) take(ch detector.Change) {
	if c.last == nil {
		c.last = make(map[string]*detector.Incident)
	}
	before := c.last[ch.Incident.ID]
	if before == nil {
		c.order = append(c.order, ch.Incident.ID)
	} else if len(ch.Incident.Samples) == 0 {
		ch.Incident.Samples = before.Samples
	}
	c.last[ch.Incident.ID] = ch.Incident
}

func (c *collector) each(yield func(*detector.Incident) error) error {
	for _, id := range c.order {
		if err := yield(c.last[id]); err != nil {
			return err
		}
	}
	return nil
}

// printJSON prints an object a line for each incident: the contract of scan --json.
func (c *collector) printJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return c.each(func(in *detector.Incident) error { return e.Encode(newOutput(in)) })
}
