package slack_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

func sign256(secret, text string) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(text))
	return "v0=" + hex.EncodeToString(h.Sum(nil))
}

// FuzzInteractive signs any body and header: the handler answers, never panics, and without the secret never acts.
func FuzzInteractive(f *testing.F) {
	f.Add(`payload=%7B%22type%22%3A%22block_actions%22%7D`, "1700000000", "v0=00")
	f.Add(`payload={"type":"block_actions","user":{"id":"U"},"actions":[{"action_id":"resolve","value":"a"}]}`, "", "")
	f.Fuzz(func(t *testing.T, body, at, signature string) {
		d := setUp(t)
		forged := httptest.NewRequest("POST", "/", strings.NewReader(body))
		forged.Header.Set("X-Slack-Request-Timestamp", at)
		forged.Header.Set("X-Slack-Signature", signature)
		w := httptest.NewRecorder()
		d.ServeHTTP(w, forged)
		if len(d.actor.acts) != 0 || w.Code == 200 {
			t.Errorf("a forged request was taken: %d", w.Code)
		}
		now := strconv.FormatInt(d.now.Unix(), 10)
		good := httptest.NewRequest("POST", "/", strings.NewReader(body))
		good.Header.Set("X-Slack-Request-Timestamp", now)
		good.Header.Set("X-Slack-Signature", sign256(signing, "v0:"+now+":"+body))
		w = httptest.NewRecorder()
		d.ServeHTTP(w, good)
		if w.Code != 200 && w.Code != 400 {
			t.Errorf("a signed request: %d", w.Code)
		}
	})
}
