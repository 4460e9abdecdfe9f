package email_test

import (
	"bufio"
	"crypto/hmac"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/receivertest"
)

// signsIn plays the server's side of a way to sign in, and reports whether name and password came.
func signsIn(w io.Writer, in *bufio.Reader, words []string) bool {
	ask := func(question string) string {
		fmt.Fprintf(w, "334 %s\r\n", base64.StdEncoding.EncodeToString([]byte(question)))
		line, _ := in.ReadString('\n')
		answer, _ := base64.StdEncoding.DecodeString(strings.TrimSpace(line))
		return string(answer)
	}
	switch words[1] {
	case "PLAIN":
		got, _ := base64.StdEncoding.DecodeString(words[2])
		return string(got) == "\x00tocsin\x00"+receivertest.Planted
	case "LOGIN":
		return ask("Username:") == "tocsin" && ask("Password:") == receivertest.Planted
	case "CRAM-MD5":
		const challenge = "<1@fake>"
		m := hmac.New(md5.New, []byte(receivertest.Planted))
		m.Write([]byte(challenge))
		return ask(challenge) == "tocsin "+hex.EncodeToString(m.Sum(nil))
	}
	return false
}

func TestEachWayToSignIn(t *testing.T) {
	for _, ways := range []string{"PLAIN", "LOGIN", "PLAIN LOGIN", "LOGIN CRAM-MD5"} {
		s := serve(t, map[string]string{"ways": ways})
		if _, _, err := s.receiver(t, nil).Send(t.Context(), receivertest.Message(detector.ChangeOpened)); err != nil {
			t.Errorf("%s: %v", ways, err)
		}
	}
	s := serve(t, map[string]string{"ways": "LOGIN"})
	r := s.receiver(t, func(c *notifier.EmailConfig) { c.Password = "wrong" })
	if _, retry, err := r.Send(t.Context(), receivertest.Message(detector.ChangeOpened)); err == nil || retry {
		t.Errorf("a wrong password: retry %t, %v", retry, err)
	}
}

// TestOneWhoIsRefusedKeepsNobodyFromTheirMail: and it is said who.
func TestOneWhoIsRefusedKeepsNobodyFromTheirMail(t *testing.T) {
	s := serve(t, map[string]string{"RCPT TO:<oncall@example.com>": "550 5.1.1 unknown"})
	_, retry, err := s.receiver(t, nil).Send(t.Context(), receivertest.Message(detector.ChangeOpened))
	if err == nil || retry || !strings.Contains(err.Error(), "1 of 2 were sent it") || !strings.Contains(err.Error(), "oncall@example.com (550") {
		t.Errorf("retry %t, %v", retry, err)
	}
	select {
	case <-s.mails:
	default:
		t.Error("nobody was sent the mail")
	}
}
