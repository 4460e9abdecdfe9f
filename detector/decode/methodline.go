package decode

import "github.com/tocsin-io/tocsin/detector"

// methodLine reads METHOD /path STATUS time, as morgan's dev format and its kin print it.
func (d *Decoder) methodLine(b []byte) bool {
	method, i := token(b, 0)
	if !isMethod(method) || i+2 >= len(b) || b[i+1] != '/' {
		return false
	}
	path, j := token(b, i+1)
	status, end := token(b, skipBlanks(b, j))
	code := 0
	if len(status) == 3 {
		code, _ = digits(status, 0, 3)
	}
	level := statusLevel(code)
	if level == detector.LevelNone || end < len(b) && b[end] != ' ' {
		return false
	}
	d.add("method", detector.KindString, method)
	d.add("path", detector.KindString, path)
	d.add("status", detector.KindNumber, status)
	d.draft.level = level
	d.message(b)
	d.ev.Format, d.ev.Structured = "access", true
	d.line.single = true
	return true
}
