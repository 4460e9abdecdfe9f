package sketch

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"time"
)

// Bounds of Places.
const (
	MaxSpans        = 64  // of one summary and of what summaries add up to, unless more partitions than that hold lines
	MaxHosts        = 256 // named; further ones are not told apart
	MaxFingerprints = 32  // likewise
)

// Span is a run of offsets of one partition in which lines stand.
type Span struct {
	Topic     string `json:"topic"`
	Partition int    `json:"partition"`
	From      int64  `json:"from"`  // the first offset
	To        int64  `json:"to"`    // the last one, inclusive
	Lines     uint64 `json:"lines"` // that stand in it: fewer than offsets where near runs became one for want of room
}

// Places is where lines stand in a log: spans of offsets, the hosts that wrote them, the fingerprints of what they held
// and the event times between which they lie. Counts in it are exact whatever its bounds. The zero value is ready.
type Places struct {
	Spans        []Span    `json:"spans,omitempty"`        // by topic, partition and offset; no two of them touch
	Hosts        []string  `json:"hosts,omitempty"`        // sorted
	Fingerprints []string  `json:"fingerprints,omitempty"` // sorted
	First        time.Time `json:"first"`                  // zero while there are none
	Last         time.Time `json:"last"`
}

// Add adds one line: at is its event time; host and fingerprint may be empty.
func (p *Places) Add(topic string, partition int, offset int64, at time.Time, host, fingerprint string) {
	p.span(Span{Topic: topic, Partition: partition, From: offset, To: offset, Lines: 1})
	p.Hosts = insert(p.Hosts, host, MaxHosts)
	p.Fingerprints = insert(p.Fingerprints, fingerprint, MaxFingerprints)
	p.between(at, at)
}

// AddRun adds a run of offsets that lie between two times.
func (p *Places) AddRun(s Span, first, last time.Time) {
	p.span(s)
	p.between(first, last)
}

// Merge adds o, which stays as it is.
func (p *Places) Merge(o *Places) {
	for _, s := range o.Spans {
		p.span(s)
	}
	for _, h := range o.Hosts {
		p.Hosts = insert(p.Hosts, h, MaxHosts)
	}
	for _, f := range o.Fingerprints {
		p.Fingerprints = insert(p.Fingerprints, f, MaxFingerprints)
	}
	p.between(o.First, o.Last)
}

// Clone returns a copy that shares nothing.
func (p *Places) Clone() Places {
	out := *p
	out.Spans, out.Hosts, out.Fingerprints = slices.Clone(p.Spans), slices.Clone(p.Hosts), slices.Clone(p.Fingerprints)
	return out
}

func (p *Places) between(first, last time.Time) {
	if !first.IsZero() && (p.First.IsZero() || first.Before(p.First)) {
		p.First = first
	}
	if last.After(p.Last) {
		p.Last = last
	}
}

// span adds a run and joins it with those that it touches.
func (p *Places) span(s Span) {
	i := sort.Search(len(p.Spans), func(i int) bool { return compareSpans(p.Spans[i], s) > 0 })
	if i > 0 && touch(p.Spans[i-1], s) {
		i--
	} else {
		p.Spans = slices.Insert(p.Spans, i, Span{Topic: s.Topic, Partition: s.Partition, From: s.From, To: s.From})
	}
	at := &p.Spans[i]
	at.To, at.Lines = max(at.To, s.To), at.Lines+s.Lines
	end := i + 1
	for end < len(p.Spans) && touch(*at, p.Spans[end]) {
		at.To, at.Lines = max(at.To, p.Spans[end].To), at.Lines+p.Spans[end].Lines
		end++
	}
	p.Spans = slices.Delete(p.Spans, i+1, end)
	if len(p.Spans) > MaxSpans {
		p.narrow()
	}
}

// narrow makes one of the two neighbours of a partition with the fewest offsets between them.
func (p *Places) narrow() {
	best, least := -1, int64(math.MaxInt64)
	for i := 1; i < len(p.Spans); i++ {
		a, b := p.Spans[i-1], p.Spans[i]
		if neighbours(a, b) && b.From-a.To < least {
			best, least = i, b.From-a.To
		}
	}
	if best < 0 {
		return
	}
	a, b := &p.Spans[best-1], p.Spans[best]
	a.To, a.Lines = b.To, a.Lines+b.Lines
	p.Spans = slices.Delete(p.Spans, best, best+1)
}

func neighbours(a, b Span) bool { return a.Partition == b.Partition && a.Topic == b.Topic }

// touch reports whether b, which does not begin before a, leaves no offset between them.
func touch(a, b Span) bool { return neighbours(a, b) && b.From-1 <= a.To }

func compareSpans(a, b Span) int {
	return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition), cmp.Compare(a.From, b.From))
}

// insert adds s to a sorted list without doubles that holds at most n.
func insert(list []string, s string, n int) []string {
	i, there := slices.BinarySearch(list, s)
	if s == "" || there || len(list) >= n {
		return list
	}
	return slices.Insert(list, i, s)
}
