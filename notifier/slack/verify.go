package slack

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/notifier"
)

const (
	signatureHeader = "X-Slack-Signature"
	timeHeader      = "X-Slack-Request-Timestamp"
	maxAge          = 5 * time.Minute
)

// Errors of requests that are not Slack's.
var (
	ErrUnsigned = errors.New("the request is not signed by a configured Slack app: check signing_secret")
	ErrStale    = errors.New("the request is more than 5 minutes old or of the future: check the clock")
)

// verify checks Slack's signature (docs.slack.dev/authentication/verifying-requests-from-slack): v0= and the hex
// HMAC-SHA256, under the app's signing secret, of v0:TIME:BODY.
func verify(h http.Header, body []byte, secrets []notifier.Secret, now time.Time) error {
	at := h.Get(timeHeader)
	seconds, err := strconv.ParseInt(at, 10, 64)
	text, ok := strings.CutPrefix(h.Get(signatureHeader), "v0=")
	if err != nil || !ok {
		return ErrUnsigned
	}
	got, err := hex.DecodeString(text)
	if err != nil {
		return ErrUnsigned
	}
	for _, s := range secrets {
		if s != "" && hmac.Equal(got, signature(s, at, body)) {
			if now.Sub(time.Unix(seconds, 0)).Abs() > maxAge {
				return ErrStale
			}
			return nil
		}
	}
	return ErrUnsigned
}

func signature(secret notifier.Secret, at string, body []byte) []byte {
	m := hmac.New(sha256.New, []byte(secret.Reveal()))
	m.Write([]byte("v0:" + at + ":"))
	m.Write(body)
	return m.Sum(nil)
}

// seen remembers signatures while they are valid, to refuse a request that is played again.
type seen struct {
	mu sync.Mutex
	at map[string]time.Time
}

const maxSeen = 10_000

func newSeen() *seen { return &seen{at: map[string]time.Time{}} }

// first reports whether the signature is new, and remembers it. Only verified signatures come here, so the map grows
// with people's clicks; should it be full all the same, it refuses.
func (s *seen) first(signature string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, again := s.at[signature]; again {
		return false
	}
	if len(s.at) >= maxSeen {
		for k, t := range s.at {
			if now.Sub(t) > 2*maxAge {
				delete(s.at, k)
			}
		}
		if len(s.at) >= maxSeen {
			return false
		}
	}
	s.at[signature] = now
	return true
}
