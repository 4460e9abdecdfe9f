package dashboards

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
)

// actButton is an act that a person may do now.
type actButton struct {
	Kind    ActKind
	Label   string
	Busy    string // while it is done
	Key     string
	Icon    string
	Primary bool
	URL     string // of the form that it opens; empty: it acts at once
}

var actWords = map[ActKind]struct{ label, busy, key, done string }{
	ActAcknowledge:   {"Acknowledge", "Acknowledging…", "a", "Acknowledged"},
	ActUnacknowledge: {"Give back", "Giving back…", "a", "Given back"},
	ActResolve:       {"Resolve", "Resolving…", "r", "Resolved"},
	ActReopen:        {"Reopen", "Reopening…", "o", "Reopened"},
	ActNote:          {"Add a note", "Adding…", "n", "Noted"},
	ActExpected:      {"Mark as expected", "Marking…", "e", "Marked as expected"},
	ActNoise:         {"Mark as noise", "Marking…", "", "Marked as noise"},
}

// takesBack is the act that undoes another.
var takesBack = map[ActKind]ActKind{
	ActAcknowledge: ActUnacknowledge, ActUnacknowledge: ActAcknowledge, ActResolve: ActReopen, ActReopen: ActResolve,
}

// acts are the buttons of an incident, with what they will do.
func acts(i *detector.Incident) ([]actButton, string) {
	var kinds []ActKind
	switch i.Status {
	case detector.StatusOpen:
		kinds = []ActKind{ActAcknowledge, ActResolve}
	case detector.StatusAcknowledged:
		kinds = []ActKind{ActResolve, ActUnacknowledge}
	default:
		kinds = []ActKind{ActReopen}
	}
	kinds = append(kinds, ActExpected, ActNote)
	var out []actButton
	for n, k := range kinds {
		w := actWords[k]
		b := actButton{Kind: k, Label: w.label, Busy: w.busy, Key: w.key, Primary: n == 0 && i.Status != detector.StatusResolved}
		switch k {
		case ActUnacknowledge:
			b.Icon = "back"
		case ActNote:
			b.URL = "?note=1#note"
		case ActExpected:
			if i.Kind == detector.KindSecret {
				b.Label = "Not a secret"
				break
			}
			b.Label, b.URL = "Mark as expected…", "/silences/new?sort=expected&incident="+url.QueryEscape(i.ID)
		}
		out = append(out, b)
	}
	if i.Status != detector.StatusResolved {
		out = append(out, actButton{Kind: "silence", Label: "Silence…", Key: "s", URL: "/silences/new?incident=" + url.QueryEscape(i.ID)})
	}
	return out, actText(i)
}

// actText says what the acts will do before they are done.
func actText(i *detector.Incident) string {
	told := told(i)
	expected := "Silence and Mark as expected show what they would mute first."
	if i.Kind == detector.KindSecret {
		expected = "Not a secret keeps the value redacted and stops paging for this key."
	}
	switch i.Status {
	case detector.StatusOpen:
		if told == "" {
			return "Acknowledge says that it is yours; Resolve closes it. " + expected
		}
		return "Acknowledge stops reminders and tells " + told + " it is yours. " + expected
	case detector.StatusAcknowledged:
		if told != "" {
			told = " tells " + told + ","
		}
		return "Resolve closes it," + told + " and it reopens if it comes back within 30 min. Each can be undone. " + expected
	}
	return "Reopen puts it back where it was. " + expected
}

// told are the receivers that were paged for it.
func told(i *detector.Incident) string {
	var names []string
	for _, e := range i.Timeline {
		if e.Kind == detector.EntryPaged && e.Actor != "" && !contains(names, e.Actor) {
			names = append(names, e.Actor)
		}
	}
	if len(names) > 2 {
		return names[0] + " and " + plural(len(names)-1, "other receiver")
	}
	return strings.Join(names, " and ")
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

// maxNote is the longest note, in bytes.
const maxNote = 4000

// incidentAct does an act that came from a form, and leads back to the page, which says what was done.
func (s *Server) incidentAct(w http.ResponseWriter, r *http.Request) {
	kind := ActKind(r.PathValue("act"))
	id := r.PathValue("id")
	text := strings.TrimSpace(r.PostForm.Get("text"))
	if code, message := checkAct(kind, text); code != "" {
		status := http.StatusUnprocessableEntity
		if code == "not_found" {
			status = http.StatusNotFound
		}
		s.fail(w, r, status, code, message)
		return
	}
	i, err := s.src.Incidents.ActOnIncident(r.Context(), id, Act{Kind: kind, Actor: s.actor(r), Text: text, At: s.opt.Now()})
	if err != nil {
		s.failWith(w, r, "incident", err)
		return
	}
	q := url.Values{"done": {string(kind)}, "at": {strconv.FormatInt(s.opt.Now().Unix(), 10)}}
	http.Redirect(w, r, incidentURL(i.ID)+"?"+q.Encode(), http.StatusSeeOther)
}

// checkAct refuses acts that do not exist and notes without words.
func checkAct(kind ActKind, text string) (code, message string) {
	if _, ok := actWords[kind]; !ok {
		return "not_found", "There is no act " + strconv.Quote(short(string(kind))) + ". Use acknowledge, unacknowledge, resolve, reopen, note, expected or noise."
	}
	if kind == ActNote && text == "" {
		return "note_empty", "The note has no words."
	}
	if len(text) > maxNote {
		return "too_long", "The text is longer than 4,000 bytes."
	}
	return "", ""
}

// doneNote says what was done just now, and how to undo it.
func doneNote(r *http.Request, i *detector.Incident, c clock) (note, bool) {
	kind := ActKind(r.URL.Query().Get("done"))
	w, ok := actWords[kind]
	at, fresh := actedAt(r.URL.Query(), c)
	if !ok || !fresh {
		return note{}, false
	}
	n := note{Class: "ok", Icon: "resolved", Text: w.done + ", " + c.zoned(at) + "."}
	if t := told(i); t != "" && kind != ActNote && kind != ActExpected && kind != ActNoise {
		n.Text += " " + capital(t) + " is told."
	}
	back, ok := takesBack[kind]
	if kind == ActExpected || kind == ActNoise {
		n.Text += " Later ones like it are written down and page nobody."
		if i.ResolvedAt != nil && i.ResolvedAt.Unix() == at.Unix() {
			back, ok = ActReopen, true
		} else {
			n.Link = crumb{"Silences and marks", "/silences"}
		}
	}
	if ok {
		n.Undo = &undo{URL: incidentURL(i.ID) + "/" + string(back)}
	}
	return n, true
}
