package redact

import (
	"strings"
	"sync"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

func redactor(t testing.TB, o Options) *Redactor {
	t.Helper()
	c, err := Compile(o)
	if err != nil {
		t.Fatal(err)
	}
	return c.Redactor()
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
}

func TestOptionsThatAreRefused(t *testing.T) {
	for _, c := range []struct {
		o    Options
		says string
	}{
		{Options{Patterns: []Pattern{{Kind: "x", Match: "("}}}, "missing closing )"},
		{Options{Patterns: []Pattern{{Match: "C-[0-9]+"}}}, "has no kind"},
		{Options{Patterns: []Pattern{{Kind: "x", Match: ""}}}, "matches the empty text"},
		{Options{Patterns: []Pattern{{Kind: "x", Match: ".*"}}}, "matches the empty text"},
		{Options{Patterns: []Pattern{{Kind: "x", Match: "C?"}}}, "matches the empty text"},
		{Options{Patterns: []Pattern{{Kind: "x", Match: "^|C-[0-9]+"}}}, "matches the empty text"},
		{Options{Patterns: []Pattern{{Kind: "x", Match: "."}}}, "matches whatever there is"},
		{Options{Patterns: []Pattern{{Kind: "x", Match: `(?s)^(.+)$`}}}, "matches whatever there is"},
		{Options{Patterns: []Pattern{{Kind: "x", Match: `\S+`}}}, "matches whatever there is"},
		{Options{Keys: []string{"customer", ""}}, "fewer than 2 letters"},
		{Options{Keys: []string{"k"}}, "fewer than 2 letters"},
	} {
		if _, err := Compile(c.o); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v", c.o, err)
		}
	}
	for _, match := range []string{`\d+`, `[a-z]+`, `C-(\d{6})`, `(?i)customer \S+`, `\b[A-Z]{2}\d{6}\b`} {
		if err := (Pattern{Kind: "x", Match: match}).Check(); err != nil {
			t.Error(err)
		}
	}
}

func TestManyShortKeys(t *testing.T) {
	var keys []string
	for _, a := range "abcd" {
		for _, b := range "mnopqr" {
			keys = append(keys, string(a)+string(b), string(a)+string(b)+"q")
		}
	}
	r := redactor(t, Options{Keys: keys})
	for _, key := range keys {
		if got, _ := message(r, "x "+key+"=abcd y"); strings.Contains(got, "abcd") {
			t.Errorf("%s: %s", key, got)
		}
	}
}

// Redactors that share what was compiled work side by side, and each remembers for itself.
func TestRedactorsShareWhatWasCompiledConcurrently(t *testing.T) {
	c, err := Compile(Options{FingerprintKey: []byte("k"), Patterns: []Pattern{{Kind: "customer-number", Match: `C-\d{6}`}}})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			r, d := c.Redactor(), newDrawer(6)
			for range 300 {
				password := d.password("!#%*+-")
				got, found := message(r, "user of C-123456 has password="+password+" and card 4111 1111 1111 1111")
				if strings.Contains(got, password) || strings.Contains(got, "123456") || strings.Contains(got, "4111") || len(found) != 3 {
					t.Errorf("%s %v", got, found)
				}
			}
		})
	}
	wg.Wait()
}

// TestEverySecretColumnGoes: a table may have more columns of secrets than a text has rounds.
func TestEverySecretColumnGoes(t *testing.T) {
	names := []string{"password", "token", "api_key", "secret", "otp_secret", "client_secret"}
	r, d := redactor(t, Options{}), newDrawer(7)
	for name, c := range map[string]struct{ head, between, tail, rule string }{
		"drawn":  {"| ", " | ", " |\n", "|---|---|---|---|---|---|---|\n"},
		"commas": {"", ",", "\n", ""},
	} {
		text := c.head + "user" + c.between + strings.Join(names, c.between) + c.tail + c.rule
		var secrets []string
		for range 3 {
			text += c.head + "bob"
			for range names {
				s := d.password("!#%*+-")
				secrets, text = append(secrets, s), text+c.between+s
			}
			text += c.tail
		}
		got, found := message(r, text)
		for _, s := range secrets {
			if strings.Contains(got, s) {
				t.Errorf("%s: %q is left in\n%s", name, s, got)
			}
		}
		if len(found) != len(secrets) || strings.Count(got, "bob") != 3 {
			t.Errorf("%s: %d secrets found of %d in\n%s", name, len(found), len(secrets), got)
		}
	}
}

func TestIDsOfTraces(t *testing.T) {
	plain := redactor(t, Options{})
	own := redactor(t, Options{Patterns: []Pattern{{Kind: "customer", Match: `^4bf9[0-9a-f]+`}}})
	for _, c := range []struct {
		of   *Redactor
		id   string
		want string
	}{
		{plain, "4bf92f3577b34da6a3ce929d0e0e4736", "4bf92f3577b34da6a3ce929d0e0e4736"},
		{plain, "00F067AA0BA902B7", "00F067AA0BA902B7"},
		{plain, "9b2f4c1e-7d3a-4f5b-8c6d-0e1f2a3b4c5d", "9b2f4c1e-7d3a-4f5b-8c6d-0e1f2a3b4c5d"},
		{plain, "4111-1111-1111-1111", "<redacted:card>"},
		{plain, "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "<redacted:github-token>"},
		{own, "4bf92f3577b34da6a3ce929d0e0e4736", "<redacted:customer>"},
	} {
		ev := detector.Event{TraceID: []byte(c.id), SpanID: []byte(c.id)}
		c.of.Event(&ev)
		if string(ev.TraceID) != c.want || string(ev.SpanID) != c.want {
			t.Errorf("%s: %s, %s; want %s", c.id, ev.TraceID, ev.SpanID, c.want)
		}
	}
}
