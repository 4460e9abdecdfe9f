package receivertest

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// late: a page that is sent after an outage says by how much it is delayed, and why; one in time does not.
func (s Subject) late(t *testing.T) {
	for _, by := range []time.Duration{0, 12 * time.Minute} {
		var mu sync.Mutex
		var sent strings.Builder
		r := s.serve(t, func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			plain, err := url.QueryUnescape(string(body))
			if err != nil {
				plain = string(body)
			}
			mu.Lock()
			sent.WriteString(plain)
			mu.Unlock()
			r.Body = io.NopCloser(bytes.NewReader(body))
			s.OK(w, r)
		})
		m := Message(detector.ChangeOpened)
		if m.Late = by; by > 0 {
			m.Cause = "503 Service Unavailable"
		}
		receipt, _, err := s.send(t, t.Context(), r, m)
		if err != nil {
			t.Fatal(err)
		}
		text := sent.String() + string(receipt.Payload)
		says := strings.Contains(text, "Delayed by 12 min") || strings.Contains(text, `"delayed":{"seconds":720,`)
		if says != (by > 0) || strings.Contains(text, m.Cause) != says && by > 0 {
			t.Errorf("late by %v: it says so: %t, in\n%s", by, says, text)
		}
	}
}
