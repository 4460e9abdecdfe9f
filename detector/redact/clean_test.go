package redact

import (
	"reflect"
	"testing"

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
		if remembers.clean.slot([]byte(text)) == nil {
			return
		}
		n++
		for round := range 3 {
			key := keys[(n+round/2)%len(keys)] // twice under one name, then under another
			if remembers.clean.slot([]byte(text)).is(key, []byte(text)) {
				hits++
			}
			forgets.clean = cleanValues{}
			got, want := event(key, text), event(key, text)
			remembers.Event(got)
			forgets.Event(want)
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%s: %s becomes %+v, and %+v where nothing is remembered", key, text, got, want)
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
