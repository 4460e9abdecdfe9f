package webhook_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/outbound"
	"github.com/tocsin-io/tocsin/notifier/plan"
	"github.com/tocsin-io/tocsin/notifier/receivertest"
	"github.com/tocsin-io/tocsin/notifier/webhook"
)

func client(t *testing.T, private bool) *http.Client {
	t.Helper()
	c, err := outbound.New(outbound.Options{AllowPrivate: private})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdleConnections)
	return c
}

func TestConformance(t *testing.T) {
	receivertest.Run(t, receivertest.Subject{
		New: func(t *testing.T, base string) notifier.Receiver {
			return webhook.New(notifier.WebhookConfig{
				URL: notifier.Secret(base + "/in/" + receivertest.Planted + "?key=" + receivertest.Planted), Secret: receivertest.Planted,
				Headers: map[string]notifier.Secret{"Authorization": "Bearer " + receivertest.Planted},
			}, client(t, true))
		},
		OK: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
	})
}

func TestRequest(t *testing.T) {
	const secret = "a shared secret"
	m := receivertest.Message(detector.ChangeReopened)
	var got struct {
		Version  int             `json:"version"`
		Event    string          `json:"event"`
		Incident json.RawMessage `json:"incident"`
		Links    map[string]string
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if err := webhook.Verify([]byte(secret), r.Header.Get("X-Tocsin-Signature"), body, m.Now.Add(time.Minute)); err != nil {
			t.Errorf("signature %q: %v", r.Header.Get("X-Tocsin-Signature"), err)
		}
		if k := r.Header.Get("Idempotency-Key"); k != m.ID {
			t.Errorf("Idempotency-Key %q, want %q", k, m.ID)
		}
		if r.Header.Get("Content-Type") != "application/json" || r.Header.Get("X-Team") != "ops" {
			t.Errorf("headers %v", r.Header)
		}
		if err := json.Unmarshal(body, &got); err != nil {
			t.Error(err)
		}
	}))
	defer srv.Close()
	r := webhook.New(notifier.WebhookConfig{
		URL: notifier.Secret(srv.URL), Secret: secret, Headers: map[string]notifier.Secret{"X-Team": "ops"},
	}, client(t, true))
	if _, _, err := r.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if got.Version != 1 || got.Event != "opened" || got.Links["incident"] == "" {
		t.Errorf("body %+v", got)
	}
	for _, field := range []string{`"id":"7f3a2c91bd04"`, `"kind":"masked_error"`, `"explained_by":""`, `"resolved_at":null`, `"window":"5m"`} {
		if !strings.Contains(string(got.Incident), field) {
			t.Errorf("the incident lacks %s", field)
		}
	}
}

func TestEventsAreThoseOfTheContract(t *testing.T) {
	for e, want := range map[detector.ChangeEvent]detector.ChangeEvent{
		detector.ChangeOpened: "opened", detector.ChangeReopened: "opened", detector.ChangeUpdated: "updated",
		detector.ChangeAcknowledged: "updated", detector.ChangeResolved: "resolved", plan.Reminded: "updated", plan.Escalated: "opened",
		plan.Digested: "updated", plan.Expiring: "expiring",
	} {
		if got := webhook.Event(e); got != want {
			t.Errorf("%s is told as %s, want %s", e, got, want)
		}
	}
}

func TestPrivateAddressesCanBeForbidden(t *testing.T) {
	reached := false
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer srv.Close()
	r := webhook.New(notifier.WebhookConfig{URL: notifier.Secret(srv.URL)}, client(t, false))
	_, retry, err := r.Send(t.Context(), receivertest.Message(detector.ChangeOpened))
	if err == nil || retry || !strings.Contains(err.Error(), "loopback") {
		t.Errorf("retry %t, %v", retry, err)
	}
	if reached {
		t.Error("a forbidden address was reached")
	}
}

func TestVerify(t *testing.T) {
	secret, body, at := []byte("s"), []byte(`{"version":1}`), time.Unix(1_763_862_743, 0)
	good := webhook.Sign(secret, at, body)
	// echo -n '1763862743.{"version":1}' | openssl dgst -sha256 -hmac s
	if want := "t=1763862743,v1=c50979b0d26860313fea2997caad00eed16b50d5eaaaf7de695207110ce9ae6e"; good != want {
		t.Fatalf("signature %q, want %q", good, want)
	}
	for _, c := range []struct {
		name, header string
		body         string
		now          time.Time
		want         error
	}{
		{"good", good, string(body), at, nil},
		{"with a part of a later version", good + ",v2=00", string(body), at, nil},
		{"changed body", good, `{"version":2}`, at, webhook.ErrSignature},
		{"changed time", strings.Replace(good, "t=1763862743", "t=1763862744", 1), string(body), at, webhook.ErrSignature},
		{"old", good, string(body), at.Add(6 * time.Minute), webhook.ErrStale},
		{"of the future", good, string(body), at.Add(-6 * time.Minute), webhook.ErrStale},
		{"empty", "", string(body), at, webhook.ErrSignature},
		{"no signature", "t=1763862743", string(body), at, webhook.ErrSignature},
		{"not hex", "t=1763862743,v1=zz", string(body), at, webhook.ErrSignature},
	} {
		if err := webhook.Verify(secret, c.header, []byte(c.body), c.now); err != c.want {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func FuzzVerify(f *testing.F) {
	f.Add("t=1,v1=00", "body")
	f.Add("", "")
	f.Add("t=99999999999999999999,v1=", "x")
	f.Fuzz(func(t *testing.T, header, body string) {
		if webhook.Verify([]byte("unguessable secret"), header, []byte(body), time.Unix(1, 0)) == nil {
			t.Error("a forged signature is taken")
		}
	})
}
