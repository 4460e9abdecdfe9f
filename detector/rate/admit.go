package rate

import (
	"github.com/cespare/xxhash/v2"

	"github.com/tocsin-io/tocsin/detector"
)

// Other stands for every service or key for which no room was left.
const Other = "(other)"

// MaxSeriesText is how many bytes of a service, environment or key tell series apart; longer ones are cut.
const MaxSeriesText = 256

// The sizes of the direct-mapped caches in front of the index, for lines and for all other series; powers of two.
const (
	lineSlots  = 4096
	otherSlots = 2048
)

// lineSlot remembers the Ref of one line's series.
type lineSlot struct {
	service, environment string
	shape                detector.ShapeID
	level                detector.Level
	ref                  Ref
	used                 bool
	over                 bool // ref is that of an overflow
}

// otherSlot remembers the Ref of a series that has one of its own.
type otherSlot struct {
	series detector.Series
	ref    Ref
	used   bool
}

// otherRef is ref for series that come again and again and are not lines. Names and keys are mostly the same strings as
// before, so that comparing them compares pointers.
func (c *Counter) otherRef(s *detector.Series) Ref {
	h := xxhash.Sum64String(s.Name) ^ uint64(s.Shape) ^ uint64(s.Shape)>>32 ^ detector.Spread(s.Service)
	if s.Key != "" {
		h ^= xxhash.Sum64String(s.Key) >> 7
	}
	slot := &c.others[h%otherSlots]
	if slot.used && slot.series == *s {
		return slot.ref
	}
	ref := c.ref(*s)
	if ref != NoRef && c.series[ref] == *s { // one that overflows is told each time
		*slot = otherSlot{series: *s, ref: ref, used: true}
	}
	return ref
}

// group is what shares one share of the dictionary.
type group struct {
	class       detector.Class
	level       detector.Level
	service     string
	environment string
	name        string
}

func groupOf(s detector.Series) group {
	return group{s.Class, s.Level, s.Service, s.Environment, s.Name}
}

func (c *Counter) lineRef(service, environment string, level detector.Level, shape detector.ShapeID) Ref {
	slot := &c.lines[(uint64(shape)^uint64(shape)>>32^uint64(level)*0x9e37^detector.Spread(service))%lineSlots]
	if slot.used && slot.shape == shape && slot.level == level && slot.service == service && slot.environment == environment {
		if slot.over {
			c.stats.Overflow++
		}
		return slot.ref
	}
	ref := c.ref(detector.Series{Level: level, Shape: shape, Service: service, Environment: environment})
	*slot = lineSlot{
		service: service, environment: environment, shape: shape, level: level, ref: ref, used: true, over: c.series[ref].Shape != shape,
	}
	return ref
}

// ref finds the series or gives it a place in the dictionary, its own or that of the overflow.
func (c *Counter) ref(s detector.Series) Ref {
	if ref, ok := c.index[s]; ok {
		return ref
	}
	if long(s.Service) || long(s.Environment) || long(s.Key) || long(s.Name) {
		s.Service, s.Environment, s.Key, s.Name = Cut(s.Service, MaxSeriesText), Cut(s.Environment, MaxSeriesText),
			Cut(s.Key, MaxSeriesText), Cut(s.Name, MaxSeriesText)
		return c.ref(s)
	}
	// The last eighth of the room is for overflow series, the last 64 places for those of no service.
	if len(c.entries) < c.opts.MaxSeries*7/8 && c.groups[groupOf(s)] < c.opts.MaxGroup || s.Class == detector.ClassLoss || s.Class == detector.ClassInput {
		return c.enter(s)
	}
	if s.Class == detector.ClassSlot {
		return NoRef
	}
	c.stats.Overflow++
	over := overflow(s)
	if ref, ok := c.index[over]; ok {
		return ref
	}
	if over.Class != detector.ClassRule && len(c.entries) >= c.opts.MaxSeries-64 {
		over.Service, over.Environment = Other, ""
		if ref, ok := c.index[over]; ok {
			return ref
		}
	}
	return c.enter(over)
}

// overflow is the series that takes s in when there is no room for it.
func overflow(s detector.Series) detector.Series {
	switch s.Class {
	case detector.ClassLine:
		s.Shape = detector.OverflowShape
	case detector.ClassRule, detector.ClassSecret, detector.ClassSkew:
		s.Key = Other
	}
	return s
}

func (c *Counter) enter(s detector.Series) Ref {
	ref := Ref(len(c.entries))
	c.entries = append(c.entries, entry{
		shard: uint8(ShardOf(s)), errors: s.Level >= detector.LevelError || s.Class == detector.ClassSecret,
	})
	c.series = append(c.series, s)
	c.index[s] = ref
	c.groups[groupOf(s)]++
	if s.Class == detector.ClassField {
		c.fieldValues++
	}
	return ref
}

func long(s string) bool { return len(s) > MaxSeriesText }
