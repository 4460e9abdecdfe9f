package source

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
	"github.com/segmentio/kafka-go/protocol/apiversions"
	"github.com/segmentio/kafka-go/protocol/saslauthenticate"
	"github.com/segmentio/kafka-go/protocol/saslhandshake"
	"github.com/segmentio/kafka-go/sasl"
)

// fetchVersion is the version of fetch requests that is spoken: the first that carries zstd, of Kafka 2.1.
const fetchVersion = 10

// client makes connections to brokers, and keeps one for questions that any of them can answer.
type client struct {
	opts      Options
	mechanism sasl.Mechanism

	lock chan struct{} // holds one while somebody uses what follows: whoever waits for it gives up with their context
	any  *protocol.Conn
	next int // the broker to ask next
}

func newClient(opts Options) (*client, error) {
	m, err := opts.SASL.mechanism()
	if err != nil {
		return nil, err
	}
	return &client{opts: opts, mechanism: m, lock: make(chan struct{}, 1)}, nil
}

// dial connects to addr, authenticates and agrees on versions, within the request time-out.
func (c *client) dial(ctx context.Context, addr string) (*protocol.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, c.opts.RequestTimeout)
	defer cancel()
	var d net.Dialer
	raw, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("kafka: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { raw.Close() })
	conn, err := c.handshake(ctx, raw, addr)
	if !stop() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		raw.Close()
		return nil, fmt.Errorf("kafka: broker %s: %w", addr, err)
	}
	return conn, nil
}

func (c *client) handshake(ctx context.Context, raw net.Conn, addr string) (*protocol.Conn, error) {
	host, port, err := splitAddr(addr)
	if err != nil {
		return nil, err
	}
	if c.opts.TLS != nil {
		config := c.opts.TLS
		if config.ServerName == "" {
			config = config.Clone()
			config.ServerName = host
		}
		secure := tls.Client(raw, config)
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, fmt.Errorf("TLS: %w", err)
		}
		raw = secure
	}
	conn := protocol.NewConn(raw, c.opts.ClientID)
	got, err := conn.RoundTrip(new(apiversions.Request))
	if err != nil {
		return nil, fmt.Errorf("versions: %w", err)
	}
	res := got.(*apiversions.Response)
	if res.ErrorCode != 0 {
		return nil, fmt.Errorf("versions: %w", kafka.Error(res.ErrorCode))
	}
	versions := make(map[protocol.ApiKey]int16, len(res.ApiKeys))
	for _, r := range res.ApiKeys {
		key := protocol.ApiKey(r.ApiKey)
		if key == protocol.Fetch && (r.MinVersion > fetchVersion || r.MaxVersion < fetchVersion) {
			return nil, fmt.Errorf("speaks versions %d to %d of fetch, not %d: Kafka 2.1 or newer is needed", r.MinVersion, r.MaxVersion, fetchVersion)
		}
		versions[key] = key.SelectVersion(r.MinVersion, r.MaxVersion)
	}
	conn.SetVersions(versions)
	if c.mechanism == nil {
		return conn, nil
	}
	ctx = sasl.WithMetadata(ctx, &sasl.Metadata{Host: host, Port: port})
	if err := authenticate(ctx, conn, c.mechanism); err != nil {
		return nil, fmt.Errorf("SASL %s: %w", c.mechanism.Name(), err)
	}
	return conn, nil
}

func authenticate(ctx context.Context, conn *protocol.Conn, m sasl.Mechanism) error {
	got, err := conn.RoundTrip(&saslhandshake.Request{Mechanism: m.Name()})
	if err != nil {
		return err
	}
	if code := got.(*saslhandshake.Response).ErrorCode; code != 0 {
		return kafka.Error(code)
	}
	session, say, err := m.Start(ctx)
	if err != nil {
		return err
	}
	for done := false; !done; {
		got, err := conn.RoundTrip(&saslauthenticate.Request{AuthBytes: say})
		if err != nil {
			return err
		}
		res := got.(*saslauthenticate.Response)
		if res.ErrorCode != 0 {
			return kafka.Error(res.ErrorCode)
		}
		if done, say, err = session.Next(ctx, res.AuthBytes); err != nil {
			return err
		}
	}
	return nil
}

// ask sends a question to any broker, the one that answered last first.
func (c *client) ask(ctx context.Context, req protocol.Message) (protocol.Message, error) {
	select {
	case c.lock <- struct{}{}:
		defer func() { <-c.lock }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	var failed error
	for range len(c.opts.Brokers) + 1 {
		if err := ctx.Err(); err != nil {
			return nil, errors.Join(failed, err)
		}
		if c.any == nil {
			addr := c.opts.Brokers[c.next%len(c.opts.Brokers)]
			c.next++
			var err error
			if c.any, err = c.dial(ctx, addr); err != nil {
				failed = err
				continue
			}
		}
		res, err := c.roundTrip(ctx, c.any, req)
		if err == nil {
			return res, nil
		}
		failed = err
		c.any.Close()
		c.any = nil
	}
	return nil, failed
}

func (c *client) roundTrip(ctx context.Context, conn *protocol.Conn, req protocol.Message) (protocol.Message, error) {
	deadline := time.Now().Add(c.opts.RequestTimeout)
	if d, ok := ctx.Deadline(); ok && d.Before(deadline) {
		deadline = d
	}
	if err := errors.Join(ctx.Err(), conn.SetDeadline(deadline)); err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	res, err := conn.RoundTrip(req)
	if err != nil {
		return nil, fmt.Errorf("kafka: broker %s: %w", conn.RemoteAddr(), err)
	}
	return res, nil
}

func (c *client) close() {
	c.lock <- struct{}{}
	defer func() { <-c.lock }()
	if c.any != nil {
		c.any.Close()
		c.any = nil
	}
}

func splitAddr(addr string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(addr)
	if err != nil {
		return "", 0, fmt.Errorf("%q is not host:port", addr)
	}
	port, err = strconv.Atoi(text)
	if err != nil {
		return "", 0, fmt.Errorf("%q has no port number", addr)
	}
	return host, port, nil
}
