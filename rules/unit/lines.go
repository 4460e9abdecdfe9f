package unit

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/rules/lang"
)

// maxLines bounds the lines of one test.
const maxLines = 5_000_000

// span is when the lines of a pattern come.
type span struct {
	every, from, to time.Duration // to is not included
}

func (l *Lines) span() (span, error) {
	var s span
	for _, p := range []struct {
		text string
		into *time.Duration
	}{{l.Every, &s.every}, {l.From, &s.from}, {l.To, &s.to}} {
		if p.text == "" {
			continue
		}
		d, err := detector.ParseDuration(p.text)
		if err != nil {
			return s, err
		}
		*p.into = d
	}
	if l.At != "" {
		at, err := detector.ParseDuration(l.At)
		if err != nil {
			return s, err
		}
		if l.Every != "" || l.From != "" || l.To != "" {
			return s, errors.New("at is one instant: leave every, from and to out")
		}
		return span{every: time.Nanosecond, from: at, to: at + 1}, nil
	}
	switch {
	case s.every <= 0:
		return s, errors.New("write every: 1s, or at: 5m for one line")
	case s.to <= s.from || s.from < 0:
		return s, errors.New("to must be after from")
	case (s.to-s.from)/s.every > maxLines || l.Count > maxLines:
		return s, fmt.Errorf("more than %d lines", maxLines)
	}
	return s, nil
}

// pattern makes the lines of one entry.
type pattern struct {
	lines *Lines
	span  span
	level detector.Level
	texts map[string]*template.Template // of the message and the text fields, by text
	next  time.Duration
	i     int
}

func newPattern(l *Lines) (*pattern, error) {
	s, err := l.span()
	if err != nil {
		return nil, err
	}
	level, _ := lang.ParseLevel(l.Level)
	p := &pattern{lines: l, span: s, level: level, next: s.from, texts: map[string]*template.Template{}}
	texts := []string{l.Message, l.Host, l.Service, l.Environment, l.TraceID}
	for _, v := range l.Fields {
		if s, ok := v.(string); ok {
			texts = append(texts, s)
		}
	}
	for _, text := range texts {
		if !strings.Contains(text, "{{") {
			continue
		}
		t, err := template.New("lines").Funcs(template.FuncMap{"mod": mod}).Parse(text)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", text, err)
		}
		p.texts[text] = t
	}
	return p, nil
}

func mod(a, b int) (int, error) {
	if b == 0 {
		return 0, errors.New("mod by 0")
	}
	return a % b, nil
}

func (p *pattern) text(s string) (string, error) {
	t := p.texts[s]
	if t == nil {
		return s, nil
	}
	var b strings.Builder
	if err := t.Execute(&b, struct{ I int }{p.i}); err != nil {
		return "", err
	}
	return b.String(), nil
}

// event makes the next line.
func (p *pattern) event(start time.Time) (*detector.Event, error) {
	l := p.lines
	var texts [5]string
	for i, s := range []string{l.Message, l.Host, l.Service, l.Environment, l.TraceID} {
		var err error
		if texts[i], err = p.text(s); err != nil {
			return nil, err
		}
	}
	at := start.Add(p.next)
	ev := &detector.Event{
		Time: at, Received: at, Message: []byte(texts[0]), Host: texts[1], Service: texts[2], Environment: texts[3],
		TraceID: []byte(texts[4]), Level: p.level, Format: l.Format, Lines: 1, Bytes: l.Bytes,
		Structured: len(l.Fields) > 0, Position: detector.Position{Topic: l.Topic},
	}
	if ev.Bytes == 0 {
		ev.Bytes = len(ev.Message)
	}
	for _, name := range slices.Sorted(maps.Keys(l.Fields)) {
		v, err := p.field(l.Fields[name])
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", name, err)
		}
		ev.Fields = append(ev.Fields, detector.Field{Key: name, Value: v})
	}
	return ev, nil
}

func (p *pattern) field(v any) (detector.Value, error) {
	switch v := v.(type) {
	case nil:
		return detector.Value{}, nil
	case string:
		text, err := p.text(v)
		return detector.Value{Kind: detector.KindString, Text: []byte(text)}, err
	case bool:
		return detector.Value{Kind: detector.KindBool, Text: strconv.AppendBool(nil, v)}, nil
	}
	b, err := json.Marshal(v)
	if err != nil {
		return detector.Value{}, err
	}
	kind := detector.KindNumber
	switch b[0] {
	case '{':
		kind = detector.KindObject
	case '[':
		kind = detector.KindArray
	}
	return detector.Value{Kind: kind, Text: b}, nil
}
