package detector

import "testing"

func TestLookup(t *testing.T) {
	f := Fields{
		{"http.status", Value{KindNumber, []byte("200")}},
		{"http", Value{KindObject, []byte(`{"method":"GET","status":500,"h.x":{"y":1},"q\"k":"a\nb"}`)}},
		{"a", Value{KindObject, []byte(` {"b" : {"c":[10, {"d":true}, [null]]} , "e":{"}":"]"}}`)[1:]}},
		{"text", Value{KindString, []byte(`{"b":1}`)}},
	}
	for _, c := range []struct {
		path string
		kind ValueKind
		text string
		ok   bool
	}{
		{"http.status", KindNumber, "200", true},
		{"http.method", KindString, "GET", true},
		{"http.h.x.y", KindNumber, "1", true},
		{`http.q"k`, KindString, "a\nb", true},
		{"a.b.c.0", KindNumber, "10", true},
		{"a.b.c.1.d", KindBool, "true", true},
		{"a.b.c.2.0", KindNull, "null", true},
		{"a.b.c.3", 0, "", false},
		{"a.b.c.-1", 0, "", false},
		{"a.e.}", KindString, "]", true},
		{"a.b", KindObject, `{"c":[10, {"d":true}, [null]]}`, true},
		{"text.b", 0, "", false},
		{"", 0, "", false},
		{".", 0, "", false},
		{"a.", 0, "", false},
	} {
		v, ok := f.Lookup(c.path)
		if ok != c.ok || v.Kind != c.kind || string(v.Text) != c.text {
			t.Errorf("Lookup(%q) = %v %q %v, want %v %q %v", c.path, v.Kind, v.Text, ok, c.kind, c.text, c.ok)
		}
	}
	if n := testing.AllocsPerRun(100, func() { f.Lookup("a.b.c.1.d"); f.Lookup("http.method") }); n != 0 {
		t.Errorf("Lookup allocates %v times", n)
	}
}

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		v    Value
		want float64
		ok   bool
	}{
		{Value{KindNumber, []byte("12.5")}, 12.5, true},
		{Value{KindString, []byte(" 42 ")}, 42, true},
		{Value{KindString, []byte("-1e3")}, -1000, true},
		{Value{KindNumber, []byte("9223372036854775807")}, 9223372036854775807, true},
		{Value{KindString, []byte("0x10")}, 0, false},
		{Value{KindString, []byte("12ms")}, 0, false},
		{Value{KindString, []byte("NaN")}, 0, false},
		{Value{KindString, nil}, 0, false},
		{Value{KindBool, []byte("1")}, 0, false},
		{Value{KindNumber, []byte("1e999")}, 0, false},
	} {
		got, ok := c.v.Number()
		if got != c.want || ok != c.ok {
			t.Errorf("Number(%q) = %v %v, want %v %v", c.v.Text, got, ok, c.want, c.ok)
		}
	}
}

func FuzzLookup(f *testing.F) {
	f.Add("a.b", []byte(`{"b":[1,"x",{"c":null}]}`))
	f.Add("a.0.c", []byte(`[{"c":"\u00e9"}]`))
	f.Add("a.b", []byte(`{"b"`))
	f.Fuzz(func(t *testing.T, path string, text []byte) {
		if len(path) > 200 {
			return
		}
		Fields{{"a", Value{KindObject, text}}, {"b", Value{KindArray, text}}}.Lookup(path)
	})
}
