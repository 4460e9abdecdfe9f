package rules

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"text/template"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/rules/lang"
)

// signal says that a series fires. The frame holds the variables of its last evaluation, or is set again.
func (e *Evaluator) signal(rd *ruled, s *series, index int64, t *total) detector.Signal {
	r := rd.rule
	e.variables(rd, s, index, t)
	vars := e.frame.Vars
	observed, _ := vars[varValue].Number()
	expected, _ := vars[varExpected].Number()
	low, _ := vars[varLow].Number()
	high, _ := vars[varHigh].Number()
	sig := detector.Signal{
		Kind:     detector.KindRule,
		Series:   detector.Series{Class: detector.ClassRule, Name: r.Name, Key: s.key},
		Service:  r.service,
		Severity: r.Severity, Environment: r.space,
		At: e.end(index), Onset: e.onset(s, index), Observed: observed, Expected: expected, Low: low, High: high,
		Unit: r.unit, Window: r.Window, Reason: e.why(rd, s, t),
	}
	for i, g := range s.groups {
		if i >= len(r.groups) || g.Value == "" {
			continue
		}
		switch r.groups[i].full {
		case "service":
			sig.Service = g.Value
		case "environment":
			sig.Environment = g.Value
		}
	}
	sig.Rule = e.facts(rd, s)
	if _, ok := vars[varValue].Number(); !ok {
		sig.Rule.Without = without(t)
	}
	return sig
}

// why is the reason for which the series fires, with the value of now while the condition holds: it stands beside that
// value in the incident.
func (e *Evaluator) why(rd *ruled, s *series, t *total) string {
	if !s.machine.cleared.IsZero() {
		return s.machine.reason
	}
	return because(e.reason(rd, s, t), rd.rule.For)
}

// onset is when what fires began: the bucket in which the condition first held, or for a silence the last line.
func (e *Evaluator) onset(s *series, index int64) time.Time {
	if n, ok := s.value.Number(); (n == 0 || !ok) && s.last < index {
		return e.end(s.last)
	}
	if s.machine.held.IsZero() {
		return e.end(index - 1)
	}
	return s.machine.held.Add(-e.width)
}

func (e *Evaluator) facts(rd *ruled, s *series) *detector.RuleFacts {
	r := rd.rule
	f := &detector.RuleFacts{
		Name: r.Name, Labels: r.Labels, Condition: r.If, Runbook: r.Runbook, Keep: detector.Duration(r.Keep), Kept: !s.machine.cleared.IsZero(),
		Below: r.condition.growth == lang.Down,
	}
	if len(s.groups) > 0 {
		f.By = make(map[string]string, len(s.groups))
		for _, g := range s.groups {
			f.By[g.Name] = g.Value
		}
	}
	limit := r.condition.limit(&e.frame, s.value)
	f.Beyond = -1
	if !math.IsNaN(limit) {
		value, _ := s.value.Number() // of none it is as far as of 0
		f.Limit, f.Beyond = Quantity(limit).String(), math.Abs(value-limit)
	}
	f.Summary = e.summary(rd, f, limit)
	return f
}

// summaryData is what a summary may name.
type summaryData struct {
	Name                                        string
	Value, Expected, Low, High, Previous, Limit fmt.Stringer // a Quantity, of a share a Portion
	Count                                       Quantity
	Window                                      string
	By, Labels                                  map[string]string
}

// summary renders the rule's sentence; empty where there is none or it fails, which is counted.
func (e *Evaluator) summary(rd *ruled, f *detector.RuleFacts, limit float64) string {
	r := rd.rule
	if r.summary == nil {
		return ""
	}
	shown := func(q Quantity) fmt.Stringer {
		if r.measure.kind == measureShare {
			return Portion(q)
		}
		return q
	}
	of := func(slot int) fmt.Stringer { return shown(quantity(e.frame.Vars[slot])) }
	data := summaryData{
		Name: r.Name, Value: of(varValue), Expected: of(varExpected), Low: of(varLow), High: of(varHigh),
		Count: quantity(e.frame.Vars[varCount]), Previous: of(varPrevious),
		Limit: shown(Quantity(limit)), Window: short(r.Window), By: f.By, Labels: f.Labels,
	}
	text, err := render(r.summary, data)
	if err != nil {
		e.set.judge(rd.number, err)
	}
	return text
}

func quantity(v lang.Value) Quantity {
	n, ok := v.Number()
	if !ok {
		return Quantity(math.NaN())
	}
	return Quantity(n)
}

// maxRendered bounds a rendered summary, in bytes.
const maxRendered = 2 << 10

func render(t *template.Template, data summaryData) (string, error) {
	var w boundedWriter
	if err := t.Execute(&w, data); err != nil && !errors.Is(err, errRendered) {
		return "", err
	}
	return strings.ToValidUTF8(strings.TrimSpace(w.b.String()), ""), nil
}

var errRendered = errors.New("the summary is longer than 2 KiB")

// boundedWriter stops a summary that grows too long.
type boundedWriter struct{ b strings.Builder }

func (w *boundedWriter) Write(p []byte) (int, error) {
	if room := maxRendered - w.b.Len(); len(p) > room {
		w.b.Write(p[:room])
		return room, errRendered
	}
	return w.b.Write(p)
}

// without is what a window had none of whose value is none.
func without(t *total) string {
	if t.lines == 0 {
		return "line"
	}
	return "line with a value"
}

// reason says what was compared: "701 > 50".
func (e *Evaluator) reason(rd *ruled, s *series, t *total) string {
	c := &rd.rule.condition
	text := quantity(s.value).String()
	if _, ok := s.value.Number(); !ok {
		return "no " + without(t) + " in " + short(rd.rule.Window)
	}
	if n, ok := s.value.Number(); ok && n == 0 && rd.rule.measure.kind == measureCount {
		return "no line in " + short(rd.rule.Window)
	}
	if limit := c.limit(&e.frame, s.value); !math.IsNaN(limit) {
		for _, l := range c.limits {
			v, err := l.Other.Value(&e.frame)
			if n, ok := v.Number(); ok && err == nil && n == limit {
				ok, _ := c.program.Test(&e.frame)
				if !ok {
					return text + ", not " + l.Operator + " " + Quantity(limit).String()
				}
				return text + " " + l.Operator + " " + Quantity(limit).String()
			}
		}
	}
	return text + " in " + short(rd.rule.Window)
}
