package decode

import "bytes"

// xmlReader gives the attributes and the texts of a small XML document in order. It checks no more than that tags are
// closed: what cannot be read ends it.
type xmlReader struct {
	b     []byte
	i     int
	tag   []byte // the element whose attributes are read
	self  bool   // it has no content
	named []byte // the value of its attribute Name
	depth int
	done  bool // the document's element was closed, and nothing follows
}

// next gives the next key and value that is not empty; ok is false at the end.
func (x *xmlReader) next(d *Decoder) (key, text []byte, ok bool) {
	for {
		if x.tag != nil {
			if key, text, ok = x.attribute(); ok {
				if string(key) == "Name" {
					x.named = text
				}
				return key, d.entities(text), true
			}
			if x.tag == nil {
				return nil, nil, false
			}
			name := local(x.tag)
			if string(name) == "Data" && x.named != nil {
				name = x.named
			}
			self := x.self
			x.tag, x.named, x.self = nil, nil, false
			if self {
				x.depth--
				x.ended()
				continue
			}
			if text, ok = x.text(d); ok {
				return name, text, true
			}
		}
		if !x.open() {
			return nil, nil, false
		}
	}
}

// open moves to the next start tag, over texts between elements and end tags.
func (x *xmlReader) open() bool {
	for !x.done {
		lt := bytes.IndexByte(x.b[x.i:], '<')
		if lt < 0 || x.i+lt+2 > len(x.b) {
			return false
		}
		x.i += lt + 1
		switch x.b[x.i] {
		case '/', '?', '!':
			gt := bytes.IndexByte(x.b[x.i:], '>')
			if gt < 0 {
				return false
			}
			if x.b[x.i] == '/' {
				x.depth--
			}
			x.i += gt + 1
			x.ended()
		default:
			start := x.i
			for x.i < len(x.b) && x.b[x.i] > ' ' && x.b[x.i] != '>' && x.b[x.i] != '/' {
				x.i++
			}
			if x.tag = x.b[start:x.i]; len(x.tag) == 0 {
				x.tag = nil
				return false
			}
			x.depth++
			return true
		}
	}
	return false
}

func (x *xmlReader) ended() {
	x.done = x.depth == 0 && skipSpace(x.b, x.i) == len(x.b)
}

// attribute reads key="value" in a start tag; at the tag's end it is false. A tag that nothing ends clears x.tag.
func (x *xmlReader) attribute() (key, text []byte, ok bool) {
	x.i = skipSpace(x.b, x.i)
	if x.i < len(x.b) && x.b[x.i] == '/' {
		x.self = true
		x.i++
	}
	if x.i < len(x.b) && x.b[x.i] == '>' {
		x.i++
		return nil, nil, false
	}
	start := x.i
	eq := bytes.IndexByte(x.b[start:min(len(x.b), start+128)], '=')
	if eq < 1 || start+eq+2 >= len(x.b) || x.b[start+eq+1] != '"' && x.b[start+eq+1] != '\'' {
		x.tag = nil
		return nil, nil, false
	}
	from := start + eq + 2
	end := bytes.IndexByte(x.b[from:], x.b[from-1])
	if end < 0 {
		x.tag = nil
		return nil, nil, false
	}
	x.i = from + end + 1
	return local(bytes.TrimSpace(x.b[start : start+eq])), x.b[from : from+end], true
}

// text reads what stands up to the next tag, or a CDATA section; false where that is nothing but blanks.
func (x *xmlReader) text(d *Decoder) ([]byte, bool) {
	rest := x.b[x.i:]
	if at := skipSpace(rest, 0); hasPrefix(rest[at:], "<![CDATA[") {
		start := at + len("<![CDATA[")
		end := bytes.Index(rest[start:], []byte("]]>"))
		if end < 0 {
			return nil, false
		}
		x.i += start + end + len("]]>")
		return rest[start : start+end], true
	}
	lt := bytes.IndexByte(rest, '<')
	if lt <= 0 {
		return rest[:0], lt == 0 && hasPrefix(rest, "</")
	}
	if skipSpace(rest, 0) == lt && !hasPrefix(rest[lt:], "</") {
		return nil, false
	}
	x.i += lt
	return d.entities(rest[:lt]), true
}

// local is a name without its namespace.
func local(b []byte) []byte { return b[bytes.LastIndexByte(b, ':')+1:] }

// entities undoes the five entities that XML names, and those of control characters.
func (d *Decoder) entities(b []byte) []byte {
	if bytes.IndexByte(b, '&') < 0 {
		return b
	}
	at := len(d.arena)
	for {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			break
		}
		end := bytes.IndexByte(b[i:min(len(b), i+8)], ';')
		d.arena = append(d.arena, b[:i]...)
		if end < 0 {
			d.arena = append(d.arena, '&')
			b = b[i+1:]
			continue
		}
		switch name := b[i+1 : i+end]; string(name) {
		case "lt":
			d.arena = append(d.arena, '<')
		case "gt":
			d.arena = append(d.arena, '>')
		case "amp":
			d.arena = append(d.arena, '&')
		case "quot":
			d.arena = append(d.arena, '"')
		case "apos":
			d.arena = append(d.arena, '\'')
		case "#10", "#xA", "#xa":
			d.arena = append(d.arena, '\n')
		case "#13", "#xD", "#xd":
			d.arena = append(d.arena, '\r')
		case "#9", "#x9":
			d.arena = append(d.arena, '\t')
		case "#27", "#x1b", "#x1B":
			d.arena = append(d.arena, 0x1b)
		default:
			d.arena = append(d.arena, b[i:i+end+1]...)
		}
		b = b[i+end+1:]
	}
	d.arena = append(d.arena, b...)
	return d.arena[at:len(d.arena):len(d.arena)]
}
