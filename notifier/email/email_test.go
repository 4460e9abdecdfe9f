package email_test

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/email"
	"github.com/tocsin-io/tocsin/notifier/receivertest"
)

// server is an SMTP server for one session: it answers as said, takes one mail, and knows STARTTLS and AUTH PLAIN.
type server struct {
	net.Listener
	cert   tls.Certificate
	ca     string
	answer map[string]string // instead of the usual one, by verb, or by the whole line; "" hangs up
	mails  chan string
}

func serve(t *testing.T, answer map[string]string) *server {
	t.Helper()
	certs := httptest.NewTLSServer(nil) // its certificate is for 127.0.0.1
	defer certs.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{Listener: l, cert: certs.TLS.Certificates[0], answer: answer, mails: make(chan string, 9), ca: filepath.Join(t.TempDir(), "ca.pem")}
	if err := os.WriteFile(s.ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.cert.Certificate[0]}), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.session(c)
		}
	}()
	return s
}

func (s *server) session(c net.Conn) {
	defer func() { c.Close() }()
	in := bufio.NewReader(c)
	secure := false
	fmt.Fprint(c, "220 fake ESMTP\r\n")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		verb, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		a, ok := s.answer[strings.TrimSpace(line)]
		if !ok {
			a, ok = s.answer[verb]
		}
		if ok {
			if a == "" {
				return
			}
			fmt.Fprint(c, a+"\r\n")
			continue
		}
		switch verb {
		case "EHLO":
			if secure {
				fmt.Fprintf(c, "250-fake\r\n250 AUTH %s\r\n", cmp.Or(s.answer["ways"], "PLAIN"))
			} else {
				fmt.Fprint(c, "250-fake\r\n250 STARTTLS\r\n")
			}
		case "STARTTLS":
			fmt.Fprint(c, "220 go on\r\n")
			c = tls.Server(c, &tls.Config{Certificates: []tls.Certificate{s.cert}})
			in, secure = bufio.NewReader(c), true
		case "AUTH":
			if !signsIn(c, in, strings.Fields(line)) {
				fmt.Fprint(c, "535 5.7.8 no\r\n")
				return
			}
			fmt.Fprint(c, "235 welcome\r\n")
		case "DATA":
			fmt.Fprint(c, "354 go on\r\n")
			var b strings.Builder
			for {
				line, err := in.ReadString('\n')
				if err != nil {
					return
				}
				if line == ".\r\n" {
					break
				}
				b.WriteString(line)
			}
			s.mails <- b.String()
			fmt.Fprint(c, "250 taken\r\n")
		case "QUIT":
			fmt.Fprint(c, "221 bye\r\n")
			return
		default:
			fmt.Fprint(c, "250 ok\r\n")
		}
	}
}

func (s *server) receiver(t *testing.T, change func(*notifier.EmailConfig)) notifier.Receiver {
	t.Helper()
	c := notifier.EmailConfig{
		Server: s.Addr().String(), CA: s.ca, Username: "tocsin", Password: receivertest.Planted, From: "tocsin <tocsin@example.com>",
		To: []string{"oncall@example.com", "Ada <ada@example.com>"},
	}
	if change != nil {
		change(&c)
	}
	r, err := email.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestMail(t *testing.T) {
	s := serve(t, nil)
	m := receivertest.Message(detector.ChangeOpened)
	m.Incident.Service = "<script>alert(1)</script>\r\nBcc: evil@example.com"
	if _, _, err := s.receiver(t, nil).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got, err := mail.ReadMessage(strings.NewReader(<-s.mails))
	if err != nil {
		t.Fatal(err)
	}
	if got.Header.Get("Bcc") != "" || got.Header.Get("Message-ID") != "<0123456789abcdef0123456789abcdef.tocsin@example.com>" ||
		got.Header.Get("References") != "<7f3a2c91bd04.tocsin@example.com>" || !strings.Contains(got.Header.Get("To"), "ada@example.com") {
		t.Errorf("headers %v", got.Header)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
	if err != nil || !strings.HasPrefix(subject, "Page: <script>") {
		t.Errorf("subject %q, %v", subject, err)
	}
	_, params, err := mime.ParseMediaType(got.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(got.Body, params["boundary"])
	for _, want := range []string{"text/plain", "text/html"} {
		p, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil || !strings.HasPrefix(p.Header.Get("Content-Type"), want) || !strings.Contains(string(body), "1,006 times in 5 minutes") {
			t.Errorf("%s: %v\n%s", want, err, body)
		}
		if want == "text/html" && (strings.Contains(string(body), "<script") || !strings.Contains(string(body), "<code>sorry, too many clients already</code>")) {
			t.Errorf("%s", body)
		}
	}
}

func TestFailures(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer map[string]string
		change func(*notifier.EmailConfig)
		retry  bool
	}{
		{"wrong password", map[string]string{"AUTH": "535 5.7.8 no, " + receivertest.Planted}, nil, false},
		{"mailbox full", map[string]string{"RCPT": "452 4.2.2 full"}, nil, true},
		{"no such person", map[string]string{"RCPT": "550 5.1.1 unknown"}, nil, false},
		{"hang-up", map[string]string{"MAIL": ""}, nil, true},
		{"not trusted", nil, func(c *notifier.EmailConfig) { c.CA = "" }, false},
		{"no STARTTLS", map[string]string{"EHLO": "250 fake"}, nil, false},
		{"endless", map[string]string{"MAIL": "250-" + strings.Repeat("x", 2<<20)}, nil, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, c.answer)
			_, retry, err := s.receiver(t, c.change).Send(t.Context(), receivertest.Message(detector.ChangeOpened))
			if err == nil || retry != c.retry || strings.Contains(err.Error(), receivertest.Planted) {
				t.Errorf("retry %t, %.200v", retry, err)
			}
		})
	}
}

func TestItStopsWithTheContext(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		c, err := l.Accept()
		if err == nil {
			cancel() // connected, and nothing is said
			defer c.Close()
			<-t.Context().Done()
		}
	}()
	s := &server{Listener: l}
	if _, retry, err := s.receiver(t, nil).Send(ctx, receivertest.Message(detector.ChangeOpened)); err == nil || !retry {
		t.Errorf("retry %t, %v", retry, err)
	}
}
