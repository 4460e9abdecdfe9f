package incident

import (
	"strconv"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/sketch"
)

// found is what an incident of a secret, or of lost offsets, has found so far: the buckets that were judged are added up, those that are not
// complete stand beside the sum, since each is told again, whole, until it is.
type found struct {
	Through time.Time `json:"through"` // buckets before it are in Sum; zero before the first
	Sum     foundIn   `json:"sum"`
	Open    []foundIn `json:"open,omitempty"` // by bucket
	Told    uint64    `json:"told"`           // lines that were handed out last
}

type foundIn struct {
	Bucket time.Time     `json:"bucket"`
	Lines  uint64        `json:"lines"`
	Places sketch.Places `json:"places"`
}

// take adds what a signal says of its bucket. It reports whether the bucket is news.
func (f *found) take(s *detector.Signal, width time.Duration) bool {
	if s.Found == nil || s.Found.Bucket.Before(f.Through) {
		return false
	}
	in := foundIn{Bucket: s.Found.Bucket, Lines: s.Found.Lines}
	if s.Found.Places != nil {
		in.Places = s.Found.Places.Clone()
	}
	at := 0
	for at < len(f.Open) && f.Open[at].Bucket.Before(in.Bucket) {
		at++
	}
	if at == len(f.Open) || !f.Open[at].Bucket.Equal(in.Bucket) {
		f.Open = append(f.Open, foundIn{})
		copy(f.Open[at+1:], f.Open[at:])
	}
	f.Open[at] = in
	if s.Early {
		return true
	}
	for i := range f.Open[:at+1] {
		f.Sum.add(&f.Open[i])
	}
	f.Open = append(f.Open[:0:0], f.Open[at+1:]...)
	f.Through = in.Bucket.Add(width)
	return true
}

func (in *foundIn) add(o *foundIn) {
	in.Lines += o.Lines
	in.Places.Merge(&o.Places)
}

// show puts the figures into the incident.
func (f *found) show(in *detector.Incident) {
	sum := foundIn{Lines: f.Sum.Lines, Places: f.Sum.Places.Clone()}
	for i := range f.Open {
		sum.add(&f.Open[i])
	}
	in.Lines, in.Observed, in.Unit = sum.Lines, float64(sum.Lines), "lines"
	if in.Kind == detector.KindLoss {
		in.Unit = "records"
	}
	in.Peak = in.Observed
	p := sum.Places
	if len(p.Spans) > 0 || in.Kind != detector.KindLoss { // else it keeps the partition that it is of
		in.Places = p.Spans
	}
	in.Fingerprints, in.LastLine = p.Fingerprints, p.Last
	in.Hosts, in.HostCount = p.Hosts, len(p.Hosts)
	if !p.First.IsZero() {
		in.Onset = p.First
	}
}

// where says where the first line stands, for the timeline.
func where(in *detector.Incident) string {
	if len(in.Places) == 0 {
		return ""
	}
	p := in.Places[0]
	at := "topic " + p.Topic + ", partition " + strconv.Itoa(p.Partition)
	if !located(in) { // it brings nothing: there is no offset
		return at
	}
	return at + ", offset " + strconv.FormatInt(p.From, 10)
}

// Figures of a secret are stored every tellSecret while it is new, and every refresh later.
const (
	tellSecret = 10 * time.Second
	newSecret  = 5 * time.Minute
)

// again takes a further signal of the series of a secret or a loss whose incident is known. What is logged after a person
// resolved it is told again, with figures of its own; what was counted in the bucket in which that was done may have
// been under way.
func (t *Tracker) again(now time.Time, it *item, s *detector.Signal) (detector.Change, bool) {
	in := &it.Incident
	if it.Found == nil { // of a state that knew none
		it.Found = adopted(in, s.Found.Bucket)
	}
	if in.Status != detector.StatusResolved {
		it.Seen, it.Held = now, false
		if !it.Found.take(s, t.o.Bucket) {
			return detector.Change{}, false
		}
		it.Found.show(in)
		return t.recount(now, it)
	}
	if in.ResolvedAt == nil || s.Found.Bucket.Before(*in.ResolvedAt) {
		return detector.Change{}, false
	}
	fresh := &found{Through: it.Found.Through}
	if !fresh.take(s, t.o.Bucket) {
		return detector.Change{}, false
	}
	it.Found, it.Dismissed, it.Held = fresh, false, false
	return t.reopen(now, it, s)
}

// recount hands out figures that changed, if it is time to.
func (t *Tracker) recount(now time.Time, it *item) (detector.Change, bool) {
	f := it.Found
	every := refresh
	if now.Sub(it.Since) < newSecret {
		every = tellSecret
	}
	if it.Incident.Lines == f.Told || now.Sub(it.Saved) < every || t.reached.Before(t.judged) {
		return detector.Change{}, false
	}
	f.Told = it.Incident.Lines
	return t.changed(it, detector.ChangeUpdated, now, true), true
}

// located reports whether an incident says exactly where what it counts stands.
func located(in *detector.Incident) bool {
	return in.Kind == detector.KindSecret || in.Kind == detector.KindLoss && in.Expected == 0
}

// adopt begins with what the store holds of an incident, or with nothing where every bucket of it is judged again.
func adopted(in *detector.Incident, next time.Time) *found {
	f := &found{Told: in.Lines}
	if next.IsZero() || !in.OpenedAt.Before(next) {
		return f
	}
	f.Through = next
	f.Sum = foundIn{Lines: in.Lines, Places: sketch.Places{
		Spans: in.Places, Hosts: in.Hosts, Fingerprints: in.Fingerprints, First: in.Onset, Last: in.LastLine,
	}}
	return f
}
