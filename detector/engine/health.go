package engine

import (
	"sort"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/detector/clock"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// Health is what the engine of this process knows of itself. Safe for concurrent use.
type Health struct {
	clock Clock

	mu     sync.Mutex
	parts  map[rate.Partition]*PartitionHealth
	away   map[awayKey]Fault
	faults map[faultKey]*FaultCount
	judged time.Time
	shards int
}

// PartitionHealth is how far a partition is that this process counts.
type PartitionHealth struct {
	Partition  rate.Partition
	Since      time.Time
	Checkpoint rate.Checkpoint
	Lag        []float64 // lines behind, one a minute, oldest first, at most 30
	Skews      []clock.Skew
	sampled    time.Time
}

// Fault says that something is away.
type Fault struct {
	Part  string // kafka, counts, store, evaluation, or a partition
	Since time.Time
	Error string
}

// FaultCount is a distinct cause of errors.
type FaultCount struct {
	Part  string
	Cause string
	Times int
	Last  time.Time
}

// awayKey is a part that is away, as a whole or for one partition.
type awayKey struct{ part, of string }

type faultKey struct{ part, cause string }

// maxFaults bounds the distinct causes that are remembered.
const maxFaults = 100

// partOf names a partition as a part of the engine.
func partOf(p rate.Partition) string { return "partition " + p.String() }

func newHealth(clock Clock) *Health {
	return &Health{
		clock: clock, parts: make(map[rate.Partition]*PartitionHealth), away: make(map[awayKey]Fault),
		faults: make(map[faultKey]*FaultCount),
	}
}

func (h *Health) assigned(p rate.Partition, ours bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if ours {
		h.parts[p] = &PartitionHealth{Partition: p, Since: h.clock()}
	} else {
		delete(h.parts, p)
	}
}

// owns reports whether this process counts p.
func (h *Health) owns(p rate.Partition) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.parts[p] != nil
}

func (h *Health) counted(p rate.Partition, cp rate.Checkpoint) {
	h.mu.Lock()
	defer h.mu.Unlock()
	ph := h.parts[p]
	if ph == nil {
		return
	}
	ph.Checkpoint = cp
	if now := h.clock(); passed(now, ph.sampled, time.Minute) {
		ph.sampled = now
		ph.Lag = append(ph.Lag, float64(max(0, cp.End-cp.Next)))
		if len(ph.Lag) > 30 {
			ph.Lag = ph.Lag[1:]
		}
	}
}

// skewed takes the hosts of a partition whose clocks are off.
func (h *Health) skewed(p rate.Partition, hosts []clock.Skew) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if ph := h.parts[p]; ph != nil {
		ph.Skews = hosts
	}
}

// fault notes an error of a part; the part counts as away until it has recovered.
func (h *Health) fault(part string, err error) { h.faultOf(part, "", err) }

// faultOf notes that a part is away for one of those that use it; the others may go on.
func (h *Health) faultOf(part, of string, err error) {
	cause := err.Error()
	if len(cause) > 300 {
		cause = cause[:300]
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.clock()
	at := awayKey{part, of}
	f, ok := h.away[at]
	if !ok {
		f = Fault{Part: part, Since: now}
	}
	f.Error = cause
	h.away[at] = f
	k := faultKey{part, cause}
	c := h.faults[k]
	if c == nil {
		if len(h.faults) >= maxFaults {
			return
		}
		c = &FaultCount{Part: part, Cause: cause}
		h.faults[k] = c
	}
	c.Times++
	c.Last = now
}

// told takes how an act of one of those that use a part ended: who says that the part is away takes it back with the next act
// that succeeds, and takes back nobody else's word.
func (h *Health) told(part, of string, err error) {
	if err != nil {
		h.faultOf(part, of, err)
		return
	}
	h.recoveredOf(part, of)
}

func (h *Health) recovered(part string) { h.recoveredOf(part, "") }

func (h *Health) recoveredOf(part, of string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.away, awayKey{part, of})
}

func (h *Health) judging(until time.Time, shards int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.judged, h.shards = until, shards
}

// Partitions returns the partitions that this process counts, in order.
func (h *Health) Partitions() []PartitionHealth {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := make([]PartitionHealth, 0, len(h.parts))
	for _, p := range h.parts {
		c := *p
		c.Lag = append([]float64(nil), p.Lag...)
		out = append(out, c)
	}
	sort.Slice(out, func(i, j int) bool { return rate.ComparePartitions(out[i].Partition, out[j].Partition) < 0 })
	return out
}

// Away returns what is away, in order of name, each part once: since the first of its partitions.
func (h *Health) Away() []Fault {
	h.mu.Lock()
	defer h.mu.Unlock()
	first := make(map[string]Fault, len(h.away))
	for _, f := range h.away {
		if got, ok := first[f.Part]; !ok || f.Since.Before(got.Since) {
			first[f.Part] = f
		}
	}
	out := make([]Fault, 0, len(first))
	for _, f := range first {
		out = append(out, f)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Part < out[j].Part })
	return out
}

// Faults returns the distinct causes of errors so far, newest first.
func (h *Health) Faults() []FaultCount {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := make([]FaultCount, 0, len(h.faults))
	for _, f := range h.faults {
		out = append(out, *f)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Last.After(out[j].Last) })
	return out
}

// Judged returns up to when buckets are judged, and how many shards are ours.
func (h *Health) Judged() (until time.Time, shards int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.judged, h.shards
}
