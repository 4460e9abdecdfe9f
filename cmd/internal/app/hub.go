package app

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// hub passes what the engine does on to the pages that are open. It never blocks the engine: a reader without room
// misses an update.
type hub struct {
	now  func() time.Time
	poke func() // wakes the deliverer

	lines atomic.Uint64
	first atomic.Int64 // when the first line was counted, in ns; 0 while none was
	next  atomic.Int64 // when a line is taken as a sample again, in ns

	mu     sync.Mutex
	subs   map[chan dashboards.Update]struct{}
	recent []detector.Sample // newest last
}

// keepLines is how many of the latest lines are kept, and sampleEvery how often one is taken.
const (
	keepLines   = 100
	sampleEvery = 100 * time.Millisecond
	roomOfPage  = 64
)

func newHub(now func() time.Time, poke func()) *hub {
	return &hub{now: now, poke: poke, subs: make(map[chan dashboards.Update]struct{})}
}

// Line is called for every line that is counted, so it does next to nothing for most.
func (h *hub) Line(at time.Time, ev *detector.Event) {
	// By event time, so that a busy stream costs no look at the clock; every 16th line is looked at in any case.
	if h.lines.Add(1)&15 != 1 && at.UnixNano() < h.next.Load() && h.lines.Load() > keepLines {
		return
	}
	now := h.now()
	if h.first.Load() == 0 && h.first.CompareAndSwap(0, now.UnixNano()) {
		h.publish(dashboards.Update{Kind: dashboards.UpdateFirst, At: now})
	}
	due := h.next.Load()
	if now.UnixNano() < due && h.lines.Load() > keepLines {
		return
	}
	h.next.Store(now.Add(sampleEvery).UnixNano())
	s := detector.Sample{
		Time: at, Service: ev.Service, Host: ev.Host, Level: ev.Level, Text: string(rate.Cut(ev.Message, 500)), Template: ev.Template,
		Shape: ev.Shape, Position: ev.Position,
	}
	h.mu.Lock()
	h.recent = append(h.recent, s)
	if len(h.recent) > 2*keepLines {
		h.recent = append(h.recent[:0], h.recent[len(h.recent)-keepLines:]...)
	}
	h.mu.Unlock()
	h.publish(dashboards.Update{Kind: dashboards.UpdateLine, At: now, Line: &s})
}

// Changed tells pages of incidents and wakes the deliverer.
func (h *hub) Changed(changes []detector.Change) {
	for i := range changes {
		h.publish(dashboards.Update{
			Kind: dashboards.UpdateIncident, At: h.now(), Incident: changes[i].Incident, Event: changes[i].Event,
		})
	}
	h.poke()
}

func (h *hub) publish(u dashboards.Update) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.subs {
		select {
		case c <- u:
		default:
		}
	}
}

// watched reports whether any page is open.
func (h *hub) watched() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.subs) > 0
}

// Subscribe implements dashboards.Live.
func (h *hub) Subscribe(ctx context.Context) <-chan dashboards.Update {
	c := make(chan dashboards.Update, roomOfPage)
	h.mu.Lock()
	h.subs[c] = struct{}{}
	h.mu.Unlock()
	context.AfterFunc(ctx, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.subs, c)
		close(c)
	})
	return c
}

// LatestLines implements dashboards.Live.
func (h *hub) LatestLines(_ context.Context, limit int) []detector.Sample {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := min(limit, len(h.recent), keepLines)
	out := make([]detector.Sample, 0, n)
	for i := len(h.recent) - 1; i >= len(h.recent)-n; i-- {
		out = append(out, h.recent[i])
	}
	return out
}
