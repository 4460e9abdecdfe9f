package notifier

import (
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
)

// Secret is a token, password or address that must not be shown. However it is printed, logged or encoded it reads
// "<redacted>", or nothing where it is empty; Reveal alone gives the value.
type Secret string

const redacted = "<redacted>"

// Reveal is the value, for the request that needs it.
func (s Secret) Reveal() string { return string(s) }

// String hides the value.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return redacted
}

// Format hides the value from every verb of package fmt.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// GoString hides the value.
func (s Secret) GoString() string { return s.String() }

// MarshalText hides the value from JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalYAML hides the value.
func (s Secret) MarshalYAML() (any, error) { return s.String(), nil }

// LogValue hides the value from log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// Scrub gives the text of an error without any of the secrets, as they are and as URLs escape them, and no longer
// than 300 characters. Senders call it on every error that a library or a peer may have filled.
func Scrub(err error, secrets ...Secret) error {
	if err == nil {
		return nil
	}
	return scrubbed(ScrubText(err.Error(), secrets...))
}

// ScrubText is Scrub for a text.
func ScrubText(text string, secrets ...Secret) string {
	for _, s := range secrets {
		v := s.Reveal()
		if len(v) < 4 { // so short a value would take words out of the message
			continue
		}
		for _, form := range forms(v) {
			text = strings.ReplaceAll(text, form, redacted)
		}
	}
	return cut(text, 300)
}

// forms lists how a value may appear in an error: as it is, escaped in a path or a query, quoted, and, where it is a
// URL, its path and query without the host.
func forms(v string) []string {
	out := []string{v, url.QueryEscape(v), url.PathEscape(v), strings.Trim(fmt.Sprintf("%q", v), `"`)}
	if u, err := url.Parse(v); err == nil && u.Host != "" {
		if tail := u.RequestURI(); len(tail) > 3 {
			out = append(out, u.Redacted(), tail, u.Path)
		}
		for segment := range strings.SplitSeq(u.EscapedPath(), "/") { // Slack's webhooks hold their secret in one
			if len(segment) > 11 {
				out = append(out, segment)
			}
		}
		if p, ok := u.User.Password(); ok && len(p) > 3 {
			out = append(out, p)
		}
		for _, values := range u.Query() {
			for _, q := range values {
				if len(q) > 7 {
					out = append(out, q)
				}
			}
		}
	}
	keep := out[:0]
	for _, f := range out {
		if len(f) > 3 {
			keep = append(keep, f)
		}
	}
	return keep
}

type scrubbed string

func (s scrubbed) Error() string { return string(s) }

func cut(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
