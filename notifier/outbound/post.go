package outbound

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/notifier"
)

// Poster sends JSON to one peer and words what goes wrong.
type Poster struct {
	Client  *http.Client
	Secrets []notifier.Secret // what no error may show
	Mends   map[int]string    // what to do about a status that is final
}

// Request is one request of a Poster.
type Request struct {
	Method string // default POST
	URL    notifier.Secret
	Header map[string]string
	Body   []byte // nil: no body
	Now    time.Time
}

// JSON is Do with v encoded as the body.
func (p Poster) JSON(ctx context.Context, r Request, v any) (answer, sent []byte, retry bool, err error) {
	r.Body, err = json.Marshal(v)
	if err != nil {
		return nil, nil, false, fmt.Errorf("the message cannot be encoded: %w", err)
	}
	answer, retry, err = p.Do(ctx, r)
	return answer, r.Body, retry, err
}

// Do sends the request and reads the answer, at most 64 KiB of it. Every status of 2xx is success. Errors name the host
// and show neither the URL nor a secret; a wait that the peer asks for is a *notifier.Later.
func (p Poster) Do(ctx context.Context, r Request) (answer []byte, retry bool, err error) {
	host := Host(r.URL)
	if r.Method == "" {
		r.Method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, r.URL.Reveal(), bytes.NewReader(r.Body))
	if err != nil {
		return nil, false, errors.New("the receiver's address is no URL")
	}
	req.Header.Set("User-Agent", "tocsin")
	if r.Body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, value := range r.Header {
		req.Header.Set(name, value)
	}
	secrets := append([]notifier.Secret{r.URL}, p.Secrets...)
	resp, err := p.Client.Do(req)
	if err != nil {
		retry, err := Explain(err, host)
		return nil, retry, notifier.Scrub(err, secrets...)
	}
	defer resp.Body.Close()
	answer, _ = io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		return answer, false, nil
	}
	retry = Retryable(resp.StatusCode)
	err = refusal{notifier.Scrub(p.refused(host, resp.StatusCode, answer), secrets...), resp.StatusCode}
	if after := RetryAfter(resp.Header, r.Now); retry && after > 0 {
		return answer, true, &notifier.Later{After: after, Err: err}
	}
	return answer, retry, err
}

// refused words a status, with what the peer says of it and what to do.
func (p Poster) refused(host string, status int, answer []byte) error {
	text := fmt.Sprintf("%s answered %d %s", host, status, http.StatusText(status))
	if said := strings.Join(strings.Fields(strings.ToValidUTF8(string(answer[:min(len(answer), 160)]), "")), " "); said != "" {
		text += fmt.Sprintf(" (%q)", said)
	}
	if mend := p.Mends[status]; mend != "" {
		text += ": " + mend
	}
	return errors.New(text)
}

// Host is the host of an address, for people.
func Host(s notifier.Secret) string {
	if u, err := url.Parse(s.Reveal()); err == nil && u.Host != "" {
		return u.Host
	}
	return "the receiver"
}
