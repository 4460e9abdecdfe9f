package lang

import (
	"fmt"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// A number that is written in a comparison is compared with as one that is worked out is, and what is measured is the
// number of the value.
func TestWrittenNumbersCompareAsOthers(t *testing.T) {
	values := []detector.Value{
		{Kind: detector.KindNull, Text: []byte("null")},
		{Kind: detector.KindBool, Text: []byte("true")},
		{Kind: detector.KindArray, Text: []byte("[5]")},
		{Kind: detector.KindObject, Text: []byte(`{"a":5}`)},
	}
	for _, text := range []string{"5", "4.5", "-7", "6e0", "x", "", " 5 ", "5x", "0x5", "NaN", "Infinity", "12345678901234567891"} {
		values = append(values, detector.Value{Kind: detector.KindNumber, Text: []byte(text)}, detector.Value{Kind: detector.KindString, Text: []byte(text)})
	}
	compiled := func(source string, want Kind) *Program {
		p, err := Compile(source, LineSchema("when", nil), want)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	held := 0
	for _, subject := range []string{"fields.x", "fields.a.x", "fields.x + 0", "fields.missing"} {
		number := compiled(subject, Number)
		for _, v := range values {
			f := Frame{Event: &detector.Event{Fields: detector.Fields{
				{Key: "x", Value: v},
				{Key: "a", Value: detector.Value{Kind: detector.KindObject, Text: []byte(`{"x":"5","y":5}`)}},
				{Key: "five", Value: detector.Value{Kind: detector.KindNumber, Text: []byte("5")}},
			}}}
			value, err := number.Value(&f)
			if err != nil {
				t.Fatal(err)
			}
			want, wantOK := value.Number()
			if got, ok, err := number.Number(&f); got != want || ok != wantOK || err != nil {
				t.Errorf("%s of %q is the number %v, %v, %v; its value is %v, %v", subject, v.Text, got, ok, err, want, wantOK)
			}
			for _, op := range []string{"<", "<=", "==", "!=", ">=", ">"} {
				written := compiled(fmt.Sprintf("%s %s 5", subject, op), Bool)
				other := compiled(fmt.Sprintf("%s %s fields.five * 1", subject, op), Bool)
				got, err1 := written.Test(&f)
				want, err2 := other.Test(&f)
				if got != want || err1 != nil || err2 != nil {
					t.Errorf("%s of %q: %v, of a number that is worked out %v (%v, %v)", written.Source, v.Text, got, want, err1, err2)
				}
				if want {
					held++
				}
			}
		}
	}
	if held < 20 {
		t.Errorf("%d comparisons held: too few to show anything", held)
	}
}
