package dashboards

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func wellFormed(t *testing.T, drawing string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(drawing))
	for {
		_, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("%v in %.300s", err, drawing)
		}
	}
}

// TestAnyCurveIsDrawn draws curves with gaps, spikes, no band, one point, and values that are none.
func TestAnyCurveIsDrawn(t *testing.T) {
	s := &Server{assets: &assets{}}
	start := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
	c := clock{now: start.Add(time.Hour), zone: time.UTC, home: time.UTC}
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 300 {
		k := curve{start: start, step: time.Duration(1+r.IntN(3600)) * time.Second}
		points := r.IntN(400)
		for range points {
			v := r.ExpFloat64() * math.Pow(10, float64(r.IntN(12)-3))
			switch r.IntN(12) {
			case 0:
				k.observed = append(k.observed, nil)
				continue
			case 1:
				v = 0
			case 2:
				v = -v
			}
			if n%50 == 0 {
				v = math.NaN()
			}
			k.observed = append(k.observed, &v)
		}
		if n%3 != 0 {
			for range points {
				low := r.Float64() * 10
				k.low, k.high, k.expected = append(k.low, low), append(k.high, low+r.Float64()*10), append(k.expected, low)
			}
		}
		b := bigChart{curve: k, clock: c, log: n%2 == 0, lane: "Hidden error", current: "now", ticks: []time.Time{start, start, start.Add(time.Minute)}}
		for range r.IntN(12) {
			b.marks = append(b.marks, mark{at: start.Add(time.Duration(r.Int64N(int64(k.step) * int64(points+1)))), icon: "onset", class: "onset", label: strings.Repeat("x", r.IntN(60)), left: r.IntN(2) == 0, row: r.IntN(3)})
		}
		v := s.bigChart(b)
		for _, d := range []string{string(v.Wide), string(v.Narrow), string(s.spark(k, 120, start, n%2 == 0, "a & b"))} {
			if d == "" {
				continue
			}
			wellFormed(t, d)
			if strings.Contains(d, "NaN") || strings.Contains(d, "Inf") {
				t.Fatalf("curve %d: %.400s", n, d)
			}
		}
	}
}

// TestLabelsNeverOverlap: labels of a chart stand beside one another, whatever happened when.
func TestLabelsNeverOverlap(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	start := time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
	for range 500 {
		f := frame{x0: 57, x1: 1035, y0: 70, y1: 232, from: start, length: time.Hour, max: 1}
		var marks []mark
		for range 1 + r.IntN(10) {
			marks = append(marks, mark{at: start.Add(time.Duration(r.Int64N(int64(time.Hour)))), label: strings.Repeat("x", 1+r.IntN(40)), left: r.IntN(2) == 0, row: r.IntN(2)})
		}
		placed := placeMarks(marks, f, 2, false)
		type box struct {
			row  int
			a, b float64
		}
		var boxes []box
		for _, p := range placed {
			if p.text == "" {
				continue
			}
			w := float64(len(p.text)) * charWidth
			b := box{p.atRow, p.textX, p.textX + w}
			if p.end == "end" {
				b.a, b.b = p.textX-w, p.textX
			}
			for _, o := range boxes {
				if o.row == b.row && b.a < o.b && o.a < b.b {
					t.Fatalf("labels overlap: %v and %v", o, b)
				}
			}
			if b.a < 0 || b.b > 1056 {
				t.Fatalf("a label leaves the chart: %v", b)
			}
			boxes = append(boxes, b)
		}
	}
}

func TestGapsStayGaps(t *testing.T) {
	one := 1.0
	k := curve{start: time.Unix(0, 0), step: time.Second, observed: []*float64{&one, &one, nil, nil, &one, &one}}
	var s svg
	k.draw(&s, frame{x1: 60, y1: 10, from: k.start, length: 6 * time.Second, max: 1}, true)
	if n := strings.Count(s.String(), "M"); n != 2 {
		t.Errorf("a line with one gap has %d pieces: %s", n, s.String())
	}
}

func TestThinnedKeepsExcursions(t *testing.T) {
	k := curve{start: time.Unix(0, 0), step: time.Second}
	for i := range 1000 {
		v := 5.0
		if i == 777 {
			v = 900
		}
		k.observed, k.low, k.high = append(k.observed, &v), append(k.low, 0), append(k.high, 10)
	}
	if got := k.thinned(60); got.peak() != 900 || len(got.observed) > 60 {
		t.Errorf("peak %v of %d points", got.peak(), len(got.observed))
	}
}

func FuzzSlack(f *testing.F) {
	f.Add([]byte(`{"text":"a","blocks":[{"type":"section","text":{"type":"mrkdwn","text":"*b* <http://x|y> :warning: ` + "`c`" + `"}},{"type":"rich_text","elements":[{"type":"rich_text_list","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x"}]}]}]}]}`))
	f.Add([]byte(`{"blocks":[{"type":"actions","elements":[{"text":{"type":"plain_text","text":"Go"},"url":"javascript:alert(1)","style":"primary"}]},{"type":"context","elements":[{"type":"mrkdwn","text":"<@U1> <!here> ~a~ _b_"}]},{"type":"odd"}]}`))
	f.Add([]byte(`{"blocks":null,"text":null}`))
	f.Add([]byte(`{"blocks":[{"type":"section","text":{"text":"0<|0>"}}]}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		blocks, _, ok := drawSlack(payload)
		if ok && !json.Valid(payload) {
			t.Errorf("%q is no JSON, and was drawn", payload)
		}
		check := func(parts []slackPart) {
			for _, p := range parts {
				if p.URL != "" && !strings.HasPrefix(p.URL, "http") && !strings.HasPrefix(strings.ToLower(p.URL), "http") {
					t.Errorf("a link leads to %q", p.URL)
				}
			}
		}
		for _, b := range blocks {
			check(b.Parts)
			for _, p := range b.Fields {
				check(p)
			}
			for _, k := range b.Buttons {
				check([]slackPart{{URL: k.URL}})
			}
		}
	})
}

func TestMrkdwn(t *testing.T) {
	show := func(parts []slackPart) string {
		var b strings.Builder
		for _, p := range parts {
			switch {
			case p.Break:
				b.WriteString("/")
			case p.Icon != "":
				b.WriteString("{" + p.Icon + "}")
			default:
				m := ""
				for _, k := range []struct {
					on   bool
					sign string
				}{{p.Bold, "B"}, {p.Italic, "I"}, {p.Strike, "S"}, {p.Code, "C"}} {
					if k.on {
						m += k.sign
					}
				}
				b.WriteString(m + "[" + p.Text + p.URL + "]")
			}
		}
		return b.String()
	}
	for text, want := range map[string]string{
		"a *b* c":                  "[a ]B[b][ c]",
		"2*3*4":                    "[2*3*4]",
		":warning: x :odd: y":      "{notice}[ x :][odd: y]",
		"<http://a.b|c> &lt;i&gt;": "[chttp://a.b][ <i>]",
		"<javascript:x|y>":         "[<javascript:x|y>]",
		"`a *b*` ```c```":          "C[a *b*][ ]C[c]",
		"a\nb":                     "[a]/[b]",
		"<@U1> <!here>":            "B[@U1][ ]B[@here]",
		"*open":                    "[*open]",
	} {
		if got := show(mrkdwn(text)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
