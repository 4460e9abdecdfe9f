package dashboards

import (
	"errors"
	"net/http"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// logView is what was read again from the log of a template's lines, or how to.
type logView struct {
	ReadURL string // reads
	Done    bool
	Sub     string // what was read
	Problem string // why it was not

	Lines    []lineRow
	LinesSub string
}

// shownLogLines is how many lines that were read are shown.
const shownLogLines = 100

// templateLog reads the lines of the template in the range again where ?read=1 asks for it: what stood in the place of each variable
// is not kept, as it would take more room than all counts.
func (s *Server) templateLog(r *http.Request, v *templateView, t *Template, rng timeRange, found []detector.Incident) {
	q := cloneQuery(r.URL.Query())
	q.Set("read", "1")
	v.Log = logView{ReadURL: r.URL.Path + "?" + q.Encode() + "#log"}
	if r.URL.Query().Get("read") != "1" {
		return
	}
	got, err := s.src.Log.ReadLines(r.Context(), t, rng.From, rng.To)
	switch {
	case errors.Is(err, ErrConflict):
		v.Log.Problem = capital(err.Error()) + "."
		return
	case err != nil:
		s.opt.Logger.Warn("the log was not read for a page", "template", v.ID, "error", err)
		v.Log.Problem = "The log did not answer. What is counted and kept is shown; try again when it does."
		return
	}
	c := v.clock
	v.Log.Done = true
	v.Log.Sub = plural(int(got.Lines), "line") + " among " + count(got.Read) + " that the log holds from " + c.minute(got.From) + " to " + c.minute(rng.To)
	if got.Cut {
		v.Log.Sub += "; further back was not looked: choose an earlier time"
	}
	v.Slots = slotViews(t.Text, got.Samples, lastOnset(found, got.From, rng.To), c)
	if len(got.Samples) == 0 {
		return
	}
	shown := got.Samples[:min(len(got.Samples), shownLogLines)]
	for k := range shown {
		shown[k].Template = t.Text
	}
	v.Log.Lines = lineRows(shown, c)
	v.Log.LinesSub = "read from the log now, redacted, newest first"
	if got.Lines > uint64(len(shown)) {
		v.Log.LinesSub = count(len(shown)) + " of " + count(got.Lines) + ", " + v.Log.LinesSub
	}
}

// lastOnset is when the newest of some incidents in a range began; zero without one.
func lastOnset(found []detector.Incident, from, to time.Time) time.Time {
	var at time.Time
	for k := range found {
		if o := found[k].Onset; o.After(from) && o.Before(to) && o.After(at) {
			at = o
		}
	}
	return at
}
