package rules

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// Looking for texts first is a shortcut: a matcher says of every line what the whole expression says of it, whatever the
// kind of a field's value is.
func TestMatcherSaysWhatTheExpressionSays(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 1205))
	texts := []string{"1205", "120", "failed", "Failed", "true", "code", "-1205.5e3", "no space", "a\\b"}
	subjects := []string{"message", "fields.code", "fields.a.code", "lower(fields.code)"}
	forms := []string{
		`%s contains %q`, `%s startsWith %q`, `%s endsWith %q`, `%s == %q`, `%s matches %q`, `word(%s, %q)`,
		`any([message, %s], # contains %q)`,
	}
	term := func() string {
		form, subject, text := forms[r.IntN(len(forms))], subjects[r.IntN(len(subjects))], texts[r.IntN(len(texts))]
		if strings.HasPrefix(subject, "lower") {
			text = strings.ToLower(text)
		}
		if strings.Contains(form, "matches") {
			text = "^" + strings.ReplaceAll(text, `\`, `\\`) + "$"
		}
		return fmt.Sprintf(form, subject, text)
	}
	var doc strings.Builder
	doc.WriteString("version: 1\nrules:\n")
	for i := range 200 {
		when := term()
		for range r.IntN(2) {
			when += []string{" && ", " || "}[r.IntN(2)] + term()
		}
		fmt.Fprintf(&doc, "  - {name: r%d, if: value > 0, when: '%s'}\n", i, when)
	}
	set, problems := LoadText("r.yml", []byte(doc.String()), Options{})
	if set == nil {
		t.Fatal(problems)
	}
	m := set.NewMatcher(MatcherOptions{})
	defer m.Close()
	value := func() detector.Value {
		v := []detector.Value{
			{Kind: detector.KindNumber, Text: []byte("1205")},
			{Kind: detector.KindNumber, Text: []byte("-1205.5e3")},
			{Kind: detector.KindString, Text: []byte(texts[r.IntN(len(texts))])},
			{Kind: detector.KindBool, Text: []byte("true")},
			{Kind: detector.KindNull, Text: []byte("null")},
			{Kind: detector.KindObject, Text: []byte(`{"code":1205,"x":"failed"}`)},
			{Kind: detector.KindArray, Text: []byte(`["1205",120]`)},
		}
		return v[r.IntN(len(v))]
	}
	hits, numbers := 0, 0
	for range 400 {
		ev := &detector.Event{Service: "s", Message: []byte("query " + texts[r.IntN(len(texts))]), Structured: true, Shape: 5}
		for _, key := range []string{"code", "a", "a.code", "other"} {
			if r.IntN(2) == 0 {
				ev.Fields = append(ev.Fields, detector.Field{Key: key, Value: value()})
			}
		}
		got := map[string]bool{}
		m.Match(ev, func(h *detector.Hit) { got[h.Series.Name] = true })
		for i := range set.rules {
			rule := set.rules[i]
			m.frame.Event = ev
			want, err := rule.when.Test(&m.frame)
			if err != nil {
				t.Fatal(err)
			}
			if want {
				hits++
				if strings.Contains(rule.When, "fields") && !strings.Contains(rule.When, "message") {
					numbers++
				}
			}
			if got[rule.Name] != want {
				t.Fatalf("%s, of the message %q and fields %s: the matcher says %t, the expression %t", rule.When, ev.Message, show(ev.Fields), got[rule.Name], want)
			}
		}
	}
	if hits < 1000 || numbers < 300 {
		t.Errorf("of all rules and lines only %d fit, %d by a field: the test tries too little", hits, numbers)
	}
}

func show(fields detector.Fields) string {
	var out []string
	for _, f := range fields {
		out = append(out, f.Key+"="+string(f.Value.Text))
	}
	return strings.Join(out, " ")
}
