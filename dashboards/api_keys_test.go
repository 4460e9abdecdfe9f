package dashboards_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/detector/mute"
)

// TestIdempotencyKey: the same request again gets the same answer and does nothing, another one with its key is refused,
// and what failed is tried again.
func TestIdempotencyKey(t *testing.T) {
	w := dashtest.Night()
	s := newSite(t, w)
	post := func(key, path, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", key)
		got := httptest.NewRecorder()
		s.ServeHTTP(got, r)
		w.Time = w.Time.Add(time.Second)
		return got
	}
	const silence, note = "/api/v1/silences", "/api/v1/incidents/7f3a2c19d04be8a1/note"
	const body = `{"match":{"service":"checkout"},"for":"1h","comment":"upgrade"}`
	before, entries := len(w.Mutes), len(w.All[0].Timeline)
	first, again := post("a", silence, body), post("a", silence, body)
	if first.Code != 201 || again.Code != 201 || first.Body.String() != again.Body.String() || again.Header().Get("Idempotency-Replayed") != "true" {
		t.Errorf("a silence: %d, again %d: %s and %s", first.Code, again.Code, first.Body, again.Body)
	}
	if got := post("a", silence, strings.Replace(body, "1h", "2h", 1)); got.Code != 409 || !strings.Contains(got.Body.String(), "key_reused") {
		t.Errorf("another body with the same key: %d %s", got.Code, got.Body)
	}
	if got := post("a", note, `{"text":"x"}`); got.Code != 409 {
		t.Errorf("another act with the same key: %d", got.Code)
	}
	if len(w.Mutes) != before+1 {
		t.Errorf("%d silences were made, want 1", len(w.Mutes)-before)
	}
	first, again = post("b", note, `{"text":"the pool is empty"}`), post("b", note, `{"text":"the pool is empty"}`)
	i, err := w.Incident(t.Context(), "7f3a2c19d04be8a1")
	if err != nil || first.Code != 200 || first.Body.String() != again.Body.String() {
		t.Fatalf("a note: %d, again %d, %v", first.Code, again.Code, err)
	}
	notes := 0
	for _, e := range i.Timeline {
		if e.Text == "the pool is empty" {
			notes++
		}
	}
	if notes != 1 {
		t.Errorf("the note stands %d times in the timeline (%d entries before)", notes, entries)
	}
	if got := post(strings.Repeat("k", 201), note, `{"text":"x"}`); got.Code != 400 {
		t.Errorf("a long key: %d", got.Code)
	}
	if got := post("c", silence, `{"match":{"service":"`+strings.Repeat("x", 10<<20)+`"}}`); got.Code != 413 {
		t.Errorf("10 MB: %d", got.Code)
	}
	for range 2 {
		if got := post("f", silence, `{"no_such_name":"x"}`); got.Code != 400 || got.Header().Get("Idempotency-Replayed") != "" {
			t.Errorf("a body that cannot be read: %d, kept: %q", got.Code, got.Header().Get("Idempotency-Replayed"))
		}
	}
	if got := post("d", silence, `{"match":{}}`); got.Code != 422 || post("d", silence, `{"match":{}}`).Code != 422 {
		t.Errorf("a silence of nothing: %d", got.Code)
	}
	w.Fail = errors.New("dial tcp: refused")
	if got := post("e", silence, body); got.Code != 503 {
		t.Errorf("while the store is away: %d", got.Code)
	}
	w.Fail = nil
	if got := post("e", silence, body); got.Code != 201 {
		t.Errorf("when it is back: %d %s", got.Code, got.Body)
	}
}

// TestIdempotencyKeyOfWhoHangsUp: what was done is remembered though who asked has gone, so asking again tells the same.
func TestIdempotencyKeyOfWhoHangsUp(t *testing.T) {
	w := dashtest.Night()
	var hangUp context.CancelFunc
	s := newSite(t, w, func(o *dashboards.Options) { o.Sources.Mutes = thenGone{o.Sources.Mutes, func() { hangUp() }} })
	before := len(w.Mutes)
	var bodies []string
	for range 2 {
		var ctx context.Context
		ctx, hangUp = context.WithCancel(t.Context())
		r := httptest.NewRequestWithContext(ctx, "POST", "/api/v1/silences", strings.NewReader(`{"match":{"service":"checkout"},"for":"1h","comment":"upgrade"}`))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", "a")
		got := httptest.NewRecorder()
		s.ServeHTTP(got, r)
		hangUp()
		bodies = append(bodies, got.Header().Get("Idempotency-Replayed")+got.Body.String())
		w.Time = w.Time.Add(time.Minute)
	}
	if len(w.Mutes) != before+1 || bodies[1] != "true"+bodies[0] {
		t.Errorf("%d silences were made; the answers are %q", len(w.Mutes)-before, bodies)
	}
}

// thenGone lets whoever asked go as soon as a silence is made.
type thenGone struct {
	dashboards.Mutes
	gone func()
}

func (g thenGone) PutMute(ctx context.Context, m mute.Mute) error {
	defer g.gone()
	return g.Mutes.PutMute(ctx, m)
}

// TestIdempotencyKeyOfWhoHangsUpFirst: what was not done, as who asked went before, is done when it is asked again.
func TestIdempotencyKeyOfWhoHangsUpFirst(t *testing.T) {
	w := dashtest.Night()
	ctx, hangUp := context.WithCancel(t.Context())
	defer hangUp()
	s := newSite(t, w, func(o *dashboards.Options) { o.Sources.Mutes = goneBefore{o.Sources.Mutes, hangUp} })
	before := len(w.Mutes)
	var codes []int
	for _, ctx := range []context.Context{ctx, t.Context()} {
		r := httptest.NewRequestWithContext(ctx, "POST", "/api/v1/silences", strings.NewReader(`{"match":{"service":"checkout"},"for":"1h","comment":"upgrade"}`))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", "a")
		got := httptest.NewRecorder()
		s.ServeHTTP(got, r)
		codes = append(codes, got.Code)
	}
	if len(w.Mutes) != before+1 || codes[1] != 201 {
		t.Errorf("%d silences were made; the answers are %v, the second should be 201", len(w.Mutes)-before, codes)
	}
}

// goneBefore lets whoever asked go before a silence is made, and then makes none, as a store does.
type goneBefore struct {
	dashboards.Mutes
	gone func()
}

func (g goneBefore) PutMute(ctx context.Context, m mute.Mute) error {
	g.gone()
	if err := ctx.Err(); err != nil {
		return err
	}
	return g.Mutes.PutMute(ctx, m)
}
