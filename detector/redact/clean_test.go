package redact

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
)

// What is remembered changes nothing: a value is redacted as one that was never seen, under whatever name it comes.
func TestCleanValuesChangeNothing(t *testing.T) {
	o := Options{FingerprintKey: []byte("k"), Patterns: []Pattern{{Kind: "order", Match: `ORD-\d+`}}}
	remembers, forgets := redactor(t, o), redactor(t, o)
	event := func(key, text string) *detector.Event {
		return &detector.Event{Fields: detector.Fields{
			{Key: "method", Value: detector.Value{Kind: detector.KindString, Text: []byte("GET")}},
			{Key: key, Value: detector.Value{Kind: detector.KindString, Text: []byte(text)}},
		}}
	}
	keys := []string{"user_agent", "card", "number", "note"}
	hits, n := 0, 0
	look := func(text string) {
		n++
		for round := range 3 {
			key := keys[(n+round/2)%len(keys)] // twice under one name, then under another
			if v := remembers.clean.slot([]byte(text)); v != nil && v.is(key, []byte(text)) {
				hits++
			}
			forgets.clean = cleanValues{}
			got, want := event(key, text), event(key, text)
			remembers.Event(got)
			forgets.Event(want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s: %s (-want +got):\n%s", key, text, diff)
			}
		}
	}
	for _, text := range []string{"4111111111111111", "ORD-123456", "ORD-x12345", "Mozilla/5.0 (X11)", "Mozilla/5.0 (X12)"} {
		look(text)
		look(text)
	}
	everyLine(t, look)
	if hits == 0 {
		t.Error("no value was remembered")
	}
}
