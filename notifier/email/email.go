// Package email sends incidents through an SMTP server, as text and HTML. The messages of an incident stand in one
// thread. The Message-ID is that of the notification, so that a message which is sent again is known as the same.
package email

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/compose"
	"github.com/tocsin-io/tocsin/notifier/outbound"
)

// Receiver sends to a list of addresses.
type Receiver struct {
	config notifier.EmailConfig
	host   string
	from   *mail.Address
	to     []*mail.Address
	tls    *tls.Config
	dialer *net.Dialer
}

// New makes a receiver. It opens no connection.
func New(c notifier.EmailConfig) (*Receiver, error) {
	r := &Receiver{config: c, dialer: outbound.Dialer(outbound.Options{AllowPrivate: true})}
	var err error
	if r.host, _, err = net.SplitHostPort(c.Server); err != nil {
		return nil, fmt.Errorf("the server %q is no host and port", c.Server)
	}
	if r.from, err = mail.ParseAddress(c.From); err != nil {
		return nil, fmt.Errorf("the sender %q is no address", c.From)
	}
	for _, to := range c.To {
		a, err := mail.ParseAddress(to)
		if err != nil {
			return nil, fmt.Errorf("%q is no address", to)
		}
		r.to = append(r.to, a)
	}
	if r.tls, err = outbound.TLS(c.CA); err != nil {
		return nil, err
	}
	r.tls.ServerName = r.host
	return r, nil
}

// Send sends openings, reopenings, what pages again and resolvings; an acknowledgement is not worth a mail.
func (r *Receiver) Send(ctx context.Context, m notifier.Message) (notifier.Receipt, bool, error) {
	if m.Event == detector.ChangeUpdated && !compose.PagesAgain(m) || m.Event == detector.ChangeAcknowledged {
		return notifier.Receipt{}, false, nil
	}
	body, payload, err := r.compose(m)
	if err != nil {
		return notifier.Receipt{}, false, err
	}
	retry, err := r.deliver(ctx, body)
	return notifier.Receipt{Payload: payload}, retry, err
}

// deliver speaks SMTP once. The connection is closed when ctx ends.
func (r *Receiver) deliver(ctx context.Context, body []byte) (retry bool, err error) {
	conn, err := r.dialer.DialContext(ctx, "tcp", r.config.Server)
	if err != nil {
		retry, err = outbound.Explain(err, r.config.Server)
		return retry, notifier.Scrub(err, r.config.Password)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if r.config.TLS == "tls" {
		conn = tls.Client(conn, r.tls)
	}
	if err := r.speak(bounded(conn), body); err != nil {
		if ctx.Err() != nil {
			return true, fmt.Errorf("%s did not take the mail in time", r.config.Server)
		}
		return retryable(err), notifier.Scrub(fmt.Errorf("%s: %w", r.config.Server, err), r.config.Password)
	}
	return false, nil
}

func (r *Receiver) speak(conn net.Conn, body []byte) error {
	c, err := smtp.NewClient(conn, r.host)
	if err != nil {
		return err
	}
	defer c.Close()
	_, domain, _ := strings.Cut(r.from.Address, "@") // "localhost", which Go says, is no name to strict servers
	if err := c.Hello(domain); err != nil {
		return err
	}
	if r.config.TLS == "" || r.config.TLS == "starttls" {
		if ok, _ := c.Extension("STARTTLS"); !ok {
			return errFinal("the server offers no STARTTLS: use tls: tls, or another port")
		}
		if err := c.StartTLS(r.tls); err != nil {
			return err
		}
	}
	if r.config.Username != "" {
		_, ways := c.Extension("AUTH")
		if err := c.Auth(auth(ways, r.config.Username, r.config.Password.Reveal(), r.host)); err != nil {
			return err
		}
	}
	if err := c.Mail(r.from.Address); err != nil {
		return err
	}
	refused, err := r.address(c)
	if err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(body); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	_ = c.Quit() // the mail is taken; how the server says good-bye does not matter
	if len(refused) > 0 {
		return errFinal(fmt.Sprintf("%d of %d were sent it, the others are refused: %s", len(r.to)-len(refused), len(r.to), strings.Join(refused, ", ")))
	}
	return nil
}

// address names the receivers of a mail. Who is refused for good does not keep the others from theirs; where that is everybody,
// or one is refused for now, there is no mail.
func (r *Receiver) address(c *smtp.Client) (refused []string, err error) {
	for _, to := range r.to {
		err := c.Rcpt(to.Address)
		var reply *textproto.Error
		switch {
		case err == nil:
		case errors.As(err, &reply) && reply.Code >= 500 && len(refused)+1 < len(r.to):
			refused = append(refused, fmt.Sprintf("%s (%v)", to.Address, err))
		default:
			return nil, err
		}
	}
	return refused, nil
}

type errFinal string

func (e errFinal) Error() string { return string(e) }

// retryable says whether trying again can help: replies of 5xx, and certificates that are not trusted, stay.
func retryable(err error) bool {
	var reply *textproto.Error
	var final errFinal
	var cert *tls.CertificateVerificationError
	switch {
	case errors.As(err, &reply):
		return reply.Code < 500
	case errors.As(err, &final), errors.As(err, &cert):
		return false
	}
	return true
}

// bounded ends a connection on which more is said than any server needs.
func bounded(c net.Conn) net.Conn { return &limited{Conn: c, left: outbound.MaxBody} }

type limited struct {
	net.Conn
	left int
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := l.Conn.Read(p[:min(len(p), l.left)])
	l.left -= n
	return n, err
}
