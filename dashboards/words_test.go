package dashboards

import (
	"math"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{count(0), "0"},
		{count(999), "999"},
		{count(1956), "1,956"},
		{count(-41209877), "−41,209,877"},
		{count(uint64(1000000)), "1,000,000"},
		{figure(3), "3"},
		{figure(4120), "4,120"},
		{figure(61.84), "61.8"},
		{figure(2.94), "2.9"},
		{figure(.31), "0.31"},
		{figure(.4), "0.4"},
		{figure(448.3), "448"},
		{figure(0), "0"},
		{figure(.001), "<0.01"},
		{figure(-2.5), "−2.5"},
		{figure(math.NaN()), "–"},
		{figure(math.Inf(1)), "–"},
		{rate(31), "31.0"},
		{rate(1956), "1,956"},
		{span(1692, 2061), "1,690–2,060"},
		{span(0, 9), "0–9"},
		{span(.1, 1.04), "0.1–1"},
		{percent(.226), "22.6 %"},
		{percent(.0031), "0.31 %"},
		{percent(1), "100 %"},
		{percent(0), "0.00 %"},
		{percent(.00001), "<0.01 %"},
		{percent(math.NaN()), "–"},
		{size(0), "0 B"},
		{size(900), "900 B"},
		{size(41900000000), "41.9 GB"},
		{quantity(214, "ms"), "214 ms"},
		{quantity(4120, "lines"), "4,120"},
		{quantity(.09, "share"), "9.0 %"},
		{lasting(600 * time.Millisecond), "0.6 s"},
		{lasting(78 * time.Second), "78 s"},
		{lasting(858 * time.Second), "14 min 18 s"},
		{lasting(5 * time.Minute), "5 min"},
		{lasting(3*time.Hour + 52*time.Minute), "3 h 52 min"},
		{lasting(214 * 7 * 24 * time.Hour), "214 weeks"},
		{lasting(20 * time.Nanosecond), "0.02 µs"},
		{lasting(4 * time.Millisecond), "4 ms"},
		{lasting(9 * 24 * time.Hour), "9 days"},
		{lasting(0), "0 s"},
		{coarse(858 * time.Second), "14 min"},
		{ago(time.Unix(100, 0), time.Unix(40, 0)), "1 min ago"},
		{ago(time.Unix(0, 0), time.Unix(600, 0)), "in 10 min"},
		{plural(1, "page"), "1 page"},
		{plural(2100, "page"), "2,100 pages"},
		{kindWord(detector.KindMaskedError), "Masked error"},
		{kindWord(detector.KindSurge), "Surge"},
		{shortID("7f3a2c19"), "7f3a2c"},
		{axisNumber(4000), "4 k"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func joined(parts []part, marks map[string]string) string {
	var b strings.Builder
	for _, p := range parts {
		m := marks[p.As]
		b.WriteString(m + p.Text + m)
	}
	return b.String()
}

func TestTextParts(t *testing.T) {
	marks := map[string]string{"code": "'", "var": "/", "value": "_", "redacted": "#"}
	for _, c := range []struct {
		name  string
		parts []part
		want  string
	}{
		{"sentence", sentence("a has `b <*> c`, 7 times."), "a has 'b '/<*>/' c', 7 times."},
		{"templates without quotes", sentence("x has a <*> b, 2 times. A flood: long template <*> 9 times", "long template <*>", "a <*> b"), "x has 'a '/<*>/' b', 2 times. A flood: 'long template '/<*>/ 9 times"},
		{"open quote", sentence("a ` b"), "a ` b"},
		{"back quote in a template", sentence("x logs `it`s <*>` 3 times", "it`s <*>"), "x logs 'it`s '/<*>/ 3 times"},
		{"empty quotes", sentence("a `` b"), "a  b"},
		{"redacted", code("dsn=<redacted:password>@<1> <b> <redacted:>"), "'dsn='#redacted:password#'@'/<1>/' <b> <redacted:>'"},
		{"values", line("try 1 of 5 at 10.0.0.1", "try <*> of <*> at <*>"), "'try '_1_' of '_5_' at '_10.0.0.1_"},
		{"another template", line("something else", "try <*>"), "'something else'"},
		{"a chip inside a value", line("u=a:<redacted:password>@h", "u=<*>"), "'u='_a:_#redacted:password#_@h_"},
		{"cut template", line("a 1 b 2 c", "a <*> b"), "'a '_1_' b 2 c'"},
		{"last literal twice", line("a x b y b", "a <*> b"), "'a '_x b y_' b'"},
		{"no end", line("a <", "a <*>"), "'a '_<_"},
	} {
		if got := joined(c.parts, marks); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func FuzzTextParts(f *testing.F) {
	f.Add("POST /a to b failed", "POST <*> to <*> failed")
	f.Add("a`b", "<*><*>")
	f.Add("<redacted:x>", "<redacted:x>")
	f.Add("\xff<*", "<*>\xff")
	f.Fuzz(func(t *testing.T, text, template string) {
		plain := map[string]string{}
		chip := func(s string) string { return strings.NewReplacer("<redacted:", "redacted:", ">", "").Replace(s) }
		if got := joined(line(text, template), plain); chip(got) != chip(text) {
			t.Errorf("the line %q is shown as %q", text, got)
		}
		if got := joined(sentence(text, template), plain); chip(strings.ReplaceAll(got, "`", "")) != chip(strings.ReplaceAll(text, "`", "")) {
			t.Errorf("the sentence %q is shown as %q", text, got)
		}
		spans, at := align(text, template), 0
		for _, s := range spans {
			if s[0] < at || s[1] <= s[0] || s[1] > len(text) {
				t.Fatalf("spans %v of %q", spans, text)
			}
			at = s[1]
		}
	})
}

func FuzzClean(f *testing.F) {
	f.Add([]byte("a\x1b[31m\u202e\xff\x00"))
	f.Add([]byte("plain äöü 漢字"))
	f.Fuzz(func(t *testing.T, b []byte) {
		out := clean(append([]byte(nil), b...))
		if at := firstUnsafe(out); at >= 0 {
			t.Errorf("byte %d of %q is unsafe", at, out)
		}
		if firstUnsafe(b) < 0 && string(out) != string(b) {
			t.Errorf("%q was changed to %q", b, out)
		}
	})
}

func TestRangeRefusesWhatItCannotRead(t *testing.T) {
	now := time.Date(2026, 11, 23, 2, 5, 20, 0, time.UTC)
	for query, ok := range map[string]bool{
		"": true, "from=2026-11-23T01:00:00Z": true, "from=2026-11-23T01:00:00Z&to=2026-11-23T00:00:00Z": false, "to=x": false, "from=0001-01-01T00:00:00Z": false,
		"from=1970-01-01T00:00:00Z": false, "from=2026-11-23T02:00:00%2B01:00": true,
	} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := readTimes(q, now); (err == nil) != ok {
			t.Errorf("%q: %v", query, err)
		}
	}
}

func TestStepsAreWholeBuckets(t *testing.T) {
	now := time.Date(2026, 11, 23, 2, 5, 20, 0, time.UTC)
	for d := time.Minute; d <= maxRange; d = d*5/4 + time.Second {
		step := timeRange{From: now.Add(-d), To: now}.step(now)
		if step%(10*time.Second) != 0 || d/step > 200 {
			t.Errorf("%s: step %s, %d points", d, step, d/step)
		}
		if d > 48*time.Hour && step%(5*time.Minute) != 0 {
			t.Errorf("%s: step %s, and fine buckets are not kept so long", d, step)
		}
	}
}
