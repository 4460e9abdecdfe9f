package decode

import "github.com/tocsin-io/tocsin/detector"

// openInstant reads a time that is an object: log4j2's instant, Google's timestamp, MongoDB's $date, PHP's DateTime.
func (d *Decoder) openInstant(n nested) {
	f := &d.draft
	if f.hasWhen && f.whenRank <= 1 {
		return
	}
	var s stamp
	seconds, zoned := false, false
	m := membersOf(n.text)
	for {
		key, kind, text, ok := m.next(d)
		if !ok {
			break
		}
		switch key.s {
		case "epochSecond", "seconds", "sec":
			seconds = s.epoch(text)
		case "nanoOfSecond", "nanos", "nsec":
			if len(text) <= 9 {
				s.nano, _ = digits(text, 0, len(text))
			}
		case "$date", "date", "repr", "timestamp":
			var v stamp
			if v.value(kind, text) && !seconds {
				s, seconds = v, true
			}
		case "timezone":
			zoned = string(text) == "UTC" || string(text) == "+00:00" || string(text) == "Z"
		}
	}
	if seconds {
		s.zoned = s.zoned || zoned
		f.when, f.hasWhen, f.whenRank, f.whenKey = s, true, 1, n.key
	}
}

// openRecord reads the event that loguru keeps under record and tslog under _meta.
func (d *Decoder) openRecord(key *name, kind detector.ValueKind, text []byte) {
	f := &d.draft
	v := value{kind, text}
	switch key.s {
	case "message":
		if kind == detector.KindString {
			f.message = pick{key, 0, v}
		}
	case "extra":
		if kind == detector.KindObject {
			d.openOne(nested{&name{part: partContext}, text})
		}
	case "logLevelName":
		d.levelFrom(key, roleLevel, v)
	case "level":
		if kind == detector.KindObject {
			d.openOne(nested{&name{part: partLevel}, text})
		}
	case "time":
		if kind == detector.KindObject {
			d.openInstant(nested{key, text})
		}
	case "date":
		var s stamp
		if s.value(kind, text) && !f.hasWhen {
			f.when, f.hasWhen, f.whenRank, f.whenKey = s, true, 1, key
		}
	case "hostname":
		if f.host.key == nil && kind == detector.KindString {
			f.host = pick{key, 8, v}
		}
	}
}
