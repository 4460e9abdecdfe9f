package unit

import (
	"errors"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/sketch"
	"github.com/tocsin-io/tocsin/detector/template"
	"github.com/tocsin-io/tocsin/rules"
)

// Moment is what a series was at the end of a bucket, told from the start of the test.
type Moment struct {
	At    time.Duration
	State rules.State
	Value float64
}

// Life is what happened to one series of a rule.
type Life struct {
	Rule     string
	By       map[string]string
	Opened   []time.Duration
	Resolved []time.Duration
	Values   []float64 // at each opening
	Summary  []string  // the same
	moments  []Moment
}

type seriesID struct{ rule, key string }

// run is one test under way.
type run struct {
	set     *rules.Set
	matcher *rules.Matcher
	judge   *rules.Evaluator
	shaper  *template.Shaper
	start   time.Time
	next    time.Time // start of the open bucket
	rows    map[detector.Series]*detector.Row
	order   []detector.Series
	event   *detector.Event
	lives   map[seriesID]*Life
	open    map[seriesID]bool
	lines   int
}

var firstDay = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// replay sends the lines of a test through the rules, and goes on without lines until `until`.
func replay(set *rules.Set, t *Test, until time.Duration) (map[seriesID]*Life, error) {
	r := &run{
		set: set, matcher: set.NewMatcher(rules.MatcherOptions{}), judge: set.NewEvaluator(rules.EvalOptions{}),
		shaper: template.NewShaper(), start: firstDay, rows: map[detector.Series]*detector.Row{},
		lives: map[seriesID]*Life{}, open: map[seriesID]bool{},
	}
	defer r.matcher.Close()
	if t.Start != "" {
		r.start, _ = time.Parse(time.RFC3339, t.Start) // checked before
		r.start = r.start.UTC()
	}
	r.next = r.start.Truncate(rate.Fine)
	var patterns []*pattern
	for i := range t.Lines {
		p, err := newPattern(&t.Lines[i])
		if err != nil {
			return nil, err
		}
		patterns = append(patterns, p)
		until = max(until, p.span.to)
	}
	for {
		p := earliest(patterns)
		if p == nil {
			break
		}
		if err := r.send(p); err != nil {
			return nil, err
		}
	}
	r.advance(r.start.Add(until))
	return r.lives, nil
}

// earliest is the pattern whose next line comes first; nil where none has any left.
func earliest(patterns []*pattern) *pattern {
	var first *pattern
	for _, p := range patterns {
		if p.next < p.span.to && (first == nil || p.next < first.next) {
			first = p
		}
	}
	return first
}

func (r *run) send(p *pattern) error {
	r.advance(r.start.Add(p.next))
	for range max(p.lines.Count, 1) {
		if r.lines++; r.lines > maxLines {
			return errors.New("the test makes more than 5,000,000 lines")
		}
		ev, err := p.event(r.start)
		if err != nil {
			return err
		}
		ev.Shape = r.shaper.Shape(ev.Message)
		ev.Template = string(r.shaper.AppendText(nil))
		r.event = ev
		r.matcher.Match(ev, r.count)
		p.i++
	}
	p.next += p.span.every
	return nil
}

// count adds a hit to the open bucket, as the engine does.
func (r *run) count(h *detector.Hit) {
	row := r.rows[h.Series]
	if row == nil {
		row = &detector.Row{Series: h.Series}
		r.rows[h.Series] = row
		r.order = append(r.order, h.Series)
	}
	if !h.Whole {
		row.Lines++
		row.Bytes += uint64(r.event.Bytes)
	}
	if h.Summary {
		if row.Summary == nil {
			row.Summary = sketch.New(h.Parts)
		}
		h.AddTo(row.Summary)
	}
}

// advance judges every bucket that ends at or before at.
func (r *run) advance(at time.Time) {
	for !r.next.Add(rate.Fine).After(at) {
		b := &detector.Bucket{Start: r.next, Width: rate.Fine}
		for _, s := range r.order {
			b.Rows = append(b.Rows, *r.rows[s])
		}
		clear(r.rows)
		r.order = r.order[:0]
		r.next = b.End()
		r.note(b.End().Sub(r.start), r.judge.Step(b))
	}
}

// note remembers what opened, what resolved and every state at the end of a bucket.
func (r *run) note(at time.Duration, signals []detector.Signal) {
	firing := make(map[seriesID]bool, len(signals))
	for i := range signals {
		sig := &signals[i]
		id := seriesID{sig.Series.Name, sig.Series.Key}
		firing[id] = true
		if r.open[id] {
			continue
		}
		l := r.life(id, sig.Rule.By)
		l.Opened = append(l.Opened, at)
		l.Values = append(l.Values, sig.Observed)
		l.Summary = append(l.Summary, sig.Rule.Summary)
	}
	for id := range r.open {
		if !firing[id] {
			l := r.lives[id]
			l.Resolved = append(l.Resolved, at)
		}
	}
	r.open = firing
	for _, st := range r.judge.Status() {
		by := map[string]string{}
		for _, g := range st.By {
			by[g.Name] = g.Value
		}
		l := r.life(seriesID{st.Rule, st.Key}, by)
		l.moments = append(l.moments, Moment{At: at, State: st.State, Value: st.Value})
	}
}

func (r *run) life(id seriesID, by map[string]string) *Life {
	l := r.lives[id]
	if l == nil {
		l = &Life{Rule: id.rule, By: by}
		r.lives[id] = l
	}
	return l
}
