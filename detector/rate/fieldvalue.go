package rate

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// maxFieldValues bounds the values of one field of a service that a partition's dictionary ever holds, and fieldShare the
// part of the dictionary that all of them may take; beyond it values count under Other.
const (
	maxFieldValues = 128
	fieldShare     = 4
)

// FieldValue finds or makes the series of a field's value, to be counted by Again; NoRef where no room is left.
func (c *Counter) FieldValue(s detector.Series) Ref {
	if ref, ok := c.index[s]; ok {
		return ref
	}
	if long(s.Service) || long(s.Environment) || long(s.Key) || long(s.Name) {
		return NoRef
	}
	full := c.fieldValues >= c.opts.MaxSeries/fieldShare || len(c.entries) >= c.opts.MaxSeries*7/8
	if full || s.Key != Other && c.groups[groupOf(s)] >= maxFieldValues {
		s.Key = Other
		if ref, ok := c.index[s]; ok {
			return ref
		}
		if full {
			return NoRef
		}
	}
	return c.enter(s)
}

// Again counts lines of a series that is known. What comes too late for its bucket is left out: it is of no use to what
// is judged by then.
func (c *Counter) Again(ref Ref, t time.Time, lines uint64) {
	if ref == NoRef {
		return
	}
	start := floor(t.Unix(), fineSeconds)
	if start+fineSeconds <= c.watermark {
		return
	}
	b := c.current
	if b == nil || b.start != start {
		b = c.bucket(start)
	}
	c.add(b, ref, lines, 0)
}
