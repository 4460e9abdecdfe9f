package outbound

import (
	"errors"
	"io"
	"net/http"
)

// ErrBody is what reading too long an answer ends in.
var ErrBody = errors.New("its answer is longer than 1 MiB")

// bounded cuts every answer off at MaxBody, so that no peer fills the memory.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	resp.Body = &body{ReadCloser: resp.Body, left: MaxBody}
	return resp, nil
}

// CloseIdleConnections hands the call on.
func (b bounded) CloseIdleConnections() {
	if c, ok := b.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

type body struct {
	io.ReadCloser
	left int
}

func (b *body) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, ErrBody
	}
	if len(p) > b.left {
		p = p[:b.left]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= n
	return n, err
}
