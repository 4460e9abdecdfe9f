package dashboards_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/tocsin-io/tocsin/dashboards/dashtest"
)

func TestEveryPageOfEveryWorld(t *testing.T) {
	worlds := map[string]func() *dashtest.World{
		"night": dashtest.Night, "quiet": dashtest.Quiet, "away": dashtest.Away, "behind": dashtest.Behind,
	}
	for name, make := range worlds {
		s := newSite(t, make())
		for _, path := range pages {
			got := s.get(path)
			if got.Code != http.StatusOK {
				t.Errorf("%s %s: %d\n%s%s", name, path, got.Code, got.Body, s.log)
				continue
			}
			checkPage(t, name+" "+path, got.Body.String())
		}
	}
}

// checkPage holds what is true of every page: one h1, labelled fields, no inline script or style, no template error.
func checkPage(t *testing.T, name, body string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	heads, ids := 0, map[string]bool{}
	labels := map[string]bool{}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "label" {
			labels[attr(n, "for")] = true
		}
	}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "h1" {
			heads++
		}
		if id := attr(n, "id"); id != "" {
			if ids[id] {
				t.Errorf("%s: id %q stands twice", name, id)
			}
			ids[id] = true
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("%s: <%s %s>: the policy forbids it", name, n.Data, a.Key)
			}
		}
		switch n.Data {
		case "style":
			t.Errorf("%s: inline style", name)
		case "script":
			if attr(n, "src") == "" {
				t.Errorf("%s: inline script", name)
			}
		case "input", "select", "textarea":
			named := attr(n, "aria-label") != "" || n.Parent.Data == "label" || labels[attr(n, "id")]
			if attr(n, "type") != "hidden" && !named {
				t.Errorf("%s: field %q has no label", name, attr(n, "name"))
			}
		}
	}
	if heads != 1 {
		t.Errorf("%s: %d h1", name, heads)
	}
	body = tokens.ReplaceAllString(body, "") // random, and may spell anything
	for _, bad := range []string{"ZgotmplZ", "<no value>", "%!", "NaN", "+Inf", "0001-01-01"} {
		if strings.Contains(body, bad) {
			t.Errorf("%s: %q in the page", name, bad)
		}
	}
}

// tokens are the values of the forms' tokens.
var tokens = regexp.MustCompile(`name="token" value="[^"]*"`)

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func TestEmptyLeadsToConnect(t *testing.T) {
	s := newSite(t, dashtest.Empty())
	got := s.get("/")
	if got.Code != http.StatusSeeOther || got.Header().Get("Location") != "/connect" {
		t.Fatalf("got %d to %q", got.Code, got.Header().Get("Location"))
	}
	for _, path := range []string{"/connect", "/incidents", "/services", "/templates", "/rules", "/receivers", "/inbox", "/noise", "/health"} {
		got := s.get(path)
		if got.Code != http.StatusOK {
			t.Fatalf("%s: %d %s%s", path, got.Code, got.Body, s.log)
		}
		checkPage(t, "empty "+path, got.Body.String())
	}
	if body := s.get("/connect").Body.String(); !strings.Contains(body, "No line has arrived yet. tocsin listens on the topic") || !strings.Contains(body, "kcat -P -b localhost:9092 -t logs") {
		t.Error("the empty page does not say how to send the first line")
	}
}

// A template's name stands wherever the template does; its masked text stays beside it.
func TestNamedTemplates(t *testing.T) {
	w := dashtest.Night()
	for k := range w.Known {
		if w.Known[k].Text == dashtest.Captured {
			w.Known[k].Name = "Payment captured <b>"
		}
	}
	s := newSite(t, w)
	const name = "Payment captured &lt;b&gt;"
	for _, path := range []string{"/templates", "/services/payments"} {
		if body := s.get(path).Body.String(); !strings.Contains(body, ">"+name+"<") {
			t.Errorf("%s does not show the name", path)
		}
	}
	if body := s.get("/templates/" + dashtest.ID(6).String()).Body.String(); !strings.Contains(body, name+": ") || !strings.Contains(body, "captured") {
		t.Error("the template's page lacks its name or text")
	}
	if body := s.get("/api/v1/templates/" + dashtest.ID(6).String()).Body.String(); !strings.Contains(body, `"template_name":"Payment captured`) {
		t.Errorf("the API does not tell the name: %s", body)
	}
}
