package dashboards_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/net/html"

	"github.com/tocsin-io/tocsin/dashboards/dashtest"
)

// poison is what a log line may try: script, attributes, a terminal escape, an override of direction, not UTF-8, Slack's
// own marks, back quotes.
const poison = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\x1b[31m\u202egnp.\u2066x\u200f`*_~\x00\xff</title></textarea>&lt;b&gt; javascript:alert(3)"

// plant puts poison behind every text that v holds, however deep, but for names of fixed sets and ids that are looked
// for by their form.
func plant(v reflect.Value, seen map[uintptr]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && !seen[v.Pointer()] {
			seen[v.Pointer()] = true
			plant(v.Elem(), seen)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			plantPayload(v)
			return
		}
		for i := range v.Len() {
			plant(v.Index(i), seen)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			if e := v.MapIndex(k); e.Kind() == reflect.String {
				v.SetMapIndex(k, reflect.ValueOf(e.String()+poison))
			}
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if !v.Type().Field(i).IsExported() || name == "ID" || name == "IncidentID" || name == "TemplateID" || name == "ExplainedBy" {
				continue
			}
			plant(v.Field(i), seen)
		}
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() && v.CanSet() {
			v.SetString(v.String() + poison)
		}
	}
}

// plantPayload poisons the texts inside a Slack message.
func plantPayload(v reflect.Value) {
	var body any
	if json.Unmarshal(v.Bytes(), &body) != nil {
		return
	}
	var walk func(any, string) any
	walk = func(x any, key string) any {
		switch x := x.(type) {
		case map[string]any:
			for k, e := range x {
				x[k] = walk(e, k)
			}
		case []any:
			for i, e := range x {
				x[i] = walk(e, key)
			}
		case string:
			if key == "text" || key == "url" || key == "id" {
				return strings.ToValidUTF8(x+poison, "?")
			}
		}
		return x
	}
	out, err := json.Marshal(walk(body, ""))
	if err == nil {
		v.SetBytes(out)
	}
}

func poisoned() *dashtest.World {
	w := dashtest.Night()
	plant(reflect.ValueOf(w), map[uintptr]bool{})
	return w
}

func TestNothingThatALogFillsRuns(t *testing.T) {
	w := poisoned()
	s := newSite(t, w)
	paths := append([]string{}, pages...)
	paths = append(paths,
		"/services/"+url.PathEscape("checkout"+poison), "/rules/"+url.PathEscape("checkout-errors"+poison), "/search?q="+url.QueryEscape(poison),
		"/incidents?text="+url.QueryEscape(poison), "/incidents?service="+url.QueryEscape(poison), "/templates?text="+url.QueryEscape(poison), "/nowhere/"+url.PathEscape(poison),
	)
	planted := 0
	for _, path := range paths {
		got := s.get(path)
		body := got.Body.String()
		if got.Code >= 500 {
			t.Errorf("%s: %d %s", path, got.Code, s.log)
		}
		planted += strings.Count(body, "alert(1)")
		checkPage(t, path, body)
		checkHostile(t, path, body)
	}
	if planted < 300 {
		t.Errorf("the poison stands only %d times in the pages: the test looks at too little", planted)
	}
}

// checkHostile: no element, attribute or address came out of the poison, and no character of it can act on a screen.
func checkHostile(t *testing.T, path, body string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "img" {
			t.Errorf("%s: an element came out of a text: <img>", path)
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") {
				t.Errorf("%s: an attribute came out of a text: %s", path, a.Key)
			}
			if (a.Key == "href" || a.Key == "src" || a.Key == "action") && strings.HasPrefix(strings.TrimSpace(strings.ToLower(a.Val)), "javascript:") {
				t.Errorf("%s: %s leads to %s", path, a.Key, a.Val)
			}
		}
	}
	for i, r := range body {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			t.Fatalf("%s: %U at byte %d: %q", path, r, i, body[max(0, i-40):min(len(body), i+20)])
		}
	}
}

func TestExportIsNoMarkup(t *testing.T) {
	s := newSite(t, poisoned())
	body := s.get("/incidents/7f3a2c19d04be8a1/export").Body.String()
	for _, bad := range []string{"\x1b", "\u202e", "\n<script"} {
		if strings.Contains(body, bad) {
			t.Errorf("the export holds %q", bad)
		}
	}
	for n, l := range strings.Split(body, "\n") {
		if strings.HasPrefix(l, "    ") || strings.Contains(l, "`") {
			continue // code
		}
		if strings.Contains(l, "<img") || strings.Contains(l, "<script") {
			t.Errorf("line %d has markup: %s", n, l)
		}
	}
}

func TestPagesAreSmall(t *testing.T) {
	s := newSite(t, dashtest.Night())
	assets := 0
	for _, a := range []string{"/static/app.css", "/static/app.js", "/static/icons.svg", "/static/bell.svg", "/static/vendor/htmx.min.js"} {
		assets += s.sizeOf(t, a)
	}
	for _, path := range pages {
		if n := s.sizeOf(t, path) + assets; n > 150<<10 {
			t.Errorf("%s is %s with all its parts", path, fmt.Sprint(n>>10, " KB"))
		}
	}
	if n := s.sizeOf(t, "/incidents/7f3a2c19d04be8a1") + assets + s.sizeOf(t, "/static/vendor/uPlot.iife.min.js") + s.sizeOf(t, "/static/vendor/uPlot.min.css"); n > 150<<10 {
		t.Errorf("an incident with the chart that zooms is %d KB", n>>10)
	}
}

// TestDrawnTextIsEscaped uses a short text: long labels give way in a chart.
func TestDrawnTextIsEscaped(t *testing.T) {
	w := dashtest.Night()
	w.Versions[1].Version = "<i>2</i>"
	s := newSite(t, w)
	for _, path := range []string{"/", "/incidents/7f3a2c19d04be8a1"} {
		body := s.get(path).Body.String()
		if !strings.Contains(body, "payments &lt;i&gt;2&lt;/i&gt;") || strings.Contains(body, "<i>2") {
			t.Errorf("%s: the label of a deploy is not drawn as text", path)
		}
	}
}
