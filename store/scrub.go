package store

import (
	"errors"
	"net/url"
	"strings"
)

// scrubber returns a function that takes the DSN and its password out of an error's text. What the error is to errors.Is
// and errors.As stays: a password may be a word of any error.
func scrubber(dsn string) func(error) error {
	secrets := []string{dsn}
	if u, err := url.Parse(dsn); err == nil {
		if p, ok := u.User.Password(); ok {
			secrets = append(secrets, p, url.QueryEscape(p), url.PathEscape(p))
		}
		p := u.Query().Get("password")
		secrets = append(secrets, p, url.QueryEscape(p))
	}
	// As it is written, too, and where the URL does not parse: what stands before the last @ of the host's part, or of
	// all.
	if _, rest, ok := strings.Cut(dsn, "://"); ok {
		for _, part := range []string{rest, authority(rest)} {
			if i := strings.LastIndexByte(part, '@'); i >= 0 {
				if _, p, ok := strings.Cut(part[:i], ":"); ok {
					secrets = append(secrets, part[:i], p)
				}
			}
		}
	}
	return func(err error) error {
		if err == nil {
			return nil
		}
		text := err.Error()
		clean := text
		for _, secret := range secrets {
			if secret != "" {
				clean = strings.ReplaceAll(clean, secret, "xxxxx")
			}
		}
		if clean == text {
			return err
		}
		return &scrubbed{text: clean, err: err}
	}
}

// authority is what comes before path, query and fragment.
func authority(rest string) string {
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		return rest[:i]
	}
	return rest
}

// scrubbed is an error with another text. It has no Unwrap, which would hand out the text that was cleaned.
type scrubbed struct {
	text string
	err  error
}

func (e *scrubbed) Error() string        { return e.text }
func (e *scrubbed) Is(target error) bool { return errors.Is(e.err, target) }
func (e *scrubbed) As(target any) bool   { return errors.As(e.err, target) }
