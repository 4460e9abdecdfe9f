package engine

import (
	"github.com/cespare/xxhash/v2"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// field is one key with the values that are followed.
type field struct {
	key    string
	hashes [maxFieldValues]uint64
	values [maxFieldValues]fieldValue
	n      int
	other  rate.Ref
	seen   uint32 // lines since values were halved last
	lost   uint32 // of these, those whose value pushed another out
	rest   uint32 // lines for which it is left alone: hardly any value repeats
}

type fieldValue struct {
	ref   rate.Ref
	count uint32
	err   uint32 // at most so many of count are not its own
}

// find is the place of a key among the group's fields, which it takes if there is room; -1 where there is none.
func (g *fieldGroup) find(hint int, key string) int {
	if i := int(g.hints[hint]); i < len(g.fields) && g.fields[i].key == key {
		return i
	}
	resting := -1
	for i := range g.fields {
		if g.fields[i].key == key {
			g.hints[hint] = uint8(i)
			return i
		}
		if g.fields[i].rest > 0 {
			resting = i
		}
	}
	fresh := field{key: key, other: rate.NoRef}
	switch {
	case len(g.fields) < maxFields:
		g.fields = append(g.fields, fresh)
		resting = len(g.fields) - 1
	case resting >= 0:
		g.fields[resting] = fresh
	default:
		return -1
	}
	g.hints[hint] = uint8(resting)
	return resting
}

// ref is the series under which a line with this value counts.
func (f *fieldValues) ref(g *fieldGroup, d *field, value []byte) rate.Ref {
	if d.seen++; d.seen >= 4096 {
		d.age()
	}
	h := xxhash.Sum64(value)
	least := 0
	for i := range d.n {
		if d.hashes[i] == h {
			v := &d.values[i]
			v.count++
			if v.ref == rate.NoRef && v.count-v.err >= 2 {
				v.ref = f.series(g, d, string(value))
			}
			if v.ref == rate.NoRef {
				return f.otherOf(g, d)
			}
			return v.ref
		}
		if d.values[i].count < d.values[least].count {
			least = i
		}
	}
	fresh := fieldValue{ref: rate.NoRef, count: 1}
	if d.n < maxFieldValues {
		least = d.n
		d.n++
	} else {
		fresh.err = d.values[least].count
		fresh.count += fresh.err
		if d.lost++; d.lost > 256 && d.lost > d.seen/2 {
			*d = field{key: d.key, other: d.other, rest: restLines}
			return d.other
		}
	}
	d.hashes[least], d.values[least] = h, fresh
	return f.otherOf(g, d)
}

// age lets what was frequent long ago make room.
func (d *field) age() {
	d.seen, d.lost = 0, 0
	for i := range d.n {
		d.values[i].count /= 2
		d.values[i].err /= 2
	}
}

func (f *fieldValues) otherOf(g *fieldGroup, d *field) rate.Ref {
	if d.other == rate.NoRef {
		d.other = f.series(g, d, rate.Other)
	}
	return d.other
}

func (f *fieldValues) series(g *fieldGroup, d *field, value string) rate.Ref {
	s := detector.Series{
		Class: detector.ClassField, Service: g.key.service, Environment: g.key.environment, Name: d.key, Key: value,
	}
	if g.key.errors {
		s.Level = detector.LevelError
	}
	ref := f.counts.FieldValue(s)
	if ref == rate.NoRef {
		d.rest = restLines // no room: not asked for at every line
	}
	return ref
}
