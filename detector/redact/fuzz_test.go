package redact

import (
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

func FuzzEvent(f *testing.F) {
	d := newDrawer(5)
	for _, path := range []string{"testdata/leaks.txt", "testdata/clean.txt"} {
		for i, l := range readCorpus(f, path, path == "testdata/leaks.txt") {
			text, _, _ := marks(carriers[i%len(carriers)](d.expand(l.line)))
			f.Add([]byte(text))
		}
	}
	f.Add([]byte("\xff\x00password=\xff\xfe\xfd"))
	r := redactor(f, Options{})
	f.Fuzz(func(t *testing.T, text []byte) {
		given := string(text)
		got, found := message(r, given)
		if string(text) != given {
			t.Errorf("the input was changed: %q", text)
		}
		if (len(found) > 0) != (got != given) {
			t.Errorf("%q became %q, %d secrets named", given, got, len(found))
		}
		if !keepsTheRest(given, got) {
			t.Errorf("%q became %q", given, got)
		}
		if twice, found := message(r, got); twice != got || len(found) > 0 {
			t.Errorf("%q became %q and then %q", given, got, twice)
		}
		ev := detector.Event{Fields: detector.Fields{{Key: "password", Value: detector.Value{Kind: detector.KindString, Text: text}}, {Key: "cookie", Value: detector.Value{Kind: detector.KindString, Text: text}}}}
		r.Event(&ev)
	})
}
