package redact

import (
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

func redactor(t testing.TB, o Options) *Redactor {
	t.Helper()
	r, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFieldsAndNestedObjects(t *testing.T) {
	r := redactor(t, Options{FingerprintKey: []byte("k")})
	ev := detector.Event{Fields: detector.Fields{
		{Key: "db.password", Value: detector.Value{Kind: detector.KindString, Text: []byte("hunter2hunter")}},
		{Key: "request", Value: detector.Value{Kind: detector.KindObject, Text: []byte(`{"headers":{"authorization":"Bearer abcDEF123456"}}`)}},
		{Key: "pin", Value: detector.Value{Kind: detector.KindNumber, Text: []byte("4711")}},
		{Key: "contraseña", Value: detector.Value{Kind: detector.KindString, Text: []byte("hunter2hunter")}},
		{Key: "db_пароль", Value: detector.Value{Kind: detector.KindString, Text: []byte("hunter2hunter")}},
		{Key: "request_id", Value: detector.Value{Kind: detector.KindNumber, Text: []byte("4111111111111111")}},
		{Key: "token_count", Value: detector.Value{Kind: detector.KindNumber, Text: []byte("4711")}},
	}}
	r.Event(&ev)
	if v, _ := ev.Fields.Get("request_id"); string(v.Text) != "4111111111111111" {
		t.Errorf("request_id is %s", v.Text)
	}
	all := string(ev.Fields[0].Value.Text) + string(ev.Fields[1].Value.Text) + string(ev.Fields[3].Value.Text) + string(ev.Fields[4].Value.Text)
	for _, secret := range []string{"hunter2", "abcDEF"} {
		if strings.Contains(all, secret) {
			t.Errorf("%s is left in %s", secret, all)
		}
	}
	if v, _ := ev.Fields.Get("pin"); string(v.Text) != "<redacted:pin>" {
		t.Errorf("pin is %s", v.Text)
	}
	if v, _ := ev.Fields.Get("token_count"); string(v.Text) != "4711" {
		t.Errorf("token_count is %s", v.Text)
	}
	if len(ev.Secrets) != 5 || ev.Secrets[0].Key != "db.password" || len(ev.Secrets[0].Fingerprint) != 8 {
		t.Errorf("secrets %+v", ev.Secrets)
	}
}

func TestAKeySplitOverRecords(t *testing.T) {
	r := redactor(t, Options{})
	body := strings.Repeat("MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", 2)
	lines := []string{"-----BEGIN PRIVATE KEY-----", body, body, "-----END PRIVATE KEY-----", body}
	for i, line := range lines {
		got, _ := message(r, line)
		if gone := !strings.Contains(got, body); (i == 1 || i == 2) && !gone || i == 4 && gone {
			t.Errorf("line %d became %s", i, got)
		}
	}
}

func TestOwnPatternsKeysAndAllowed(t *testing.T) {
	r := redactor(t, Options{
		Keys: []string{"customer"}, Allow: []string{"public_key"}, Patterns: []Pattern{{Kind: "customer-number", Match: `\bC-(\d{6})\b`}},
	})
	if got, _ := message(r, "order of C-123456 placed"); got != "order of C-<redacted:customer-number> placed" {
		t.Error(got)
	}
	ev := detector.Event{Fields: detector.Fields{{Key: "customer", Value: detector.Value{Kind: detector.KindString, Text: []byte("Jane")}}}}
	r.Event(&ev)
	if string(ev.Fields[0].Value.Text) == "Jane" {
		t.Error("a key of one's own is not redacted")
	}
	if _, err := New(Options{Patterns: []Pattern{{Kind: "x", Match: "("}}}); err == nil {
		t.Error("a broken pattern is accepted")
	}
}
