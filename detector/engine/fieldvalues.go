package engine

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// What counting the values of fields costs is bounded: fields of a service, values of a field that are followed, and
// how many lines of a series are looked at in one bucket.
const (
	maxFields      = 24
	maxFieldValues = 24
	maxFieldText   = 64  // bytes of a key or value; longer ones tell no two groups of lines apart
	everyLine      = 16  // lines of a series in a bucket that are all looked at
	everyEighth    = 512 // and up to here one in eight; beyond it one in 64
	restLines      = 8192
)

// FollowedValues is how many values of a field of a service are followed in each partition at least; others may count as rate.Other.
const FollowedValues = maxFieldValues

// fieldCounts is where the values of fields are counted.
type fieldCounts interface {
	// FieldValue finds or makes the series of a value; rate.NoRef where no room is left.
	FieldValue(s detector.Series) rate.Ref
	// Again counts lines of it at t.
	Again(ref rate.Ref, t time.Time, lines uint64)
}

// fieldValues counts how many lines have which value of which field, in each service and apart for its errors: the host,
// and every field whose values repeat. Of a field with many values the frequent ones are followed (Metwally et al. 2005,
// Space-Saving), the rest counts as other. Beyond everyLine lines of a series and bucket it takes a sample of them, chosen
// by a hash of the line's time and number, with its weight: the same lines give the same sample. It serves one partition.
type fieldValues struct {
	counts fieldCounts
	groups map[fieldGroupKey]*fieldGroup
	lines  []fieldLine // by Ref of the line's series
}

type fieldGroupKey struct {
	service, environment string
	errors               bool
}

// fieldLine is what is known of the lines of one series.
type fieldLine struct {
	group  *fieldGroup
	bucket int64
	n      uint32
}

// fieldGroup are the fields of a service's lines. hints says where the n-th field of a line was found last: lines of a
// service have their fields in one order.
type fieldGroup struct {
	key    fieldGroupKey
	fields []field
	hints  [maxFields]uint8
}

func newFieldValues(counts fieldCounts) *fieldValues {
	return &fieldValues{counts: counts, groups: make(map[fieldGroupKey]*fieldGroup)}
}

// maxFieldGroups bounds the services of one partition whose fields are looked at.
const maxFieldGroups = 4096

// line counts the fields of a line whose series is ref.
func (f *fieldValues) line(ref rate.Ref, at time.Time, ev *detector.Event) {
	if ref == rate.NoRef || len(ev.Fields) == 0 && ev.Host == "" {
		return
	}
	for int(ref) >= len(f.lines) {
		f.lines = append(f.lines, fieldLine{})
	}
	l := &f.lines[ref]
	weight := l.weight(at.Unix()/int64(rate.Fine/time.Second), uint64(at.UnixNano()))
	if weight == 0 {
		return
	}
	if l.group == nil {
		if l.group = f.group(fieldGroupKey{ev.Service, ev.Environment, ev.Level >= detector.LevelError}); l.group == nil {
			return
		}
	}
	if ev.Host != "" {
		f.count(l.group, 0, "host", []byte(ev.Host), at, weight)
	}
	for i := range ev.Fields {
		v := &ev.Fields[i]
		if v.Key != "host" && groups(v) {
			f.count(l.group, min(i+1, maxFields-1), v.Key, v.Value.Text, at, weight)
		}
	}
}

// weight is how many lines this one stands for; 0 where it is passed over.
func (l *fieldLine) weight(bucket int64, nano uint64) uint64 {
	if l.bucket != bucket {
		l.bucket, l.n = bucket, 0
	}
	l.n++
	if l.n <= everyLine {
		return 1
	}
	h := mixed(nano^uint64(l.n)<<40) & 63
	switch {
	case l.n <= everyEighth && h&7 == 0:
		return 8
	case l.n > everyEighth && h == 0:
		return 64
	}
	return 0
}

// mixed is the finalizer of MurmurHash3: what comes at even steps must not be chosen at even steps.
func mixed(h uint64) uint64 {
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// groups reports whether a field may tell groups of lines apart: a short text, a truth, a small whole number that is no
// duration.
func groups(v *detector.Field) bool {
	n := len(v.Value.Text)
	if n == 0 || n > maxFieldText || len(v.Key) > maxFieldText {
		return false
	}
	switch v.Value.Kind {
	case detector.KindString:
		return v.Value.Text[0] != '<' // what was redacted
	case detector.KindBool:
		return true
	case detector.KindNumber:
		for _, c := range v.Value.Text {
			if c < '0' || c > '9' {
				return false
			}
		}
		return n <= 6 && durationField(v.Key) == 0
	}
	return false
}

func (f *fieldValues) group(key fieldGroupKey) *fieldGroup {
	g := f.groups[key]
	if g == nil && len(f.groups) < maxFieldGroups {
		g = &fieldGroup{key: key}
		f.groups[key] = g
	}
	return g
}

func (f *fieldValues) count(g *fieldGroup, hint int, key string, value []byte, at time.Time, weight uint64) {
	i := g.find(hint, key)
	if i < 0 {
		return
	}
	d := &g.fields[i]
	if d.rest > 0 {
		d.rest--
		return
	}
	f.counts.Again(f.ref(g, d, value), at, weight)
}
