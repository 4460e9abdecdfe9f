package redact

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"regexp"

	"github.com/tocsin-io/tocsin/detector"
)

// Redactor redacts the events of one partition. Not safe for concurrent use.
type Redactor struct {
	o        Options
	patterns []pattern
}

// New checks the options.
func New(o Options) (*Redactor, error) {
	patterns, err := compile(o.Patterns)
	if err != nil {
		return nil, err
	}
	return &Redactor{o: o, patterns: append(builtin(), patterns...)}, nil
}

func builtin() []pattern {
	return []pattern{
		{"password", regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://[^\s/:@]*:([^\s@<]+)@`)},
		{"password", regexp.MustCompile(`(?i)(?:password|passwd|pwd|secret|token|api[_-]?key)["']?\s*[:=]\s*["']?([^\s"',;&<]{4,})`)},
	}
}

// Event redacts the message and the fields of an event, in place, and names what it found in Secrets.
func (r *Redactor) Event(ev *detector.Event) {
	ev.Message = r.text(ev, "", ev.Message)
	for i := range ev.Fields {
		f := &ev.Fields[i]
		f.Value.Text = r.text(ev, f.Key, f.Value.Text)
	}
}

func (r *Redactor) text(ev *detector.Event, key string, text []byte) []byte {
	for _, p := range r.patterns {
		at := p.match.FindSubmatchIndex(text)
		if at == nil {
			continue
		}
		from, to := at[0], at[1]
		if len(at) > 3 && at[2] >= 0 {
			from, to = at[2], at[3]
		}
		ev.Secrets = append(ev.Secrets, detector.Secret{Kind: p.kind, Key: key, Fingerprint: r.fingerprint(text[from:to])})
		text = bytes.Join([][]byte{text[:from], []byte("<redacted:" + p.kind + ">"), text[to:]}, nil)
	}
	return text
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
