package rules

import (
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// A text is found in the field that a rule names, however its path is written, wherever the field stands, and in no other.
func TestTextsOfFields(t *testing.T) {
	set, problems := LoadText("r.yml", []byte(`version: 1
rules:
  - name: nested
    when: fields.a.b.c contains "no space left"
`), Options{})
	if set == nil {
		t.Fatal(problems)
	}
	m := set.NewMatcher(MatcherOptions{})
	defer m.Close()
	object := func(s string) detector.Value { return detector.Value{Kind: detector.KindObject, Text: []byte(s)} }
	plain := detector.Value{Kind: detector.KindString, Text: []byte("plain")}
	here := detector.Value{Kind: detector.KindString, Text: []byte("no space left")}
	for _, c := range []struct {
		name   string
		fields detector.Fields
		want   int
	}{
		{"one key", detector.Fields{{Key: "a.b.c", Value: here}}, 1},
		{"one key, further on", detector.Fields{{Key: "x", Value: plain}, {Key: "a.b.c", Value: here}}, 1},
		{"an object", detector.Fields{{Key: "x", Value: plain}, {Key: "a.b", Value: object(`{"c":"no space left"}`)}}, 1},
		{"objects", detector.Fields{{Key: "a", Value: object(`{"b":{"c":"no space left"}}`)}, {Key: "x", Value: plain}}, 1},
		{"another key at the same place", detector.Fields{{Key: "b", Value: here}, {Key: "a.b.c.d", Value: here}}, 0},
		{"again", detector.Fields{{Key: "a.b.c", Value: here}}, 1},
		{"another part of an object", detector.Fields{{Key: "a", Value: object(`{"x":"no space left"}`)}}, 0},
	} {
		hits := 0
		m.Match(&detector.Event{Service: "s", Message: []byte("message"), Fields: c.fields}, func(*detector.Hit) { hits++ })
		if hits != c.want {
			t.Errorf("%s: %d hits, want %d", c.name, hits, c.want)
		}
	}
}
