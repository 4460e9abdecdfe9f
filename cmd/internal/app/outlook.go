package app

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// judging is what an Engine says of what it judges, and of what others kept.
type judging interface {
	Bands(dst []engine.Band, s detector.Series, at []time.Time) ([]engine.Band, bool)
	JudgesAll() bool
	Outlined(ctx context.Context, shard int, templates bool) (engine.Outlined, error)
}

// outlook tells what is expected of series. Where this process judges all of them its detectors say it. Where replicas share
// them it comes, for all shards alike, from what their judges keep for the next owner every few minutes: so it is the same on
// whichever replica a page is opened. It is read when a page asks, and held by service and level; of templates, for the few shards
// that were asked for last.
type outlook struct {
	judges judging
	now    func() time.Time

	mu     sync.Mutex // also held while a shard is read, so that it is read once
	shards [rate.Shards]outlined
	deep   []int // shards of which templates are held, the latest last
}

// outlined is what is expected in a shard.
type outlined struct {
	sums      map[outlineKey]*detector.Outline // of services and levels; nil: never read
	templates map[outlineKey]*detector.Outline // nil: not held
	readAt    time.Time
	next      time.Time // when another state is kept
}

// outlineKey is what tells series of lines apart.
type outlineKey struct {
	service, environment string
	level                detector.Level
	shape                detector.ShapeID
}

const (
	outlookDeep  = 4                // shards of which templates are held
	outlookLate  = 15 * time.Second // that a state may be kept later than it says
	outlookAgain = time.Minute      // after which one that is overdue is asked for again
)

func newOutlook(j judging, now func() time.Time) *outlook { return &outlook{judges: j, now: now} }

// Bands appends what is expected of a series in each of the buckets at some times; false where that is not known, and then nothing
// is appended.
func (o *outlook) Bands(ctx context.Context, dst []engine.Band, s detector.Series, at []time.Time) ([]engine.Band, bool, error) {
	if o.judges.JudgesAll() {
		dst, ok := o.judges.Bands(dst, s, at)
		return dst, ok, nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	of, err := o.find(ctx, s)
	if of == nil {
		return dst, false, err
	}
	for _, t := range at {
		var b engine.Band
		b.Expected, b.Low, b.High = of.At(t)
		dst = append(dst, b)
	}
	return dst, true, nil
}

func keyOf(s detector.Series) outlineKey {
	return outlineKey{s.Service, s.Environment, s.Level, s.Shape}
}

// find is what is expected of a series; nil where that is not known.
func (o *outlook) find(ctx context.Context, s detector.Series) (*detector.Outline, error) {
	shard := rate.ShardOf(s)
	in, key := &o.shards[shard], keyOf(s)
	if o.due(in, s.Shape != 0) {
		if err := o.read(ctx, shard, s.Shape != 0); err != nil && (in.sums == nil || s.Shape != 0) {
			return nil, err
		}
	}
	if s.Shape != 0 {
		return in.templates[key], nil
	}
	return in.sums[key], nil
}

// due tells that a shard is to be read before it says anything.
func (o *outlook) due(in *outlined, templates bool) bool {
	now := o.now()
	return in.sums == nil || templates && in.templates == nil || now.Sub(in.next) >= outlookLate && now.Sub(in.readAt) >= outlookAgain
}

// read reads a shard anew. Where that fails what was read before stays, for outlookAgain.
func (o *outlook) read(ctx context.Context, shard int, templates bool) error {
	in := &o.shards[shard]
	in.readAt = o.now()
	got, err := o.judges.Outlined(ctx, shard, templates)
	if err != nil {
		return err
	}
	in.sums, in.templates, in.next = make(map[outlineKey]*detector.Outline), nil, got.Next
	o.deep = slices.DeleteFunc(o.deep, func(n int) bool { return n == shard })
	if templates {
		in.templates = make(map[outlineKey]*detector.Outline)
		if o.deep = append(o.deep, shard); len(o.deep) > outlookDeep {
			o.shards[o.deep[0]].templates = nil
			o.deep = o.deep[1:]
		}
	}
	for i := range got.Outlines {
		of := &got.Outlines[i]
		if of.Series.Shape != 0 {
			in.templates[keyOf(of.Series)] = of
		} else {
			in.sums[keyOf(of.Series)] = of
		}
	}
	return nil
}
