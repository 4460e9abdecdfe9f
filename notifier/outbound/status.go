package outbound

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// RetryAfter reads the header of that name: seconds or a date; 0 where there is none or it is over.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0
	}
	if n, err := strconv.ParseFloat(v, 64); err == nil {
		if !(n > 0) {
			return 0
		}
		return time.Duration(min(n, 1e6) * float64(time.Second))
	}
	if t, err := http.ParseTime(v); err == nil {
		return max(0, t.Sub(now))
	}
	return 0
}

// Retryable says whether a request that was answered with this status may be tried again: 408, 425, 429 and 5xx but
// 501 and 505. What is left of 4xx stays wrong however often it is sent.
func Retryable(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
		return false
	}
	return status >= 500
}

// Explain words a failed request without its URL, which may hold a secret, and says whether to try again.
func Explain(err error, host string) (retry bool, worded error) {
	var ue *url.Error
	inner := err
	if errors.As(err, &ue) {
		inner = ue.Err
	}
	var dns *net.DNSError
	switch {
	case errors.Is(err, ErrRedirect), errors.Is(err, ErrForbidden):
		return false, fmt.Errorf("%s: %w", host, inner)
	case errors.Is(err, context.DeadlineExceeded), ue != nil && ue.Timeout():
		return true, fmt.Errorf("%s did not answer in time", host)
	case errors.Is(err, context.Canceled):
		return true, fmt.Errorf("%s: the sending was stopped", host)
	case errors.As(err, &dns):
		return true, fmt.Errorf("%s: the name cannot be resolved", host)
	}
	return true, fmt.Errorf("%s: %w", host, inner)
}

// refusal is an error that a status was the cause of.
type refusal struct {
	error
	status int
}

// Unwrap gives the error within.
func (r refusal) Unwrap() error { return r.error }

// Status is the status that a Poster's error tells of; 0 where there was no answer.
func Status(err error) int {
	var r refusal
	if errors.As(err, &r) {
		return r.status
	}
	return 0
}
