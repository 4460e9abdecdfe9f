package dashtest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
)

func (w *World) templates(f dashboards.TemplateFilter, at int) []dashboards.Template {
	var out []dashboards.Template
	for _, t := range w.inOrder(f.Sort) {
		if !matchesTemplate(t, &f) {
			continue
		}
		out = append(out, *t)
		if f.Limit > 0 && len(out) == at+f.Limit+1 {
			break
		}
	}
	return out
}

func matchesTemplate(t *dashboards.Template, f *dashboards.TemplateFilter) bool {
	return f.OfService(t.Service) && (!f.HasLevel || t.Level == f.Level) &&
		(f.Text == "" || strings.Contains(strings.ToLower(t.Text), strings.ToLower(f.Text))) && !t.FirstSeen.Before(f.NewSince)
}

// inOrder sorts the templates once for each order, as an index would.
func (w *World) inOrder(by dashboards.TemplateSort) []*dashboards.Template {
	w.mu.Lock()
	defer w.mu.Unlock()
	if out, ok := w.sorted[by]; ok {
		return out
	}
	out := make([]*dashboards.Template, len(w.Known))
	for k := range w.Known {
		out[k] = &w.Known[k]
	}
	switch by {
	case dashboards.SortNew:
		slices.SortStableFunc(out, func(a, b *dashboards.Template) int { return b.FirstSeen.Compare(a.FirstSeen) })
	case dashboards.SortBytes:
		slices.SortStableFunc(out, func(a, b *dashboards.Template) int { return cmp.Compare(b.Bytes, a.Bytes) })
	case dashboards.SortLines:
		slices.SortStableFunc(out, func(a, b *dashboards.Template) int { return cmp.Compare(b.Lines, a.Lines) })
	}
	if w.sorted == nil {
		w.sorted = map[dashboards.TemplateSort][]*dashboards.Template{}
	}
	w.sorted[by] = out
	return out
}

// ListTemplates pages by index.
func (w *World) ListTemplates(_ context.Context, f dashboards.TemplateFilter) (dashboards.TemplatePage, error) {
	at, err := cursor(f.Cursor)
	if w.Fail != nil {
		err = w.Fail
	}
	if err != nil {
		return dashboards.TemplatePage{}, err
	}
	list := w.templates(f, at)
	list = list[min(at, len(list)):]
	if len(list) > f.Limit {
		return dashboards.TemplatePage{Templates: list[:f.Limit], Next: "c" + strconv.Itoa(at+f.Limit)}, nil
	}
	return dashboards.TemplatePage{Templates: list}, nil
}

// Template finds by id, or by the id of one of its shapes.
func (w *World) Template(_ context.Context, id detector.ShapeID) (*dashboards.Template, error) {
	if w.Fail != nil {
		return nil, w.Fail
	}
	for k := range w.Known {
		t := w.Known[k]
		if t.ID == id || slices.ContainsFunc(t.Shapes, func(s dashboards.Shape) bool { return s.ID == id }) {
			return &t, nil
		}
	}
	return nil, fmt.Errorf("template %s: %w", id, dashboards.ErrNotFound)
}

// TemplateDurations are those that the world has for a template.
func (w *World) TemplateDurations(_ context.Context, id detector.ShapeID, _, _ time.Time) ([]dashboards.Durations, error) {
	return w.Durations[id], w.Fail
}

// CountTemplates counts.
func (w *World) CountTemplates(_ context.Context, f dashboards.TemplateFilter) (int, error) {
	n := 0
	for k := range w.Known {
		if matchesTemplate(&w.Known[k], &f) {
			n++
		}
	}
	return n, w.Fail
}

// ListServices returns the services.
func (w *World) ListServices(context.Context) ([]dashboards.Service, error) { return w.Names, w.Fail }

// Traffic is what the services log in the last minute, and how much of it in the last five is errors.
func (w *World) Traffic(context.Context) (*dashboards.Traffic, error) {
	now := w.Now()
	lines, errs, all := map[string]float64{}, map[string]float64{}, map[string]float64{}
	for _, s := range w.Lines {
		for n := range 30 {
			v, ok := s.Rate(now.Add(-time.Duration(n) * bucket))
			if !ok {
				continue
			}
			all[s.Service] += v
			if s.Level >= detector.LevelError {
				errs[s.Service] += v
			}
			if n < 6 {
				lines[s.Service] += v / 6
			}
		}
	}
	rows := make([]dashboards.ServiceTraffic, len(w.Names))
	for i := range w.Names {
		name := w.Names[i].Name
		rows[i] = dashboards.ServiceTraffic{Service: &w.Names[i], Lines: lines[name], LinesKnown: true, ErrorsKnown: all[name] > 0}
		if rows[i].ErrorsKnown {
			rows[i].Errors = errs[name] / all[name]
		}
	}
	hosts := 0
	for _, from := range w.From {
		hosts += len(from.Hosts)
	}
	return dashboards.NewTraffic(rows, hosts, now), w.Fail
}

// Service returns one of the services.
func (w *World) Service(_ context.Context, name string) (dashboards.Service, error) {
	for _, s := range w.Names {
		if w.Fail == nil && s.Name == name {
			return s, nil
		}
	}
	return dashboards.Service{}, cmp.Or(w.Fail, fmt.Errorf("service %s: %w", name, dashboards.ErrNotFound))
}

// Origins is where the lines of a service come from, at any time.
func (w *World) Origins(_ context.Context, name string, _, _ time.Time) (dashboards.Origins, error) {
	return w.From[name], w.Fail
}

// ListRules returns the rules.
func (w *World) ListRules(context.Context) (dashboards.RuleSet, error) { return w.Rules, w.Fail }

// TryRules takes what names a rule, which would have sent a page half an hour ago and a notice that lasts.
func (w *World) TryRules(_ context.Context, text string, from time.Time) (dashboards.RuleTrial, error) {
	_, name, ok := strings.Cut(text, "- name: ")
	if !ok {
		return dashboards.RuleTrial{Refused: true, Problems: []string{"rules:1:1: there is no rule: write rules:\n" + text}}, w.Fail
	}
	name, _, _ = strings.Cut(name, "\n")
	at := w.Time.Add(-30 * time.Minute)
	return dashboards.RuleTrial{Lines: 1234567, From: from, To: w.Time, Pages: []dashboards.TriedPage{
		{At: at, Until: at.Add(8 * time.Minute), Rule: name, Severity: detector.SeverityPage, Title: "701 errors on checkout-k2mvq, usually 1"},
		{At: at.Add(20 * time.Minute), Rule: name, Severity: detector.SeverityNotice, Again: true, Title: "61 errors on checkout-pl70d, usually 1"},
	}}, w.Fail
}

// ListReceivers returns the receivers.
func (w *World) ListReceivers(context.Context) ([]dashboards.Receiver, error) {
	return w.Receivers, w.Fail
}

// FailingReceivers returns those that refuse messages.
func (w *World) FailingReceivers(context.Context) ([]dashboards.Receiver, error) {
	var out []dashboards.Receiver
	for i := range w.Receivers {
		if w.Receivers[i].Fails() {
			out = append(out, w.Receivers[i])
		}
	}
	return out, w.Fail
}

// ListMessages pages by index.
func (w *World) ListMessages(_ context.Context, f dashboards.MessageFilter) (dashboards.MessagePage, error) {
	at, err := cursor(f.Cursor)
	if w.Fail != nil {
		err = w.Fail
	}
	var p dashboards.MessagePage
	for n := at; err == nil && n < len(w.Messages); n++ {
		m := w.Messages[n]
		if f.Receiver != "" && m.Receiver != f.Receiver || len(f.States) > 0 && !slices.Contains(f.States, m.State) || f.Incident != "" && m.IncidentID != f.Incident {
			continue
		}
		if len(p.Messages) == f.Limit {
			p.Next = "c" + strconv.Itoa(n)
			break
		}
		p.Messages = append(p.Messages, m)
	}
	return p, err
}

// SendAgain makes a message due.
func (w *World) SendAgain(_ context.Context, id string) error {
	for k := range w.Messages {
		if w.Messages[k].ID == id {
			w.Messages[k].State = dashboards.MessageWaiting
			return w.Fail
		}
	}
	return fmt.Errorf("message %q: %w", id, dashboards.ErrNotFound)
}

// Health returns the state.
func (w *World) Health(context.Context) dashboards.Health { return w.State }

// ListDeploys returns deploys.
func (w *World) ListDeploys(_ context.Context, service string, from, to time.Time) ([]detector.Deploy, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []detector.Deploy
	for _, d := range w.Versions {
		if (service == "" || d.Service == service) && !d.At.Before(from) && d.At.Before(to) {
			out = append(out, d)
		}
	}
	return out, w.Fail
}

// AddDeploy writes a deploy down once.
func (w *World) AddDeploy(_ context.Context, d detector.Deploy) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.Contains(w.Versions, d) {
		w.Versions = append(w.Versions, d)
	}
	return w.Fail
}

// Connection tells where to send lines.
func (w *World) Connection() dashboards.Connection { return w.Conn }

// LatestLines returns the newest lines.
func (w *World) LatestLines(_ context.Context, limit int) []detector.Sample {
	return w.Latest[:min(limit, len(w.Latest))]
}

// Subscribe hands out what Send sends.
func (w *World) Subscribe(ctx context.Context) <-chan dashboards.Update {
	c := make(chan dashboards.Update, 16)
	w.mu.Lock()
	if w.readers == nil {
		w.readers = map[chan dashboards.Update]struct{}{}
	}
	w.readers[c] = struct{}{}
	w.mu.Unlock()
	if w.Joined != nil {
		w.Joined <- struct{}{}
	}
	context.AfterFunc(ctx, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.readers, c)
		close(c)
	})
	return c
}

// Send hands an update to every reader that has room.
func (w *World) Send(u dashboards.Update) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.send(u)
}

func (w *World) send(u dashboards.Update) {
	for c := range w.readers {
		select {
		case c <- u:
		default:
		}
	}
}
