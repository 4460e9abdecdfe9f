package incident

import (
	"slices"
	"sort"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
)

// Options says how long things last. Zero values are the defaults.
type Options struct {
	ResolveAfter time.Duration // without a signal; 10 min. A rule's own `keep` is in its signals already.
	ReopenWithin time.Duration // of resolving: the same incident is opened again; 30 min
	JoinWithin   time.Duration // alarms of one service are one incident; 10 min
	Bucket       time.Duration // width of the buckets; 10 s

	// Adjust gives a signal the severity that was configured for it, or mutes it. Nil: the signal's own, else the
	// kind's default.
	Adjust func(*detector.Signal) (severity detector.Severity, muted bool)
	// Text gives the masked text of a template. Nil: none.
	Text func(service string, id detector.ShapeID) string
	// Name gives what people call a template; empty where nobody named it. Nil: nobody named any.
	Name func(detector.ShapeID) string
}

// Tracker keeps the incidents of one shard that are unresolved, or resolved so lately that they may reopen.
type Tracker struct {
	o     Options
	items map[string]*item
	past  history
	order []string // keys of items, in the order in which they came: output does not depend on a map

	reached time.Time // end of the last bucket that was stepped
	judged  time.Time // what is stepped up to here was judged before, see Judged
}

// item is an incident with what the tracker needs to know of it. Its fields are exported for the state's JSON.
type item struct {
	Incident  detector.Incident `json:"incident"`
	Key       string            `json:"key"`
	Seen      time.Time         `json:"seen"`                // end of the last bucket with a signal
	Told      float64           `json:"told"`                // the deviation that was told last
	Said      *figures          `json:"said,omitempty"`      // and the figures with it; nil: an older version told them
	Saved     time.Time         `json:"saved"`               // when a change was last handed out
	Dismissed bool              `json:"dismissed,omitempty"` // a person resolved it while its signal went on
	Held      bool              `json:"held,omitempty"`      // a person reopened it, and no signal has come since
	Heard     heard             `json:"heard,omitzero"`      // what the lead said a minute ago
	Back      bool              `json:"back,omitempty"`      // inside what is expected again, waiting
	Since     time.Time         `json:"since"`               // when it was opened or reopened last
	Untold    bool              `json:"untold,omitempty"`    // it was opened in a bucket that was judged before: nobody may know of it
	Lead      string            `json:"lead"`                // the series whose figures it shows
	Deviation float64           `json:"deviation"`           // the largest of that series, see deviation
	Beyond    float64           `json:"beyond,omitempty"`    // the farthest from a rule's limit
	Most      float64           `json:"most,omitempty"`      // that a window of that series held, whatever its length
	Baseline  baseline          `json:"baseline"`
	Severity  detector.Severity `json:"severity"`        // its own, also while another incident explains it
	Found     *found            `json:"found,omitempty"` // of a secret alone
}

// New returns an empty Tracker.
func New(o Options) *Tracker {
	if o.ResolveAfter == 0 {
		o.ResolveAfter = 10 * time.Minute
	}
	if o.ReopenWithin == 0 {
		o.ReopenWithin = 30 * time.Minute
	}
	if o.JoinWithin == 0 {
		o.JoinWithin = 10 * time.Minute
	}
	if o.Bucket == 0 {
		o.Bucket = 10 * time.Second
	}
	return &Tracker{o: o, items: make(map[string]*item)}
}

// Step takes all signals that hold at the end of a complete bucket and returns what changed, in a fixed order.
func (t *Tracker) Step(now time.Time, signals []detector.Signal) []detector.Change {
	changes := t.take(now, signals)
	changes = append(changes, t.age(now)...)
	t.reached = now
	return changes
}

// Judged says that next is the start of the bucket that is stepped next, and that buckets that end at or before until were
// judged by an owner before: what Step returns of them is not told again. So figures of a secret, which are not whole before,
// are kept until then; and what is opened there, as its lines came after its bucket was judged, and goes on behind it, is handed
// out as opened once more. Whoever knows of it already passes that over.
func (t *Tracker) Judged(next, until time.Time) { t.reached, t.judged = next, until }

// anew reports whether what ends at now was judged before.
func (t *Tracker) anew(now time.Time) bool { return !now.After(t.judged) }

// Early takes signals of an unfinished bucket: they open and update, and nothing resolves.
func (t *Tracker) Early(now time.Time, signals []detector.Signal) []detector.Change {
	return t.take(now, signals)
}

// Dismiss tells that a person resolved the incident: it stays resolved until its signal has been away.
func (t *Tracker) Dismiss(id string, at time.Time) {
	for _, it := range t.items {
		if it.Incident.ID == id && it.Incident.Status != detector.StatusResolved && at.After(it.Since) {
			it.Dismissed = true
			it.Incident.Status = detector.StatusResolved
			it.Incident.ResolvedAt = &at
		}
	}
}

// Reinstate tells that a person reopened the incident: it stays open until a person resolves it, or its signal was there
// again and went away.
func (t *Tracker) Reinstate(id string, at time.Time) {
	for _, it := range t.items {
		in := &it.Incident
		if in.ID == id && in.Status == detector.StatusResolved && (in.ResolvedAt == nil || at.After(*in.ResolvedAt)) {
			in.Status, in.ResolvedAt = detector.StatusOpen, nil
			in.Reopened++
			it.Dismissed, it.Back, it.Held, it.Since, it.Seen = false, false, true, at, maxTime(it.Seen, at)
		}
	}
}

// Adopt takes over an unresolved incident that the store knows and this tracker does not: it was opened on an
// unfinished bucket by an owner that is gone. next is the start of the bucket that is judged next, zero where all that
// are kept are.
func (t *Tracker) Adopt(in *detector.Incident, next time.Time) {
	key := family(in.Kind) + "\x1e" + in.SeriesKey
	if it := t.items[key]; it != nil && (it.Incident.ID == in.ID || it.Incident.Status != detector.StatusResolved) {
		if it.Incident.ID == in.ID { // what is older than this the store does not take
			it.Saved = maxTime(it.Saved, in.UpdatedAt)
		}
		return
	} else if it == nil {
		t.order = append(t.order, key)
	}
	it := &item{Incident: *in, Key: key, Seen: in.UpdatedAt, Saved: in.UpdatedAt, Since: in.OpenedAt, Lead: in.SeriesKey}
	if located(in) {
		it.Found = adopted(in, next)
	}
	if m := in.Muted; m != nil { // that it does not page is the store's word, not a finding
		it.Incident.Severity, it.Incident.Page, it.Incident.Silenced, it.Incident.Muted = m.Severity, m.Page, false, nil
	}
	t.items[key] = it
}

// Open returns the unresolved incidents, oldest first.
func (t *Tracker) Open() []detector.Incident {
	var out []detector.Incident
	for _, k := range t.order {
		if it := t.items[k]; it.Incident.Status != detector.StatusResolved {
			out = append(out, it.Incident)
		}
	}
	return out
}

func (t *Tracker) take(now time.Time, signals []detector.Signal) []detector.Change {
	var changes []detector.Change
	// Primaries first, so that what they explain can name them.
	sort.SliceStable(signals, func(i, j int) bool {
		a, b := &signals[i], &signals[j]
		if (a.ExplainedBy == "") != (b.ExplainedBy == "") {
			return a.ExplainedBy == ""
		}
		return rank(a.Kind) > rank(b.Kind)
	})
	for i := range signals {
		ch, ok := t.one(now, &signals[i])
		if !ok {
			continue
		}
		changes = append(changes, ch)
		if ch.Event == detector.ChangeOpened && ch.Incident.Page && joinable(ch.Incident.Kind) {
			changes = append(changes, t.outranked(ch.Incident)...)
		}
	}
	return changes
}

// one gives a signal to the incident it belongs to, or opens one.
func (t *Tracker) one(now time.Time, s *detector.Signal) (detector.Change, bool) {
	severity, muted := s.Severity, false
	if t.o.Adjust != nil {
		severity, muted = t.o.Adjust(s)
	}
	if severity == "" {
		severity = s.Kind.DefaultSeverity()
	}
	if muted {
		return detector.Change{}, false
	}
	series := SeriesKey(s.Series)
	key := family(s.Kind) + "\x1e" + series
	it := t.items[key]
	if it == nil {
		if host := t.joins(s, severity); host != nil {
			return t.join(host, s)
		}
		if t.over(s, series) || t.dealtWith(s) {
			return detector.Change{}, false
		}
		return t.open(now, s, key, series, severity)
	}
	news := it.Dismissed && reveals(&it.Incident, s)
	if normal(s) || told(it, s) && !news {
		return detector.Change{}, false
	}
	if s.Found != nil {
		return t.again(now, it, s)
	}
	if it.Incident.ExplainedBy != "" && it.ended(s) {
		return detector.Change{}, false // it is over with what explains it, and stands for itself no more than that
	}
	it.Seen, it.Held = now, false
	if it.Dismissed && !news && !t.insists(now, it, s) {
		return detector.Change{}, false
	}
	if it.Incident.Status == detector.StatusResolved {
		return t.reopen(now, it, s)
	}
	if severity == detector.SeverityPage && it.severity() == detector.SeverityNotice && it.Incident.ExplainedBy == "" && s.ExplainedBy == "" {
		it.Untold = t.anew(now)
		return t.raise(it, s), true
	}
	return t.update(now, it, s)
}

// severity is its own, also while another incident explains it.
func (it *item) severity() detector.Severity {
	if it.Severity == "" { // taken over from the store
		return it.Incident.Severity
	}
	return it.Severity
}

// normal reports that a series is back where it belongs although its detector has not let go yet.
func normal(s *detector.Signal) bool {
	if s.Series.Class != detector.ClassLine || s.Expected <= 0 {
		return false
	}
	switch s.Kind {
	case detector.KindSurge, detector.KindErrorSpike, detector.KindMaskedError, detector.KindVolume, detector.KindRamp:
		return s.Observed <= max(s.High, 1.3*s.Expected)
	case detector.KindFall, detector.KindSilence:
		return s.Observed > 0 && s.Observed >= .7*s.Expected
	}
	return false
}

func (t *Tracker) text(s *detector.Signal) string {
	if s.Series.Shape == 0 || t.o.Text == nil {
		return ""
	}
	return t.o.Text(s.Service, s.Series.Shape)
}

func (t *Tracker) name(id detector.ShapeID) string {
	if id == 0 || t.o.Name == nil {
		return ""
	}
	return t.o.Name(id)
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// maxEntries bounds the entries that an incident carries here: each change hands them all out, and one that comes and goes
// for days gets thousands. The store keeps what it was handed.
const maxEntries = 100

// note adds an entry to the incident's timeline, in which the onset, the opening and the newest others are kept.
func (it *item) note(e detector.Entry) {
	all := append(slices.Clone(it.Incident.Timeline), e)
	over := len(all) - maxEntries
	it.Incident.Timeline = slices.DeleteFunc(all, func(e detector.Entry) bool {
		drop := over > 0 && e.Kind != detector.EntryOnset && e.Kind != detector.EntryOpened
		if drop {
			over--
		}
		return drop
	})
}

// changed renders the words and hands out a copy.
func (t *Tracker) changed(it *item, event detector.ChangeEvent, now time.Time, quiet bool) detector.Change {
	it.Incident.UpdatedAt = now
	it.Incident.Title = wording.Title(&it.Incident)
	it.Incident.Detail = wording.Detail(&it.Incident)
	it.Saved = now
	in := it.Incident
	in.Timeline = append([]detector.Entry(nil), in.Timeline...)
	return detector.Change{Event: event, Incident: &in, Quiet: quiet || in.ExplainedBy != ""}
}
