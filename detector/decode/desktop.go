package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// glibLevels are the levels of GLib. What it calls an error ends the program; critical does not.
var glibLevels = map[string]detector.Level{
	"ERROR":    detector.LevelFatal,
	"CRITICAL": detector.LevelError,
	"WARNING":  detector.LevelWarn,
	"Message":  detector.LevelInfo,
	"INFO":     detector.LevelInfo,
	"DEBUG":    detector.LevelDebug,
}

// glib reads (program:pid): Domain-LEVEL **: 15:04:05.000: message, as programs of GNOME write it. ** stands in front where
// there is no domain, and behind the level where it is grave.
func (d *Decoder) glib(b []byte) bool {
	var h head
	i := 0
	if hasPrefix(b, "** ") {
		i = len("** ")
	}
	if i < len(b) && b[i] == '(' {
		end := bytes.Index(b[i:min(len(b), i+96)], []byte("): "))
		if end < 0 {
			return false
		}
		program, pid, ok := bytes.Cut(b[i+1:i+end], []byte(":"))
		if !ok || len(program) == 0 || !isNumber(pid) {
			return false
		}
		h.pid = pid
		if string(program) != "process" { // what GLib says where it has no name
			h.app = program
		}
		i += end + len("): ")
	} else if i == 0 {
		return false
	}
	word, end := token(b, i)
	switch {
	case hasPrefix(b[end:], " **: "):
		end += len(" **: ")
	case len(word) > 1 && word[len(word)-1] == ':' && end < len(b):
		word, end = word[:len(word)-1], end+1
	default:
		return false
	}
	if dash := bytes.LastIndexByte(word, '-'); dash > 0 {
		h.logger, word = word[:dash], word[dash+1:]
	}
	if h.level, h.hasLevel = glibLevels[string(word)]; !h.hasLevel {
		return false
	}
	if s, n := parseStamp(b[end:]); n > 0 && hasPrefix(b[end+n:], ": ") {
		h.when, h.hasWhen = s, true
		end += n + len(": ")
	}
	d.underHeader(&h, b, b[end:])
	return true
}

// julia reads [ Level: message, and ┌ Level: message with lines below that begin with │ and └, as Julia's console logger
// writes them.
func (d *Decoder) julia(b []byte) bool {
	i := 0
	switch {
	case hasPrefix(b, "[ "):
		i = len("[ ")
	case hasPrefix(b, "┌ "):
		i = len("┌ ")
	default:
		return false
	}
	word, end := token(b, i)
	var h head
	switch string(word) {
	case "Debug:", "Info:", "Warning:", "Error:":
		h.level, h.hasLevel = levelOf(word[:len(word)-1])
	}
	if !h.hasLevel || !hasPrefix(b[end:], " ") {
		return false
	}
	d.underHeader(&h, b, b[end:])
	return true
}
