package dashboards

import (
	"encoding/json"
	"net/http"
	"time"
)

// Streams end by themselves after a time, so that a reader whose rights or network changed connects again.
const (
	streamFor   = 30 * time.Minute
	streamBeat  = 15 * time.Second
	streamWrite = 10 * time.Second
	maxStreams  = 512
)

// apiEvents streams updates as JSON: event incident, rate, first or line.
func (s *Server) apiEvents(w http.ResponseWriter, r *http.Request) {
	s.stream(w, r, func(u Update) (any, bool) {
		switch u.Kind {
		case UpdateIncident:
			if u.Incident == nil {
				return nil, false
			}
			out := *u.Incident
			whole(&out)
			return map[string]any{"event": u.Event, "incident": out}, true
		case UpdateRate:
			return map[string]any{"lines_per_second": u.Rate, "lag_seconds": u.Lag.Seconds(), "counted_to": orNull(u.Counted), "judged_to": orNull(u.Judged)}, true
		case UpdateFirst:
			return map[string]any{"at": u.At.UTC()}, true
		case UpdateLine:
			return map[string]any{"line": u.Line}, u.Line != nil
		}
		return nil, false
	})
}

// livePage streams what open pages show at once, in words and in the reader's zone.
func (s *Server) livePage(w http.ResponseWriter, r *http.Request) {
	c := s.clock(r)
	s.stream(w, r, func(u Update) (any, bool) {
		switch u.Kind {
		case UpdateIncident:
			if u.Incident == nil {
				return nil, false
			}
			return map[string]string{
				"id": u.Incident.ID, "text": severityOf(u.Incident.Severity).Word + ", " + string(u.Event) + ": " + string(clean([]byte(u.Incident.Title))),
			}, true
		case UpdateRate:
			c.now = u.At.In(c.zone)
			l := status(u, c)
			return map[string]string{"word": l.Word, "class": l.Class, "rate": l.Rate, "until": l.Until, "brief": l.Brief}, true
		case UpdateFirst, UpdateLine:
			return map[string]string{}, true
		}
		return nil, false
	})
}

// stream writes server-sent events until the reader leaves.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, encode func(Update) (any, bool)) {
	if s.streams.Add(1) > maxStreams {
		s.streams.Add(-1)
		w.Header().Set("Retry-After", "30")
		s.fail(w, r, http.StatusServiceUnavailable, "too_many_streams", "Too many readers have live updates. The page works without; load it again to see what is new.")
		return
	}
	defer s.streams.Add(-1)
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	out := http.NewResponseController(w)
	write := func(text []byte) bool {
		// Where the server has no deadlines of its own this is not supported, and the write below tells.
		_ = out.SetWriteDeadline(time.Now().Add(streamWrite))
		if _, err := w.Write(text); err != nil {
			return false
		}
		return out.Flush() == nil
	}
	if !write([]byte("retry: 3000\n\n")) {
		return
	}
	updates := s.src.Live.Subscribe(r.Context())
	beat := time.NewTicker(streamBeat)
	defer beat.Stop()
	end := time.NewTimer(streamFor)
	defer end.Stop()
	for {
		select {
		case <-r.Context().Done():
			return
		case <-end.C:
			return
		case <-s.ending:
			return
		case <-beat.C:
			if !write([]byte(": beat\n\n")) {
				return
			}
		case u, ok := <-updates:
			if !ok {
				return
			}
			body, ok := encode(u)
			if !ok {
				continue
			}
			data, err := json.Marshal(body) // newlines are escaped in JSON, so one data line is enough
			if err != nil {
				continue
			}
			if !write(append(append([]byte("event: "+string(u.Kind)+"\ndata: "), data...), '\n', '\n')) {
				return
			}
		}
	}
}
