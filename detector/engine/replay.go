package engine

import (
	"math"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/incident"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/sketch"
	"github.com/tocsin-io/tocsin/detector/template"
)

// ReplayOptions is what a Replay needs.
type ReplayOptions struct {
	Bucket   time.Duration                                    // 10 s
	Lateness time.Duration                                    // a bucket is complete when an event so much newer than its end is met
	Suite    func(text TextOf) Suite                          // of the detectors; nil: rules alone judge
	Judge    func() detector.Judge                            // of the rules; nil without
	Adjust   func(*detector.Signal) (detector.Severity, bool) // nil: as the signal says
	Changed  func(detector.Change)                            // called for each change, in order
	Texts    TextOf                                           // of templates that are given by name; nil: those that are learned
}

// TextOf gives the masked text of a template of a service.
type TextOf func(service string, id detector.ShapeID) string

// Replay judges counts or events of the past, or of a pipe, with the engine that judges live traffic: one shard, no
// broker, no clock but event time. Memory is bounded by the series of the buckets that are not complete.
type Replay struct {
	Templates *Templates

	o       ReplayOptions
	shard   *Shard
	open    map[int64]*replayBucket // by start, in Unix seconds
	recent  *replayBucket           // of open, the one that was asked for last; nil: none
	next    time.Time               // start of the bucket that is judged next; zero before the first event
	judged  bool                    // some bucket was judged since next was set from an event
	first   time.Time
	newest  time.Time
	late    uint64
	series  *replaySeries
	samples [][]detector.Sample // by the number of their series
	shapes  []template.Known

	relations relations
	fields    *replayFields
	judging   *replayBucket // that was taken last
	spare     *replayBucket // that was judged
}

// maxHole is the longest stretch without any event that is judged as such; after a longer one everything is learned
// anew.
const maxHole = 7 * 24 * time.Hour

// NewReplay returns a Replay that has seen nothing.
func NewReplay(o ReplayOptions) *Replay {
	if o.Bucket == 0 {
		o.Bucket = rate.Fine
	}
	r := &Replay{
		Templates: NewTemplates(), o: o, open: make(map[int64]*replayBucket), series: newReplaySeries(),
		relations: newRelations(o.Bucket), fields: newReplayFields(o.Bucket),
	}
	if r.o.Texts == nil {
		r.o.Texts = func(_ string, id detector.ShapeID) string { return r.Templates.Text(id) }
	}
	r.reset()
	return r
}

func (r *Replay) reset() {
	var rules detector.Judge
	if r.o.Judge != nil {
		rules = r.o.Judge()
	}
	var suite Suite = noSuite{}
	if r.o.Suite != nil {
		suite = r.o.Suite(r.o.Texts)
	}
	tracker := incident.New(incident.Options{Bucket: r.o.Bucket, Adjust: r.o.Adjust, Text: r.o.Texts})
	r.shard = NewShard(r.o.Bucket, suite, rules, tracker)
}

// Add counts lines and bytes of a series at t and returns its row, to whose Summary a rule may add before the next call.
// Nil where the bucket was judged already: what comes late is counted as late.
func (r *Replay) Add(s detector.Series, t time.Time, lines, bytes uint64) *detector.Row {
	return r.add(s, r.series.number(s), t, lines, bytes)
}

// add is Add for a series of a number.
func (r *Replay) add(s detector.Series, number int32, t time.Time, lines, bytes uint64) *detector.Row {
	start := t.Truncate(r.o.Bucket)
	if r.next.IsZero() || !r.judged && start.Before(r.next) {
		r.next = start
	}
	if start.Before(r.next) {
		r.tooLate(s, lines, bytes)
		return nil
	}
	if r.first.IsZero() || start.Before(r.first) {
		r.first = start
	}
	row := r.bucket(start).row(s, number)
	row.Lines = sum(row.Lines, lines)
	row.Bytes = sum(row.Bytes, bytes)
	if t.After(r.newest) {
		r.newest = t
	}
	return row
}

// tooLate counts lines of a bucket that was judged already as late lines of their service, in the one that is judged next.
func (r *Replay) tooLate(s detector.Series, lines, bytes uint64) {
	if s.Class != detector.ClassLine {
		return
	}
	r.late = sum(r.late, lines)
	b := r.bucket(r.next)
	b.late = sum(b.late, lines)
	of := detector.Series{Class: detector.ClassLate, Service: s.Service, Environment: s.Environment}
	row := b.row(of, r.series.number(of))
	row.Lines = sum(row.Lines, lines)
	row.Bytes = sum(row.Bytes, bytes)
}

// sum stays at the greatest number where a table of nonsense goes beyond it.
func sum(a, b uint64) uint64 {
	if a > math.MaxUint64-b {
		return math.MaxUint64
	}
	return a + b
}

// Advance judges every bucket that is complete now that events up to t were met. Called after every line, the same
// lines are shown in the same order of input; called less often, the incidents are the same and show later lines.
func (r *Replay) Advance(t time.Time) {
	if r.next.IsZero() {
		return
	}
	complete := t.Add(-r.o.Lateness).Truncate(r.o.Bucket)
	if complete.Sub(r.next) <= 0 {
		return
	}
	r.learn()
	for r.next.Before(complete) {
		if len(r.open) == 0 || r.hole() > maxHole {
			if !r.jump(complete) {
				break
			}
			continue
		}
		r.step()
	}
}

// hole is how long after the next bucket the first one with lines starts.
func (r *Replay) hole() time.Duration {
	first := int64(1<<63 - 1)
	for start := range r.open {
		first = min(first, start)
	}
	return time.Duration(first-r.next.Unix()) * time.Second
}

// jump skips a stretch without any event. A short one is judged bucket by bucket.
func (r *Replay) jump(complete time.Time) bool {
	to := complete
	if len(r.open) > 0 {
		to = r.next.Add(r.hole())
	}
	if to.Sub(r.next) <= maxHole {
		for r.next.Before(to) {
			r.step()
		}
		return to.Before(complete)
	}
	for _, in := range r.shard.Open() {
		at := r.next
		in.Status, in.ResolvedAt = detector.StatusResolved, &at
		r.hand([]detector.Change{{Event: detector.ChangeResolved, Incident: &in}})
	}
	r.reset()
	r.next, r.judged = to, true
	return true
}

func (r *Replay) step() {
	bucket := r.take(r.next)
	r.next, r.judged = bucket.End(), true
	r.hand(r.shard.Step(bucket))
	r.fields.forget(r.next)
	r.release()
}

// Finish judges what is left up to t, the last time that is believed; buckets beyond hold stray times and are left out.
// The end of the input is not a silence: the last bucket can only raise alarms.
func (r *Replay) Finish(t time.Time) {
	if r.next.IsZero() || t.IsZero() {
		return
	}
	r.Advance(t.Add(r.o.Lateness))
	r.learn()
	if !r.judged { // all lines are of one bucket: judges try an unfinished one only after one that was complete
		r.next = r.next.Add(-r.o.Bucket)
		r.step()
	}
	if b := r.take(r.next); len(b.Rows) > 0 {
		r.hand(r.shard.Last(b))
	}
}

// Late is how many lines came for buckets that were judged already.
func (r *Replay) Late() uint64 { return r.late }

// First is the start of the first bucket with lines; zero before any.
func (r *Replay) First() time.Time { return r.first }

// Newest is the latest time of a line that was counted.
func (r *Replay) Newest() time.Time { return r.newest }

// Until is up to when buckets are judged.
func (r *Replay) Until() time.Time { return r.next }

// Learned takes shapes that were met; they are merged before the next bucket is judged.
func (r *Replay) Learned(shapes []template.Known) { r.shapes = append(r.shapes, shapes...) }

func (r *Replay) learn() {
	if len(r.shapes) == 0 {
		return
	}
	for _, a := range r.Templates.Learn(r.shapes) {
		for _, service := range r.Templates.Services(a.From) {
			r.shard.suite.Alias(service, a.From, a.To)
		}
	}
	r.shapes = r.shapes[:0]
}

// observe makes sure that the row has a summary of these parts; nil where it has one of others.
func observe(row *detector.Row, parts sketch.Parts) *sketch.Summary {
	if row.Summary == nil {
		row.Summary = sketch.New(parts)
	}
	if row.Summary.Parts != parts {
		return nil
	}
	return row.Summary
}
