package dashboards

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
)

// partOfAnswer is how many incidents are read and sent at a time, so that a long list begins to leave at once.
const partOfAnswer = 50

// writeIncidents answers with the incidents that f selects, f.Limit at most, as they are read. An error before anything has left is
// answered as one; a later one breaks the answer off, so that nobody takes a part for the whole.
func (s *Server) writeIncidents(w http.ResponseWriter, r *http.Request, f IncidentFilter) {
	left := f.Limit
	page, err := s.partOf(r.Context(), &f, left)
	if err != nil {
		s.failWith(w, r, "incidents", err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	var b bytes.Buffer
	b.WriteString(`{"incidents":[`)
	for {
		for i := range page.Incidents {
			if i > 0 || left < f.Limit {
				b.WriteByte(',')
			}
			text, err := json.Marshal(&page.Incidents[i])
			if err != nil {
				s.breakOff(r, err)
			}
			b.Write(text)
		}
		if left -= len(page.Incidents); left <= 0 || page.Next == "" {
			break
		}
		if _, err := w.Write(b.Bytes()); err != nil {
			return // the reader left
		}
		b.Reset()
		if page, err = s.partOf(r.Context(), &f, left); err != nil {
			s.breakOff(r, err)
		}
	}
	next, err := json.Marshal(page.Next)
	if err != nil {
		s.breakOff(r, err)
	}
	b.WriteString(`],"next":`)
	b.Write(next)
	b.WriteString("}\n")
	w.Write(b.Bytes()) // an error means that the reader left
}

// partOf reads the next part of what f selects and moves f behind it.
func (s *Server) partOf(ctx context.Context, f *IncidentFilter, left int) (IncidentPage, error) {
	part := *f
	part.Limit = min(left, partOfAnswer)
	page, err := s.src.Incidents.ListIncidents(ctx, part)
	f.Cursor = page.Next
	for i := range page.Incidents {
		whole(&page.Incidents[i])
	}
	return page, err
}

// breakOff ends a request of which a part has left: the connection closes before the answer is whole.
func (s *Server) breakOff(r *http.Request, err error) {
	if r.Context().Err() == nil {
		s.opt.Logger.Warn("an answer broke off", slog.String("path", r.URL.Path), slog.Any("error", err))
	}
	panic(http.ErrAbortHandler)
}
