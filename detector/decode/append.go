package decode

import (
	"time"
	"unicode/utf8"

	"github.com/tocsin-io/tocsin/detector"
)

// AppendJSON appends the event as `tocsin decode` prints it: time (RFC 3339 in UTC, empty where there is none), level,
// service, environment, host, message, fields, trace_id, format, structured, lines and secrets (the kinds found).
func AppendJSON(dst []byte, ev *detector.Event) []byte {
	dst = append(dst, `{"time":"`...)
	if !ev.Time.IsZero() {
		dst = ev.Time.UTC().AppendFormat(dst, time.RFC3339Nano)
	}
	dst = append(dst, `","level":"`...)
	dst = append(dst, ev.Level.String()...)
	dst = append(dst, `","service":`...)
	dst = appendString(dst, ev.Service)
	dst = append(dst, `,"environment":`...)
	dst = appendString(dst, ev.Environment)
	dst = append(dst, `,"host":`...)
	dst = appendString(dst, ev.Host)
	dst = append(dst, `,"message":`...)
	dst = appendString(dst, ev.Message)
	dst = append(dst, `,"fields":{`...)
	for i := range ev.Fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendString(dst, ev.Fields[i].Key)
		dst = append(dst, ':')
		dst = appendValue(dst, ev.Fields[i].Value)
	}
	dst = append(dst, `},"trace_id":`...)
	dst = appendString(dst, ev.TraceID)
	dst = append(dst, `,"format":`...)
	dst = appendString(dst, ev.Format)
	dst = append(dst, `,"structured":`...)
	dst = appendBool(dst, ev.Structured)
	dst = append(dst, `,"lines":`...)
	dst = appendInt(dst, ev.Lines)
	dst = append(dst, `,"secrets":[`...)
	for i := range ev.Secrets {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendString(dst, ev.Secrets[i].Kind)
	}
	return append(dst, "]}"...)
}

// appendValue appends a field's value as JSON. Text that is not what its kind says, which redaction may leave behind,
// is appended as a string: the output is JSON whatever happened to it.
func appendValue(dst []byte, v detector.Value) []byte {
	switch v.Kind {
	case detector.KindNull:
		return append(dst, "null"...)
	case detector.KindBool:
		if s := string(v.Text); s == "true" || s == "false" {
			return append(dst, v.Text...)
		}
	case detector.KindNumber:
		if isNumber(v.Text) {
			return append(dst, v.Text...)
		}
	case detector.KindObject, detector.KindArray:
		if end, kind := scanValue(v.Text, 0, 0); end == len(v.Text) && kind == v.Kind {
			return appendDocument(dst, v.Text)
		}
	}
	return appendString(dst, v.Text)
}

// appendDocument appends checked JSON; what JSON forbids and scanValue lets pass (control characters, NaN) is mended.
func appendDocument(dst, b []byte) []byte {
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == '"':
			end, _ := stringEnd(b, i+1)
			dst = append(dst, '"')
			dst = appendEscaped(dst, b[i+1:end])
			dst = append(dst, '"')
			i = end
		case c == 'N' || c == 'I':
			dst = append(dst, "null"...)
			i += map[byte]int{'N': len("NaN"), 'I': len("Infinity")}[c] - 1
		case c == '-' && i+1 < len(b) && b[i+1] == 'I':
			dst = append(dst, "null"...)
			i += len("-Infinity") - 1
		case c >= ' ':
			dst = append(dst, c)
		}
	}
	return dst
}

// appendEscaped appends the inside of a JSON string that may hold control characters, bad escapes or bad UTF-8.
func appendEscaped(dst, b []byte) []byte {
	for i := 0; i < len(b); {
		c := b[i]
		switch {
		case c == '\\' && i+1 < len(b):
			switch n := b[i+1]; n {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
				dst = append(dst, c, n)
			default:
				if _, ok := hex4(b[i+2:]); n == 'u' && ok {
					dst = append(dst, c, n)
				} else {
					dst = append(dst, '\\', '\\')
					i--
				}
			}
			i += 2
		case c < ' ':
			dst = appendControl(dst, c)
			i++
		case c < utf8.RuneSelf:
			dst = append(dst, c)
			i++
		default:
			r, n := utf8.DecodeRune(b[i:])
			dst = utf8.AppendRune(dst, r)
			i += n
		}
	}
	return dst
}

const hexDigits = "0123456789abcdef"

func appendControl(dst []byte, c byte) []byte {
	switch c {
	case '\n':
		return append(dst, '\\', 'n')
	case '\t':
		return append(dst, '\\', 't')
	case '\r':
		return append(dst, '\\', 'r')
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

// appendString appends s as a JSON string; bytes that are no UTF-8 become U+FFFD.
func appendString[T string | []byte](dst []byte, s T) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
			i++
		case c < ' ':
			dst = appendControl(dst, c)
			i++
		case c < utf8.RuneSelf:
			dst = append(dst, c)
			i++
		default:
			end := min(len(s), i+utf8.UTFMax)
			r, n := utf8.DecodeRune([]byte(s[i:end]))
			dst = utf8.AppendRune(dst, r)
			i += n
		}
	}
	return append(dst, '"')
}

func appendBool(dst []byte, v bool) []byte {
	if v {
		return append(dst, "true"...)
	}
	return append(dst, "false"...)
}

func appendInt(dst []byte, n int) []byte {
	if n >= 10 {
		dst = appendInt(dst, n/10)
	}
	return append(dst, byte('0'+n%10))
}
