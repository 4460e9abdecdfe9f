package dashboards

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// maxActs is how many incidents one form acts on: more than a page of the list shows.
const maxActs = 100

// incidentActs does one act to the incidents that were selected in a list, and leads back to the list, which says what was done.
// What does not fit the state of an incident is passed over and counted.
func (s *Server) incidentActs(w http.ResponseWriter, r *http.Request) {
	kind, ids := ActKind(r.PathValue("act")), r.PostForm["id"]
	switch _, ok := takesBack[kind]; {
	case !ok:
		s.fail(w, r, http.StatusNotFound, "not_found", "There is no act "+strconv.Quote(short(string(kind)))+" for several incidents. Use acknowledge, unacknowledge, resolve or reopen.")
		return
	case len(ids) == 0:
		s.fail(w, r, http.StatusUnprocessableEntity, "none_selected", "No incident is selected, so nothing was done. Tick those that are meant, or press x in their rows.")
		return
	case len(ids) > maxActs:
		s.fail(w, r, http.StatusUnprocessableEntity, "too_many", "More than "+count(maxActs)+" incidents are selected, so nothing was done. Select fewer.")
		return
	}
	at := s.opt.Now()
	var done []string
	passed := 0
	for _, id := range ids {
		i, err := s.src.Incidents.ActOnIncident(r.Context(), id, Act{Kind: kind, Actor: s.actor(r), At: at})
		switch {
		case errors.Is(err, ErrConflict), errors.Is(err, ErrNotFound), errors.Is(err, ErrInvalid):
			passed++
		case err != nil:
			s.failWith(w, r, "incidents", err)
			return
		default:
			done = append(done, i.ID)
		}
	}
	http.Redirect(w, r, saidOf(r.PostForm.Get("back"), kind, at, done, passed), http.StatusSeeOther)
}

// saidOf is the list to which an act leads back, with what was done in its query.
func saidOf(back string, kind ActKind, at time.Time, done []string, passed int) string {
	u, err := url.Parse(back)
	if err != nil || !localPath(back) {
		u = &url.URL{Path: "/incidents"}
	}
	q := u.Query()
	q.Set("done", string(kind))
	q.Set("at", strconv.FormatInt(at.Unix(), 10))
	q["of"] = done
	q.Del("passed")
	if passed > 0 {
		q.Set("passed", strconv.Itoa(passed))
	}
	u.RawQuery = q.Encode()
	return u.RequestURI()
}

// doneManyNote says in a list what was done to several incidents just now, and how to undo it.
func doneManyNote(r *http.Request, c clock) (note, bool) {
	q := r.URL.Query()
	kind, ids := ActKind(q.Get("done")), q["of"]
	back, ok := takesBack[kind]
	at, fresh := actedAt(q, c)
	if !ok || !fresh || len(ids) > maxActs || slices.ContainsFunc(ids, func(id string) bool { return !hexID(id) }) {
		return note{}, false
	}
	n := note{Class: "ok", Icon: "resolved", Text: actWords[kind].done + " " + plural(len(ids), "incident") + ", " + c.zoned(at) + "."}
	if passed, err := strconv.Atoi(q.Get("passed")); err == nil && passed > 0 {
		n.Text += " " + plural(passed, "incident") + " passed over, as the act does not fit the state."
	}
	if len(ids) > 0 {
		for _, k := range []string{"done", "at", "of", "passed"} {
			q.Del(k)
		}
		n.Undo = &undo{URL: "/incidents/" + string(back), IDs: ids, Back: (&url.URL{Path: r.URL.Path, RawQuery: q.Encode()}).RequestURI()}
	}
	return n, true
}

// actedAt is when the act was done of which a query tells; it is told for ten minutes.
func actedAt(q url.Values, c clock) (time.Time, bool) {
	sec, err := strconv.ParseInt(q.Get("at"), 10, 64)
	at := time.Unix(sec, 0)
	d := c.now.Sub(at)
	return at, err == nil && d <= 10*time.Minute && d >= -time.Minute
}

// selectable says that an act on a list does something to the incident.
func selectable(i *detector.Incident) bool { return i.Status != detector.StatusResolved }
