package redact

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
)

// Redactor redacts the events of one partition. Not safe for concurrent use.
type Redactor struct {
	o     Options
	finds []find
	look  *look
	own   []pattern
	keys  keyState
	names map[string]string // kind of secret by name of field
	out   []byte
}

// New checks the options.
func New(o Options) (*Redactor, error) {
	own, err := compile(o.Patterns)
	if err != nil {
		return nil, err
	}
	f := finds()
	return &Redactor{o: o, finds: f, look: newLook(f), own: own, keys: newKeyState(), names: make(map[string]string)}, nil
}

// Event redacts the message and the fields of an event, in place, and names what it found in Secrets.
func (r *Redactor) Event(ev *detector.Event) {
	if r.keys.body(ev) {
		ev.Secrets = append(ev.Secrets, detector.Secret{Kind: "private-key", Fingerprint: r.fingerprint(ev.Message)})
		ev.Message = mark(nil, "private-key")
	}
	ev.Message = r.text(ev, "", ev.Message)
	for i := range ev.Fields {
		f := &ev.Fields[i]
		if f.Value.Kind == detector.KindBool || f.Value.Kind == detector.KindNull {
			continue
		}
		if kind := r.keyed(f.Key, f.Value); kind != "" {
			ev.Secrets = append(ev.Secrets, detector.Secret{Kind: kind, Key: f.Key, Fingerprint: r.fingerprint(f.Value.Text)})
			f.Value = detector.Value{Kind: detector.KindString, Text: mark(nil, kind)}
			continue
		}
		f.Value.Text = r.text(ev, f.Key, f.Value.Text)
	}
	ev.TraceID, ev.SpanID = r.text(ev, "trace_id", ev.TraceID), r.text(ev, "span_id", ev.SpanID)
}

func mark(dst []byte, kind string) []byte {
	return append(append(append(dst, "<redacted:"...), kind...), '>')
}

// keyed tells which kind of secret a field holds by its name; empty for none.
func (r *Redactor) keyed(key string, v detector.Value) string {
	last := key[strings.LastIndexByte(key, '.')+1:]
	if slices.Contains(r.o.Allow, key) || slices.Contains(r.o.Allow, last) {
		return ""
	}
	if slices.Contains(r.o.Keys, key) || slices.Contains(r.o.Keys, last) {
		return kindOf(last)
	}
	if v.Kind != detector.KindString && v.Kind != detector.KindNumber {
		return ""
	}
	kind := r.nameKind(last)
	if kind == "" || notValue(kind, v.Text) {
		return ""
	}
	return kind
}

// maxNames bounds the names of fields that are remembered.
const maxNames = 4096

// nameKind is the kind of secret that stands under a name; empty for none.
func (r *Redactor) nameKind(name string) string {
	kind, known := r.names[name]
	if known {
		return kind
	}
	if wholeName.MatchString(name) {
		kind = kindOf(name)
	}
	if len(r.names) < maxNames {
		r.names[name] = kind
	}
	return kind
}

// kindOf names what stands under a key.
func kindOf(key string) string {
	k := strings.ToLower(key)
	for _, w := range []struct{ part, kind string }{
		{"pass", "password"},
		{"pwd", "password"},
		{"token", "token"},
		{"jwt", "token"},
		{"auth", "token"},
		{"cookie", "cookie"},
		{"session", "token"},
		{"sid", "token"},
		{"key", "key"},
		{"cvv", "card-code"},
		{"cvc", "card-code"},
		{"pin", "pin"},
		{"otp", "pin"},
	} {
		if strings.Contains(k, w.part) {
			return w.kind
		}
	}
	return "secret"
}

// span is what is removed of a text.
type span struct {
	from, to  int
	kind, key string
}

// text removes what is secret in a text; the text itself where there is nothing.
func (r *Redactor) text(ev *detector.Event, key string, text []byte) []byte {
	worth := r.look.at(text)
	if worth == 0 && len(r.own) == 0 {
		return text
	}
	var spans []span
	marks := marked.FindAllIndex(text, -1)
	for i := range r.finds {
		if worth>>i&1 == 0 || r.finds[i].needs != 0 && bytes.IndexByte(text, r.finds[i].needs) < 0 {
			continue
		}
		spans = r.finds[i].spans(text, marks, spans)
	}
	for _, p := range r.own {
		for _, at := range p.match.FindAllSubmatchIndex(text, -1) {
			from, to := at[0], at[1]
			if len(at) > 3 && at[2] >= 0 {
				from, to = at[2], at[3]
			}
			if !inside(marks, from, to) {
				spans = append(spans, span{from, to, p.kind, ""})
			}
		}
	}
	spans = slices.DeleteFunc(spans, func(s span) bool { return s.key != "" && slices.Contains(r.o.Allow, s.key) })
	if len(spans) == 0 {
		return text
	}
	slices.SortStableFunc(spans, func(a, b span) int { return a.from - b.from })
	r.out = r.out[:0]
	done := 0
	for _, s := range spans {
		if s.from < done || s.from >= s.to {
			continue
		}
		if s.key == "" {
			s.key = key
		}
		ev.Secrets = append(ev.Secrets, detector.Secret{Kind: s.kind, Key: s.key, Fingerprint: r.fingerprint(text[s.from:s.to])})
		r.out = mark(append(r.out, text[done:s.from]...), s.kind)
		done = s.to
	}
	return bytes.Clone(append(r.out, text[done:]...))
}

// marked is what stands where a secret was removed.
var marked = regexp.MustCompile(`<redacted:[^<>\s]*>`)

// inside reports whether a range touches one of the marks.
func inside(marks [][]int, from, to int) bool {
	for _, m := range marks {
		if from < m[1] && m[0] < to {
			return true
		}
	}
	return false
}

// spans appends what f finds in text.
func (f *find) spans(text []byte, marks [][]int, out []span) []span {
	groups := f.match.SubexpNames()
	for _, at := range f.match.FindAllSubmatchIndex(text, -1) {
		s, within := span{from: -1, kind: f.kind}, false // within: the key is part of a mark
		for g, name := range groups {
			switch {
			case at[2*g] < 0:
			case name == "s" && !within:
				s.from, s.to = at[2*g], at[2*g+1]
			case name == "key" && inside(marks, at[2*g], at[2*g+1]):
				within = true
			case name == "key":
				s.key = string(text[at[2*g]:at[2*g+1]])
			}
		}
		if s.from < 0 || f.clear != nil && f.clear(text[s.from:s.to]) || inside(marks, s.from, s.to) || inside(marks, at[0], at[0]+1) && f.kind == "" {
			continue
		}
		if s.kind == "" {
			if s.kind = kindOf(s.key); notValue(s.kind, text[s.from:s.to]) {
				continue
			}
		}
		out = append(out, s)
	}
	return out
}

// fingerprint is 4 bytes of a keyed hash: equal secrets can be told to be equal, and no more.
func (r *Redactor) fingerprint(secret []byte) string {
	if len(r.o.FingerprintKey) == 0 {
		return ""
	}
	m := hmac.New(sha256.New, r.o.FingerprintKey)
	m.Write(secret)
	return hex.EncodeToString(m.Sum(nil)[:4])
}
