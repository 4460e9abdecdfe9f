package dashboards

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
)

// apiSilence is a silence or mark as the API shows it.
type apiSilence struct {
	ID        string       `json:"id"`
	Sort      mute.Sort    `json:"sort"`
	Match     mute.Match   `json:"match"`
	Critical  bool         `json:"secrets_and_loss"` // it covers them too
	Weekly    *mute.Weekly `json:"weekly"`
	Starts    time.Time    `json:"starts"`
	Ends      *time.Time   `json:"ends"`
	Author    string       `json:"author"`
	Comment   string       `json:"comment"`
	Incident  string       `json:"incident"`
	CreatedAt time.Time    `json:"created_at"`
	EndedBy   string       `json:"ended_by"`
	Holds     bool         `json:"holds"` // now
}

func silenceOf(m *mute.Mute, now time.Time) apiSilence {
	return apiSilence{
		m.ID, m.Sort, m.Match, m.Critical, m.Weekly, m.Starts.UTC(), orNull(m.Ends), m.Author, m.Comment, m.Incident, m.CreatedAt.UTC(), m.EndedBy, m.Holds(now),
	}
}

// apiSilences lists silences and marks that are not over.
func (s *Server) apiSilences(w http.ResponseWriter, r *http.Request) {
	cursor, limit, err := readPart(r.URL.Query())
	if err != nil {
		s.badQuery(w, r, err)
		return
	}
	now, next := s.opt.Now(), ""
	list, err := s.src.Mutes.ListMutes(r.Context(), now)
	if err == nil {
		list, next, err = cutList("silences", list, cursor, limit, func(i int) string {
			return fmt.Sprintf("%019d ", math.MaxInt64-list[i].CreatedAt.UnixMicro()) + list[i].ID // the newest first
		})
	}
	if err != nil {
		s.failWith(w, r, "silences", err)
		return
	}
	out := make([]apiSilence, 0, len(list))
	for k := range list {
		out = append(out, silenceOf(&list[k], now))
	}
	writeJSON(w, http.StatusOK, map[string]any{"silences": out, "next": next})
}

// silenceBody is what a program says of a silence.
type silenceBody struct {
	Match    mute.Match         `json:"match"`
	Critical bool               `json:"secrets_and_loss"`
	Weekly   *mute.Weekly       `json:"weekly"`
	Starts   time.Time          `json:"starts"`
	Ends     time.Time          `json:"ends"`
	For      *detector.Duration `json:"for"`
	Comment  string             `json:"comment"`
	Author   string             `json:"author"`
}

// mute is the silence, made now. What a person would not have meant is refused, and not read as something else.
func (b *silenceBody) mute(now time.Time) (mute.Mute, error) {
	m := mute.Mute{
		Sort: mute.Silence, Match: b.Match.Trimmed(), Critical: b.Critical, Weekly: b.Weekly, Starts: b.Starts, Ends: b.Ends,
		Comment: strings.TrimSpace(b.Comment), CreatedAt: now,
	}
	if m.Starts.IsZero() {
		m.Starts = now
	}
	if b.For != nil {
		switch length := time.Duration(*b.For); {
		case !b.Ends.IsZero():
			return m, errors.New("for and ends both say when it is over: give one of them")
		case length <= 0:
			return m, fmt.Errorf("for is %s: a silence is longer than nothing, such as 2h", b.For)
		default:
			m.Ends = m.Starts.Add(length)
		}
	}
	if !m.Ends.IsZero() && !m.Ends.After(now) {
		return m, errors.New("the end is over already: choose a later one")
	}
	return m, nil
}

// apiPutSilence makes a silence; with ?preview=true it only tells what it would have muted in the last week.
func (s *Server) apiPutSilence(w http.ResponseWriter, r *http.Request) {
	if err := known(r.URL.Query(), "preview"); err != nil {
		s.badQuery(w, r, err)
		return
	}
	var body silenceBody
	if !s.readBody(w, r, &body) {
		return
	}
	author, ok := s.apiActor(w, r, body.Author)
	if !ok {
		return
	}
	now := s.actTime(r)
	m, err := body.mute(now)
	m.ID, m.Author = muteID(r), author
	if err == nil {
		err = m.Check()
	}
	if err != nil {
		s.fail(w, r, http.StatusUnprocessableEntity, "invalid", capital(err.Error())+".")
		return
	}
	p, err := s.tryMute(r.Context(), &m, now)
	if err != nil {
		s.failWith(w, r, "incidents", err)
		return
	}
	status := http.StatusOK
	if r.URL.Query().Get("preview") != "true" {
		if err := s.src.Mutes.PutMute(r.Context(), m); err != nil {
			s.failWith(w, r, "silence", err)
			return
		}
		status = http.StatusCreated
	}
	ids := make([]string, 0, len(p.Pages))
	for k := range p.Pages {
		ids = append(ids, p.Pages[k].ID)
	}
	writeJSON(w, status, map[string]any{
		"silence": silenceOf(&m, now),
		"would_have_muted": map[string]any{
			"from": p.From.UTC(), "to": p.To.UTC(), "pages": len(p.Pages), "others": p.Others, "open": p.Open, "left_out": p.LeftOut, "incidents": ids,
		},
	})
}

// apiEndSilence ends a silence or takes a mark back. Twice is no error.
func (s *Server) apiEndSilence(w http.ResponseWriter, r *http.Request) {
	if err := s.src.Mutes.EndMute(r.Context(), r.PathValue("id"), s.actor(r), s.opt.Now()); err != nil {
		s.failWith(w, r, "silence", err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
