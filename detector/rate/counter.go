package rate

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/sketch"
)

// CounterOptions bounds what a Counter holds. Zero values mean the defaults.
type CounterOptions struct {
	MaxSeries    int // in the partition's dictionary, 100,000; beyond it lines count as overflow of service and level
	MaxGroup     int // shapes of one service and level, keys of one rule, 4,096; beyond it the same
	MaxSummaries int // with a sketch in one bucket, 4,096; beyond it only lines and bytes are counted
	MaxBuckets   int // changed buckets in memory before Full asks for a flush, 256
	MaxSamples   int // lines held for the next flush, 2,000
}

func (o CounterOptions) withDefaults() CounterOptions {
	for _, d := range []struct {
		v   *int
		def int
	}{{&o.MaxSeries, 100_000}, {&o.MaxGroup, 4096}, {&o.MaxSummaries, 4096}, {&o.MaxBuckets, 256}, {&o.MaxSamples, 2000}} {
		if *d.v <= 0 {
			*d.v = d.def
		}
	}
	return o
}

// Ref is a series of the counter's partition: its index in the dictionary. It is valid as long as the counter.
type Ref uint32

// NoRef is the Ref of what was counted nowhere: a slot for which no room is left.
const NoRef Ref = 1<<32 - 1

// Counter counts one partition for its owner. It is used by one goroutine. Counting does no input or output and, once a
// series is known and has a cell in the bucket, allocates nothing; Flush writes.
type Counter struct {
	partition Partition
	epoch     uint64
	backend   Backend
	opts      CounterOptions

	entries     []entry
	series      []detector.Series // of entries: apart, as counting does not look at them
	index       map[detector.Series]Ref
	fieldValues int // of entries
	groups      map[group]int
	lines       [lineSlots]lineSlot
	others      [otherSlots]otherSlot

	buckets map[int64]*bucket  // fine
	coarse  map[int64]*bucket  // coarse ones that late lines changed
	windows map[int64]struct{} // starts of coarse buckets that are still open and have lines
	current *bucket
	lastID  uint64

	watermark int64 // Unix seconds: buckets that end at or before it take late lines only
	claimed   Claim
	inherited bool // the windows that earlier owners left open are known

	sequence uint64     // of the last flush that was built
	known    int        // series that the last flush that was built had
	written  Checkpoint // of the last flush that was acknowledged
	pending  *Flush     // built, not acknowledged yet
	tallies  []*Tally   // that hold lines which their series do not have yet
	samples  map[Ref][]detector.Sample
	sampled  int
	stats    CounterStats
}

// entry is a series with the place of its cell in the bucket that it was last counted in.
type entry struct {
	bucket uint64 // id
	place  int32
	shard  uint8
	errors bool  // its lines are errors: samples are taken more readily
	taken  uint8 // samples taken, up to MaxSamples
	sample int64 // start of the bucket of the last sample
}

// CounterStats is what a counter has seen since it was made.
type CounterStats struct {
	Series   int    // in the dictionary
	Buckets  int    // in memory
	Overflow uint64 // lines that found no room for their own series
	Dropped  uint64 // values of slots that were counted nowhere
	Late     uint64 // lines for buckets that were complete already
	Flushes  uint64 // acknowledged
	Blocks   uint64 // in them
	Written  uint64 // bytes of blocks in them
}

// NewCounter goes on from claim, which the backend gave for p and epoch.
func NewCounter(p Partition, epoch uint64, claim Claim, backend Backend, opts CounterOptions) *Counter {
	c := &Counter{
		partition: p, epoch: epoch, backend: backend, opts: opts.withDefaults(),
		index:    make(map[detector.Series]Ref, len(claim.Dictionary)),
		groups:   make(map[group]int),
		buckets:  make(map[int64]*bucket),
		coarse:   make(map[int64]*bucket),
		windows:  make(map[int64]struct{}),
		samples:  make(map[Ref][]detector.Sample),
		claimed:  claim,
		sequence: claim.Sequence,
		known:    len(claim.Dictionary),
		written:  cloneCheckpoint(claim.Checkpoint),
	}
	c.watermark = unixOrMin(claim.Checkpoint.Watermark)
	c.inherited = !claim.Found
	for _, s := range claim.Dictionary {
		c.enter(s)
	}
	c.claimed.Dictionary = nil
	return c
}

// Checkpoint is the one that the backend acknowledged last.
func (c *Counter) Checkpoint() Checkpoint { return cloneCheckpoint(c.written) }

// Stats tells what was seen so far.
func (c *Counter) Stats() CounterStats {
	s := c.stats
	s.Series, s.Buckets = len(c.entries), len(c.buckets)+len(c.coarse)
	return s
}

// Series is the series of a Ref.
func (c *Counter) Series(ref Ref) detector.Series {
	if int(ref) >= len(c.entries) {
		return detector.Series{}
	}
	return c.series[ref]
}

// Full reports that no more should be counted before a Flush succeeded.
func (c *Counter) Full() bool {
	return len(c.buckets)+len(c.coarse) >= c.opts.MaxBuckets
}

// Line counts an event of a line's series: t is its event time, bytes what it took in its record. Service and
// environment must be interned.
func (c *Counter) Line(t time.Time, service, environment string, level detector.Level, shape detector.ShapeID, bytes int) Ref {
	ref := c.lineRef(service, environment, level, shape)
	c.count(ref, t, 1, uint64(bytes))
	return ref
}

// Hit counts lines and bytes of any series.
func (c *Counter) Hit(s detector.Series, t time.Time, lines, bytes uint64) Ref {
	ref := c.otherRef(&s)
	c.count(ref, t, lines, bytes)
	return ref
}

// Observe counts like Hit and returns the series' summary of the bucket as well, to which the caller adds before its next
// call of the counter. It is nil where only counts are kept: no room for another summary, or one with other parts is
// there. Numbers and texts that belong into a complete coarse bucket reach the fine one alone.
func (c *Counter) Observe(s detector.Series, t time.Time, lines, bytes uint64, parts sketch.Parts) (Ref, *sketch.Summary) {
	ref := c.otherRef(&s)
	cl, b := c.count(ref, t, lines, bytes)
	if cl == nil {
		return ref, nil
	}
	return ref, c.summary(cl, b, parts)
}

// summary is that of a cell, made where there is none and room for one; nil where there is no room or it keeps other parts.
func (c *Counter) summary(cl *cell, b *bucket, parts sketch.Parts) *sketch.Summary {
	if cl.sum == nil {
		room := c.opts.MaxSummaries
		if class := c.series[cl.index].Class; class == detector.ClassSecret || class == detector.ClassLoss { // numbers and rules do not take the room of these
			room *= 2
		}
		if b.summaries >= room {
			return nil
		}
		cl.sum = sketch.New(parts)
		b.summaries++
	}
	if cl.sum.Parts != parts {
		return nil
	}
	return cl.sum
}

// Open is t, or the start of the oldest bucket that is not complete yet where that is later.
func (c *Counter) Open(t time.Time) time.Time {
	if floor(t.Unix(), fineSeconds)+fineSeconds > c.watermark {
		return t
	}
	return time.Unix(floor(c.watermark, fineSeconds), 0).UTC()
}

func (c *Counter) count(ref Ref, t time.Time, lines, bytes uint64) (*cell, *bucket) {
	if ref == NoRef {
		c.stats.Dropped += lines
		return nil, nil
	}
	start := floor(t.Unix(), fineSeconds)
	if start+fineSeconds <= c.watermark {
		c.late(ref, start, lines, bytes)
	}
	b := c.current
	if b == nil || b.start != start {
		b = c.bucket(start)
	}
	return c.add(b, ref, lines, bytes), b
}

func (c *Counter) add(b *bucket, ref Ref, lines, bytes uint64) *cell {
	e := &c.entries[ref]
	if e.bucket != b.id {
		e.bucket, e.place = b.id, b.place(uint32(ref), e.shard)
	}
	cl := &b.shards[e.shard].cells[e.place]
	cl.lines += lines
	cl.bytes += bytes
	b.dirty |= 1 << e.shard
	return cl
}

// late counts what comes too late: for the service, in the bucket that is open now, and in the coarse bucket if that
// is complete too. A coarse one that is still open is made of the fine ones when it closes.
func (c *Counter) late(ref Ref, start int64, lines, bytes uint64) {
	s := &c.series[ref]
	if s.Class == detector.ClassLine {
		c.stats.Late += lines
		mark := c.ref(detector.Series{Class: detector.ClassLate, Service: s.Service, Environment: s.Environment})
		c.add(c.bucket(floor(c.watermark, fineSeconds)), mark, lines, bytes)
	}
	window := floor(start, coarseSeconds)
	if window+coarseSeconds > c.watermark {
		return
	}
	b, ok := c.coarse[window]
	if !ok {
		b = c.newBucket(window)
		c.coarse[window] = b
	}
	c.add(b, ref, lines, bytes)
}

func (c *Counter) bucket(start int64) *bucket {
	b, ok := c.buckets[start]
	if !ok {
		b = c.newBucket(start)
		c.buckets[start] = b
		if window := floor(start, coarseSeconds); window+coarseSeconds > c.watermark {
			c.windows[window] = struct{}{}
		}
	}
	c.current = b
	return b
}

func (c *Counter) newBucket(start int64) *bucket {
	c.lastID++
	return newBucket(c.lastID, start, !c.claimed.Found && c.sequence == 0)
}
