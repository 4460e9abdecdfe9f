package redact

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

func TestNamesHoldNoSecret(t *testing.T) {
	const token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"
	r := redactor(t, Options{FingerprintKey: []byte("k")})
	for range 2 { // the second time from what is remembered
		ev := detector.Event{
			Service: "stock-" + token, Environment: "https://ann:hQ7vTz92kLmWx4Rp@eu-1", Host: "web-" + token,
			Fields: detector.Fields{{Key: token, Value: detector.Value{Kind: detector.KindNumber, Text: []byte("1")}}},
		}
		r.Event(&ev)
		text := fmt.Sprintf("%q", []string{ev.Service, ev.Environment, ev.Host, ev.Fields[0].Key, fmt.Sprint(ev.Secrets)})
		if strings.Contains(text, token) || strings.Contains(text, "hQ7vTz92kLmWx4Rp") {
			t.Errorf("left: %s", text)
		}
		keys := make(map[string]bool)
		for _, s := range ev.Secrets {
			keys[s.Key] = true
			if len(s.Fingerprint) != 8 {
				t.Errorf("%+v has no fingerprint", s)
			}
		}
		if len(ev.Secrets) < 4 || !keys["service"] || !keys["environment"] || !keys["host"] {
			t.Errorf("secrets %+v", ev.Secrets)
		}
	}
	plain := detector.Event{Service: "checkout-api-eu", Environment: "production", Host: "ip-10-20-30-40.eu-west-1.compute.internal"}
	was := plain
	r.Event(&plain)
	if plain.Service != was.Service || plain.Environment != was.Environment || plain.Host != was.Host || len(plain.Secrets) > 0 {
		t.Errorf("%+v", plain)
	}
}

func TestRememberedNamesAreBounded(t *testing.T) {
	r := redactor(t, Options{})
	for i := range 3 * maxLabels {
		ev := detector.Event{Host: fmt.Sprintf("host-number-%d", i)}
		r.Event(&ev)
	}
	if len(r.known) > maxLabels {
		t.Errorf("%d names are remembered", len(r.known))
	}
}
