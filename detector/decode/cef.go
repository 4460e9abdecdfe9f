package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// cef reads CEF:0|vendor|product|version|class|name|severity|extension.
func (d *Decoder) cef(b []byte) bool {
	keys := [...]string{"vendor", "product", "device_version", "class", "name", "severity"}
	i := bytes.IndexByte(b, '|')
	if i < 0 {
		return false
	}
	var parts [len(keys)][]byte
	for k := range keys {
		start := i + 1
		for i++; i < len(b) && b[i] != '|'; i++ {
			if b[i] == '\\' {
				i++
			}
		}
		if i >= len(b) {
			return false
		}
		parts[k] = b[start:i]
	}
	for k, key := range keys {
		if key != "name" {
			d.add(key, detector.KindString, parts[k])
		}
	}
	f := &d.draft
	d.message(parts[4])
	f.level = cefLevel(parts[5])
	f.service = pick{d.kubeKey, 3, value{detector.KindString, parts[1]}}
	d.cefExtension(b[i+1:])
	d.ev.Format, d.ev.Structured = "cef", true
	d.line.single = true
	return true
}

// cefLevel maps CEF's severities 0 to 10 and its words.
func cefLevel(b []byte) detector.Level {
	n, ok := 0, false
	if len(b) > 0 && len(b) <= 2 {
		n, ok = digits(b, 0, len(b))
	}
	switch {
	case ok && n <= 3, string(b) == "Low", string(b) == "Unknown":
		return detector.LevelInfo
	case ok && n <= 6, string(b) == "Medium":
		return detector.LevelWarn
	case ok && n <= 8, string(b) == "High":
		return detector.LevelError
	case ok, string(b) == "Very-High":
		return detector.LevelFatal
	}
	return detector.LevelNone
}

// cefExtension reads key=value pairs whose values may hold blanks: a value ends before the last word that ends with =.
func (d *Decoder) cefExtension(b []byte) {
	for len(b) > 0 {
		eq := bytes.IndexByte(b, '=')
		if eq <= 0 {
			return
		}
		key := bytes.TrimSpace(b[:eq])
		rest := b[eq+1:]
		end, next := len(rest), len(rest)
		for i, word := 0, 0; i < len(rest); i++ {
			if rest[i] == '\\' {
				i++
			} else if rest[i] == ' ' {
				word = i + 1
			} else if rest[i] == '=' && word > 0 && isKey(rest[word:i]) {
				end, next = word-1, word
				break
			}
		}
		v := rest[:end]
		switch string(key) {
		case "rt", "end", "start":
			var s stamp
			if s.value(detector.KindString, v) && (!d.draft.hasWhen || string(key) == "rt") {
				d.draft.when, d.draft.hasWhen = s, true
			}
		case "dvchost", "devhost":
			d.draft.host = pick{d.kubeKey, 0, value{detector.KindString, v}}
		}
		if isKey(key) {
			d.field(d.names.get(key), detector.KindString, v)
		}
		b = rest[next:]
	}
}

// leef reads LEEF:1.0|vendor|product|version|event|key=value…, divided by tabs, and LEEF:2.0, which names what divides.
func (d *Decoder) leef(b []byte) bool {
	var parts [5][]byte
	rest := b
	for k := range parts {
		i := bytes.IndexByte(rest, '|')
		if i < 0 {
			return false
		}
		parts[k], rest = rest[:i], rest[i+1:]
	}
	divider := byte('\t')
	if hasPrefix(b, "LEEF:2") {
		i := bytes.IndexByte(rest, '|')
		if i < 0 {
			return false
		}
		if i == 1 {
			divider = rest[0]
		}
		rest = rest[i+1:]
	}
	d.add("vendor", detector.KindString, parts[1])
	d.add("device_version", detector.KindString, parts[3])
	d.add("class", detector.KindString, parts[4])
	f := &d.draft
	f.service = pick{d.kubeKey, 3, value{detector.KindString, parts[2]}}
	d.message(b)
	for len(rest) > 0 {
		pair := rest
		if i := bytes.IndexByte(rest, divider); i >= 0 {
			pair, rest = rest[:i], rest[i+1:]
		} else {
			rest = nil
		}
		eq := bytes.IndexByte(pair, '=')
		if eq < 1 || !isKey(pair[:eq]) {
			continue
		}
		key, v := pair[:eq], pair[eq+1:]
		switch string(key) {
		case "devTime":
			var s stamp
			if s.value(detector.KindString, v) {
				f.when, f.hasWhen = s, true
			}
		case "sev":
			f.level = cefLevel(v)
		case "msg":
			if len(v) > 0 {
				d.message(v)
			}
		}
		d.field(d.names.get(key), detector.KindString, v)
	}
	d.ev.Format, d.ev.Structured = "leef", true
	d.line.single = true
	return true
}
