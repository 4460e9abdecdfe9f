package dashtest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
	"github.com/tocsin-io/tocsin/detector/sensitivity"
)

// ListMutes returns silences and marks.
func (w *World) ListMutes(_ context.Context, endingAfter time.Time) ([]mute.Mute, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []mute.Mute
	for _, m := range w.Mutes {
		if !m.Ended(endingAfter) {
			out = append(out, m)
		}
	}
	return out, w.Fail
}

// CountCovered counts.
func (w *World) CountCovered(context.Context) (map[string]int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := map[string]int{}
	for k := range w.All {
		if m := w.All[k].Muted; m != nil {
			out[m.By]++
		}
	}
	return out, w.Fail
}

// PutMute adds one, the newest first.
func (w *World) PutMute(_ context.Context, m mute.Mute) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.Fail == nil && !slices.ContainsFunc(w.Mutes, func(o mute.Mute) bool { return o.ID == m.ID }) {
		w.Mutes = append([]mute.Mute{m}, w.Mutes...)
	}
	return w.Fail
}

// EndMute ends one.
func (w *World) EndMute(_ context.Context, id, actor string, at time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for k := range w.Mutes {
		if m := &w.Mutes[k]; m.ID == id {
			if !m.Ended(at) {
				m.Ends, m.EndedBy = at, actor
			}
			return w.Fail
		}
	}
	return fmt.Errorf("silence %q: %w", id, dashboards.ErrNotFound)
}

// ServiceSensitivity is what was set, else the configuration's.
func (w *World) ServiceSensitivity(_ context.Context, service string) (dashboards.ServiceSensitivity, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if s, ok := w.Settings[service]; ok {
		return s, w.Fail
	}
	normal := sensitivity.Setting{Pages: "normal"}
	return dashboards.ServiceSensitivity{Now: normal, Configured: normal}, w.Fail
}

// SetSensitivity sets it.
func (w *World) SetSensitivity(_ context.Context, service string, to sensitivity.Setting, actor string, at time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if to == (sensitivity.Setting{}) {
		delete(w.Settings, service)
		return w.Fail
	}
	if w.Settings == nil {
		w.Settings = map[string]dashboards.ServiceSensitivity{}
	}
	w.Settings[service] = dashboards.ServiceSensitivity{Now: to, Configured: sensitivity.Setting{Pages: "normal"}, SetBy: actor, SetAt: at}
	return w.Fail
}

// ListNearMisses returns what was too weak.
func (w *World) ListNearMisses(_ context.Context, service string, from, to time.Time) ([]detector.NearMiss, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []detector.NearMiss
	for _, n := range w.Near {
		if n.Service == service && !n.At.Before(from) && n.At.Before(to) {
			out = append(out, n)
		}
	}
	return out, w.Fail
}
