package slack

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/outbound"
)

// SocketOptions is what NewSocket needs.
type SocketOptions struct {
	AppToken notifier.Secret // xapp-…, with connections:write
	APIURL   string          // default https://slack.com/api/
	Handler  *Interactive    // does what buttons say; Run needs it
	Client   *http.Client
	Reach    outbound.Options // what the WebSocket may reach
	Logger   *slog.Logger
	Refused  time.Duration // how long it waits after Slack refused the token; default 5 min
}

// Socket takes the buttons' requests over Slack's Socket Mode, for a tocsin that Slack cannot reach: tocsin connects to Slack,
// and acknowledges each request once the act is done. Replicas may each have one; Slack gives a request to one of them, and
// gives it again where nobody acknowledges.
type Socket struct {
	o      SocketOptions
	dialer *websocket.Dialer
}

// maxEnvelope bounds a message of Slack, in bytes; maxActs the acts at one time.
const (
	maxEnvelope = 1 << 20
	maxActs     = 8
)

// NewSocket checks the options. It opens no connection.
func NewSocket(o SocketOptions) (*Socket, error) {
	if o.AppToken == "" || o.Client == nil || o.Logger == nil {
		return nil, errors.New("slack: SocketOptions needs AppToken, Client and Logger")
	}
	if o.APIURL == "" {
		o.APIURL = slack.APIURL
	}
	if !strings.HasSuffix(o.APIURL, "/") {
		o.APIURL += "/"
	}
	if o.Refused <= 0 {
		o.Refused = 5 * time.Minute
	}
	trust, err := outbound.TLS("")
	if err != nil {
		return nil, err
	}
	return &Socket{o: o, dialer: &websocket.Dialer{
		NetDialContext: outbound.Dialer(o.Reach).DialContext, Proxy: http.ProxyFromEnvironment, TLSClientConfig: trust,
		HandshakeTimeout: 10 * time.Second,
	}}, nil
}

// Run stays connected until ctx is cancelled. It connects again when Slack says so or the connection ends, with growing waits
// while that fails; where the token is refused it says so and tries again later, as it may be given its rights back.
func (s *Socket) Run(ctx context.Context) error {
	if s.o.Handler == nil {
		return errors.New("slack: SocketOptions needs Handler")
	}
	for ctx.Err() == nil {
		err := s.connect(ctx)
		if ctx.Err() != nil {
			return nil
		}
		s.o.Logger.Error("slack's buttons do not act: Slack refuses app_token; it is tried again",
			"error", s.worded(err), "again_in", s.o.Refused)
		wait := time.NewTimer(s.o.Refused)
		select {
		case <-ctx.Done():
		case <-wait.C:
		}
		wait.Stop()
	}
	return nil
}

// Check asks Slack whether it would take the token, without connecting.
func (s *Socket) Check(ctx context.Context) error {
	_, _, err := s.api().StartSocketModeContext(ctx)
	return s.worded(err)
}

func (s *Socket) api() *slack.Client {
	return slack.New("", slack.OptionAppLevelToken(s.o.AppToken.Reveal()), slack.OptionHTTPClient(s.o.Client), slack.OptionAPIURL(s.o.APIURL))
}

// connect runs one client of the library, which connects again by itself until Slack refuses the token.
func (s *Socket) connect(ctx context.Context) error {
	client := socketmode.New(s.api(), socketmode.OptionDialer(s.dialer), socketmode.OptionReadLimit(maxEnvelope))
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() { s.follow(ctx, client) })
	return client.RunContext(ctx)
}

// follow takes what the client says until ctx ends.
func (s *Socket) follow(ctx context.Context, client *socketmode.Client) {
	var acts sync.WaitGroup
	defer acts.Wait()
	free := make(chan struct{}, maxActs)
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-client.Events:
			switch e.Type {
			case socketmode.EventTypeConnected:
				s.o.Logger.Info("slack's buttons act over a socket")
			case socketmode.EventTypeConnectionError:
				if c, ok := e.Data.(*slack.ConnectionErrorEvent); ok {
					s.o.Logger.Warn("slack's socket cannot be opened; buttons do not act meanwhile", "error", s.worded(c.ErrorObj), "again_in", c.Backoff)
				}
			}
			if e.Request == nil || e.Request.EnvelopeID == "" {
				continue
			}
			select {
			case <-ctx.Done():
				return
			case free <- struct{}{}:
			}
			acts.Go(func() {
				defer func() { <-free }()
				s.take(ctx, client, e.Request)
			})
		}
	}
}

// take does what an envelope asks for, and acknowledges it. What cannot be understood is acknowledged too, as it would come
// again the same.
func (s *Socket) take(ctx context.Context, client *socketmode.Client, r *socketmode.Request) {
	if r.Type == socketmode.RequestTypeInteractive {
		var c callback
		err := json.Unmarshal(r.Payload, &c)
		if err != nil {
			err = errors.New("the payload is not the JSON that Slack sends")
		} else {
			err = s.o.Handler.act(ctx, c)
		}
		if err != nil {
			s.o.Logger.Warn("slack request refused", "error", err)
		}
	}
	if err := client.AckCtx(ctx, r.EnvelopeID, nil); err != nil && ctx.Err() == nil {
		s.o.Logger.Warn("slack's request was not acknowledged; it comes again, to no effect", "error", s.worded(err))
	}
}

// worded says what is wrong with the connection and what to do, without the token or the ticket of the connection.
func (s *Socket) worded(err error) error {
	mends := map[string]string{
		"invalid_auth":           "it is not valid: take the app-level token of the Slack app; it begins with xapp-",
		"not_allowed_token_type": "it is no app-level token: take one that begins with xapp-",
		"account_inactive":       "the app was removed from the workspace: install it again",
		"token_revoked":          "it was revoked: make a new one",
		"missing_scope":          "it lacks the scope connections:write: make one that has it",
		"socket_mode_disabled":   "switch Socket Mode on in the settings of the Slack app",
	}
	if err == nil {
		return nil
	}
	if mend, ok := mends[err.Error()]; ok {
		err = errors.New(err.Error() + ": " + mend)
	}
	return notifier.Scrub(err, s.o.AppToken)
}
