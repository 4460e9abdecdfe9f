package dashboards

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/tocsin-io/tocsin/detector/mute"
)

type silencesView struct {
	base
	Head, Second string
	Silences     []muteListRow
	Marks        []muteListRow
	Ended        []muteListRow
}

// muteListRow is a silence or mark in a list.
type muteListRow struct {
	ID          string
	Sort        string
	Match       string
	Comment     string
	Author      string
	Created     stamp
	Critical    bool // it covers secrets and lost input too
	State       stateView
	When        string // hours and end
	Covers      string // how many incidents it covered, with a link to them
	CoversURL   string
	Incident    crumb
	CanBeEnded  bool
	EndLabel    string
	TemplateURL string
}

// endedSpan is how long what is over is listed.
const endedSpan = 7 * 24 * time.Hour

func (s *Server) silences(w http.ResponseWriter, r *http.Request) {
	b := s.base(w, r, "Silences", "silences")
	c := b.clock
	list, err := s.src.Mutes.ListMutes(r.Context(), c.now.Add(-endedSpan))
	if err != nil {
		s.failWith(w, r, "silences", err)
		return
	}
	covered, err := s.src.Mutes.CountCovered(r.Context())
	if err != nil {
		s.failWith(w, r, "incidents", err)
		return
	}
	v := silencesView{base: b}
	now := 0
	for k := range list {
		m := &list[k]
		row := muteRowOf(m, covered[m.ID], c)
		switch {
		case m.Ended(c.now):
			v.Ended = append(v.Ended, row)
			continue
		case m.Sort.Marked():
			v.Marks = append(v.Marks, row)
		default:
			v.Silences = append(v.Silences, row)
		}
		if m.Sort == mute.Silence && m.Holds(c.now) {
			now++
		}
	}
	switch now {
	case 0:
		v.Head = "Nothing is silenced now."
	case 1:
		v.Head = "1 silence holds now."
	default:
		v.Head = count(now) + " silences hold now."
	}
	if n := len(v.Marks); n > 0 {
		v.Head += " " + capital(plural(n, "mark")) + " of what is expected or noise."
	}
	v.Second = "What they cover is counted and written down as before, says why, and pages nobody."
	if n, ok := muteDone(r, list, c); ok {
		v.Notes = append([]note{n}, v.Notes...)
	}
	s.render(w, r, http.StatusOK, "silences", v)
}

func muteRowOf(m *mute.Mute, covered int, c clock) muteListRow {
	row := muteListRow{
		ID: m.ID, Sort: capital(string(m.Sort)), Match: matchText(&m.Match), Critical: m.Critical, Comment: m.Comment, Author: m.Author,
		Created: c.stamp(m.CreatedAt, c.minute(m.CreatedAt)), CanBeEnded: !m.Ended(c.now), EndLabel: "End it now",
		State: muteState(m, c), When: muteWhen(m, c), Covers: count(covered), CoversURL: "/incidents?range=30d&muted_by=" + url.QueryEscape(m.ID),
	}
	if m.Sort.Marked() {
		row.EndLabel = "Take it back"
	}
	if m.Match.TemplateID != "" {
		row.TemplateURL = "/templates/" + url.PathEscape(m.Match.TemplateID)
	}
	if m.Incident != "" {
		row.Incident = crumb{"incident " + shortID(m.Incident), incidentURL(m.Incident)}
	}
	return row
}

func muteState(m *mute.Mute, c clock) stateView {
	switch {
	case m.EndedBy != "":
		return stateView{Word: "Ended", Icon: "back", Sub: "by " + m.EndedBy + ", " + c.minute(m.Ends)}
	case m.Ended(c.now):
		return stateView{Word: "Over", Icon: "resolved", Sub: c.minute(m.Ends)}
	case c.now.Before(m.Starts):
		return stateView{Word: "Not yet", Icon: "learning", Sub: "from " + c.minute(m.Starts)}
	}
	v := stateView{Word: "Holds now", Icon: "silenced"}
	if m.Weekly == nil {
		if !m.Ends.IsZero() {
			v.Sub = "ends in " + coarse(m.Ends.Sub(c.now))
			if m.Noticed.Equal(m.Ends) {
				v.Sub += "; told to who is paged then"
			}
		}
		return v
	}
	next, ok := m.Weekly.Next(c.now)
	if ok && !m.Ends.IsZero() && next.After(m.Ends) {
		next = m.Ends
	}
	if !m.Holds(c.now) {
		v = stateView{Word: "Waits", Icon: "learning"}
		if ok {
			v.Sub = "next " + c.minute(next) + " " + c.name(next)
		}
		return v
	}
	if ok {
		v.Sub = "until " + c.minute(next) + " " + c.name(next)
	}
	return v
}

func muteWhen(m *mute.Mute, c clock) string {
	until := "until it is taken back"
	if !m.Ends.IsZero() {
		until = "until " + c.minute(m.Ends) + " " + c.name(m.Ends)
	}
	if m.Weekly == nil {
		return until
	}
	return m.Weekly.String() + ", " + until
}

// endMute ends a silence or takes a mark back, at one click.
func (s *Server) endMute(w http.ResponseWriter, r *http.Request) {
	now, id := s.opt.Now(), r.PathValue("id")
	if err := s.src.Mutes.EndMute(r.Context(), id, s.actor(r), now); err != nil {
		s.failWith(w, r, "silence", err)
		return
	}
	http.Redirect(w, r, "/silences?"+doneQuery("ended", id, now), http.StatusSeeOther)
}

// doneQuery is the query of a page that says what was done just now.
func doneQuery(done, id string, at time.Time) string {
	q := url.Values{"done": {done}, "at": {strconv.FormatInt(at.Unix(), 10)}}
	if id != "" {
		q.Set("id", id)
	}
	return q.Encode()
}

// doneAt is when what doneQuery tells of was done; false where that is long ago.
func doneAt(q url.Values, c clock) (time.Time, bool) {
	sec, err := strconv.ParseInt(q.Get("at"), 10, 64)
	at := time.Unix(sec, 0)
	d := c.now.Sub(at)
	return at, err == nil && d <= 10*time.Minute && d >= -time.Minute
}

// muteDone says what was done to a silence just now, and how to undo it.
func muteDone(r *http.Request, list []mute.Mute, c clock) (note, bool) {
	q := r.URL.Query()
	at, ok := doneAt(q, c)
	if !ok {
		return note{}, false
	}
	for k := range list {
		m := &list[k]
		if m.ID != q.Get("id") {
			continue
		}
		switch q.Get("done") {
		case "silenced":
			return note{
				Class: "ok", Icon: "resolved", Text: "Silenced, " + c.zoned(at) + ": " + matchText(&m.Match) + ". " + capital(muteWhen(m, c)) + ".",
				Undo: &undo{URL: "/silences/" + url.PathEscape(m.ID) + "/end"},
			}, true
		case "ended":
			return note{Class: "ok", Icon: "resolved", Text: "Ended, " + c.zoned(at) + ": " + matchText(&m.Match) + ". What it held back and is still open pages now."}, true
		}
	}
	return note{}, false
}
