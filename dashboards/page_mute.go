package dashboards

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
)

// muteView is the form of a silence or a mark, with what it would have muted.
type muteView struct {
	base
	Sort               mute.Sort
	Head, Second       string
	On                 *detector.Incident
	OnLink             crumb
	OnTitle            []part
	Sorts              []option
	Scopes             []option
	Match              mute.Match
	Critical           bool
	Expected           string // address of the form that marks the incident as expected instead
	Kinds              []option
	Services           []string
	Lengths            []option
	Until              string
	Weekly             bool
	Days               []option
	From, To, Schedule string
	Comment            string
	Problem            string
	Preview            string
	Rows               []muteRow
	More               int
	After              string // what follows
	Do                 string // the word on the button
}

// muteRow is a page that would have been muted.
type muteRow struct {
	At       stamp
	Severity severityView
	Text     string
	Link     crumb
}

// muteForm shows the form as its query says, and what it would do.
func (s *Server) muteForm(w http.ResponseWriter, r *http.Request) {
	s.showMute(w, r, r.URL.Query(), http.StatusOK, "")
}

// previewMute leads a form to the page that shows what it would do.
func (s *Server) previewMute(w http.ResponseWriter, r *http.Request) {
	q := r.PostForm
	q.Del("token")
	for k, v := range q {
		if len(v) == 1 && v[0] == "" {
			q.Del(k)
		}
	}
	q.Set("service", r.PostForm.Get("service")) // even empty, it was chosen
	http.Redirect(w, r, "/silences/new?"+q.Encode(), http.StatusSeeOther)
}

// showMute renders the form with the values of q, which come from a query or from a refused POST.
func (s *Server) showMute(w http.ResponseWriter, r *http.Request, q url.Values, status int, problem string) {
	on, err := s.muteIncident(r, q)
	if err != nil {
		s.failWith(w, r, "incident", err)
		return
	}
	b := s.base(w, r, "New silence", "silences")
	b.Crumbs = []crumb{{"Silences", "/silences"}}
	if q = prefill(q, on); q.Get("zone") == "" {
		q.Set("zone", b.clock.zone.String())
	}
	m, err := readMute(q, on, b.clock.now, b.clock.zone)
	m.Author = s.actor(r)
	alone := q.Get("scope") == scopeThis && m.Sort.Marked()
	if err == nil && !alone {
		err = m.Check()
	}
	v := muteView{base: b, Sort: m.Sort, On: on, Match: m.Match, Critical: m.Critical, Comment: m.Comment, Problem: problem, Weekly: q.Get("hours") == "weekly"}
	if err != nil && problem == "" && len(r.URL.Query()) > 0 {
		v.Problem = capital(err.Error()) + "."
	}
	v.choices(q, on)
	if list, err := s.src.Services.ListServices(r.Context()); err == nil {
		for _, sv := range list[:min(len(list), 500)] {
			v.Services = append(v.Services, sv.Name)
		}
	}
	switch {
	case alone:
		v.Preview = "Nothing else is muted: later incidents page as before."
	case err == nil:
		p, err := s.tryMute(r.Context(), &m, b.clock.now)
		if err != nil {
			s.failWith(w, r, "incidents", err)
			return
		}
		v.show(&p, b.clock)
	}
	v.words(&m, on, alone)
	s.render(w, r, status, "mute", v)
}

func (s *Server) muteIncident(r *http.Request, q url.Values) (*detector.Incident, error) {
	if q.Get("incident") == "" {
		return nil, nil
	}
	return s.src.Incidents.Incident(r.Context(), q.Get("incident"))
}

// prefill gives a form that was opened from an incident what fits it.
func prefill(q url.Values, on *detector.Incident) url.Values {
	q = cloneQuery(q)
	if on == nil {
		return q
	}
	sort := mute.Sort(q.Get("sort"))
	if sort.Marked() && q.Get("scope") == "" {
		q.Set("scope", scopesOf(on)[0].name)
	}
	if !sort.Marked() && !q.Has("service") {
		q.Set("service", on.Service)
		q.Set("environment", on.Environment)
		q.Set("kind", string(on.Kind))
		if on.Rule != nil {
			q.Set("rule", on.Rule.Name)
		}
	}
	return q
}

func (v *muteView) choices(q url.Values, on *detector.Incident) {
	pick := func(list *[]option, value, label, now string) {
		*list = append(*list, option{value, label, value == now})
	}
	if on != nil {
		if v.Sort == mute.Silence {
			v.Expected = "/silences/new?" + url.Values{"incident": {on.ID}, "sort": {string(mute.Expected)}}.Encode()
		}
		v.OnLink, v.OnTitle = crumb{kindWord(on.Kind) + " " + shortID(on.ID), incidentURL(on.ID)}, incidentTitle(on)
		for _, x := range scopesOf(on) {
			pick(&v.Scopes, x.name, x.label, q.Get("scope"))
		}
		pick(&v.Sorts, "expected", "Expected: it happens, and is known", string(v.Sort))
		pick(&v.Sorts, "noise", "Noise: nobody has to do anything about it", string(v.Sort))
	}
	pick(&v.Kinds, "", "any", q.Get("kind"))
	for _, k := range detector.Kinds() {
		pick(&v.Kinds, string(k), kindWord(k), q.Get("kind"))
	}
	length := q.Get("for")
	if length == "" {
		length = defaultLength(v.Sort)
	}
	for _, l := range muteLengths {
		pick(&v.Lengths, l.value, l.label, length)
	}
	v.Until, v.From, v.To, v.Schedule = q.Get("until"), q.Get("from"), q.Get("to"), q.Get("zone")
	for _, d := range mute.DayNames {
		v.Days = append(v.Days, option{d, capital(d), slices.Contains(q["day"], d)})
	}
}

func (v *muteView) show(p *mutePreview, c clock) {
	v.Preview = p.words()
	const most = 8
	v.More = max(0, len(p.Pages)-most)
	for k := range p.Pages[:min(len(p.Pages), most)] {
		i := &p.Pages[k]
		v.Rows = append(v.Rows, muteRow{
			At: c.stamp(i.OpenedAt, c.minute(i.OpenedAt)), Severity: severityOf(detector.SeverityPage), Text: i.Service + ", " + word(i.Kind),
			Link: crumb{shortID(i.ID), incidentURL(i.ID)},
		})
	}
}

// words say what the act will do.
func (v *muteView) words(m *mute.Mute, on *detector.Incident, alone bool) {
	if !m.Sort.Marked() {
		v.Head, v.Second = "Silence what matches", "Lines are counted and incidents written down as before; they are shown as silenced and page nobody."
		v.After = "What is still open when it ends, pages then. It can be ended at any time."
		v.Do = "Silence"
		switch {
		case m.Weekly != nil:
			v.Do += " at these hours"
		case !m.Ends.IsZero():
			v.Do += " for " + lasting(m.Ends.Sub(m.Starts).Truncate(1e9))
		}
		return
	}
	v.Title = "Mark as " + string(m.Sort)
	v.Head = v.Title
	v.Second = "It closes this incident. Later ones like it are written down, say why, and page nobody."
	v.After = "At other hours, and when it goes on after them, it pages. A new error that hides in it pages too. It can be taken back at any time."
	if m.Weekly == nil {
		v.After = "A new error that hides in it pages. It can be taken back at any time."
	}
	v.Do = "Mark as " + string(m.Sort)
	if alone {
		v.Second, v.After = "It closes this incident and says nothing about others.", "It can be taken back at any time."
	} else if on != nil && on.Status == detector.StatusResolved {
		v.Second = "Incidents like this one are written down from now on, say why, and page nobody."
	}
}

// putMute takes the form. What is wrong with it is said above the form as it was filled in.
func (s *Server) putMute(w http.ResponseWriter, r *http.Request) {
	q := r.PostForm
	q.Del("token")
	on, err := s.muteIncident(r, q)
	if err != nil {
		s.failWith(w, r, "incident", err)
		return
	}
	c := s.clock(r)
	m, err := readMute(q, on, c.now, c.zone)
	m.ID, m.Author = newMuteID(), s.actor(r)
	if err == nil && !(m.Sort.Marked() && q.Get("scope") == scopeThis) {
		err = m.Check()
	}
	if err != nil {
		s.showMute(w, r, q, http.StatusUnprocessableEntity, capital(err.Error())+".")
		return
	}
	if m.Sort.Marked() {
		if on == nil {
			s.fail(w, r, http.StatusUnprocessableEntity, "invalid", "A mark is made on an incident: open one and choose Mark as expected.")
			return
		}
		s.markIncident(w, r, on, &m)
		return
	}
	if err := s.src.Mutes.PutMute(r.Context(), m); err != nil {
		s.failWith(w, r, "silence", err)
		return
	}
	http.Redirect(w, r, "/silences?"+doneQuery("silenced", m.ID, c.now), http.StatusSeeOther)
}

func (s *Server) markIncident(w http.ResponseWriter, r *http.Request, on *detector.Incident, m *mute.Mute) {
	kind := ActExpected
	if m.Sort == mute.Noise {
		kind = ActNoise
	}
	i, err := s.src.Incidents.ActOnIncident(r.Context(), on.ID, Act{Kind: kind, Actor: m.Author, Text: m.Comment, At: m.CreatedAt, Mark: m})
	if err != nil {
		s.failWith(w, r, "incident", err)
		return
	}
	http.Redirect(w, r, incidentURL(i.ID)+"?"+doneQuery(string(kind), "", m.CreatedAt), http.StatusSeeOther)
}

// newMuteID is 12 random hex digits.
func newMuteID() string {
	var b [6]byte
	rand.Read(b[:]) // never fails: it would crash the program
	return hex.EncodeToString(b[:])
}

// matchText is a matcher with the names that people know.
func matchText(m *mute.Match) string {
	shown := *m
	shown.Kind = detector.Kind(strings.ReplaceAll(string(m.Kind), "_", " "))
	return shown.String()
}
