package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// unified reads the log of macOS as log show prints it: TIME THREAD TYPE ACTIVITY PID TTL PROCESS: MESSAGE, in columns.
func (d *Decoder) unified(b []byte) bool {
	if len(b) < 80 || b[4] != '-' || !bytes.Contains(b[26:40], []byte(" 0x")) {
		return false
	}
	s, n := parseStamp(b)
	if n == 0 || !s.whole() {
		return false
	}
	var part [5][]byte // thread, type, activity, pid, time to live
	i := n
	for k := range part {
		part[k], i = token(b, skipBlanks(b, i))
	}
	i = skipBlanks(b, i)
	colon := bytes.Index(b[min(i, len(b)):min(len(b), i+64)], []byte(": "))
	if !hasPrefix(part[0], "0x") || !hasPrefix(part[2], "0x") || !isNumber(part[3]) || !isNumber(part[4]) || colon < 1 {
		return false
	}
	f := &d.draft
	switch string(part[1]) {
	case "Default", "Info", "Activity":
		f.level = detector.LevelInfo
	case "Debug":
		f.level = detector.LevelDebug
	case "Error":
		f.level = detector.LevelError
	case "Fault":
		f.level = detector.LevelFatal
	default:
		return false
	}
	f.when, f.hasWhen = s, true
	f.service = pick{d.kubeKey, 3, value{detector.KindString, b[i : i+colon]}}
	d.add("thread", detector.KindString, part[0])
	d.addPID(part[3])
	d.message(b[i+colon+2:])
	d.ev.Format = "unified"
	d.line.headed = true
	return true
}
