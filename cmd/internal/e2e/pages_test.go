package e2e

import (
	"fmt"
	"html"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector/testkit"
)

// TestPagesShowWhatWasLogged: what pages say of a service beside its counts comes from its lines and from the configuration, in the
// process that people run.
func TestPagesShowWhatWasLogged(t *testing.T) {
	dir, broker := t.TempDir(), testkit.Address(t)
	conf := fmt.Sprintf("listen: 127.0.0.1:0\nembedded: {listen: %q}\nlinks: [{name: Loki, url: \"https://loki.example/?s={service}&from={from}\"}]\nrules: {files: [shop.yml]}\n", broker)
	rule := place(t, dir, "shop.yml", "version: 1\nrules:\n  - name: shop-orders\n    when: service == \"shop\" && message contains \"paid\"\n    window: 1m\n    if: value > 5000\n")
	p := spawn(t, nil, "run", "--config", place(t, dir, "tocsin.yml", conf), "--data", filepath.Join(dir, "data"))
	var lines []string
	begin := time.Now().UTC().Truncate(10 * time.Second) // all lines lie in one bucket, one after another
	for i := range 120 {
		version := "2.41.0"
		if i%4 == 0 {
			version = "2.40.3"
		}
		at := begin.Add(time.Duration(i) * time.Millisecond).Format(time.RFC3339Nano)
		lines = append(lines, fmt.Sprintf(`{"time":%q,"level":"info","service":"shop","host":"shop-%d","version":%q,"msg":"order %d paid by card in %d ms"}`, at, i%3, version, 4000+i, i))
	}
	lines = append(lines, fmt.Sprintf(`{"time":%q,"level":"info","service":"shop","host":"shop-0","msg":"login password=Zx6cVb4nMl2kJh ok"}`, now()))
	kcat(t, broker, "logs", lines...)

	var list struct {
		Incidents []struct{ ID, Kind string }
	}
	eventually(t, 20*time.Second, "the secret", func() (bool, string) {
		get(t, p.url+"/api/v1/incidents?kind=secret", &list)
		return len(list.Incidents) == 1, fmt.Sprint(list)
	})
	incident := page(t, p.url+"/incidents/"+list.Incidents[0].ID)
	if !regexp.MustCompile(`href="https://loki\.example/\?s=shop&amp;from=\d{13}"[^>]*>.*Loki`).MatchString(incident) {
		t.Error("the incident's page has no link to Loki")
	}
	eventually(t, 30*time.Second, "the service with its hosts", func() (bool, string) {
		text := words(page(t, p.url+"/services/shop"))
		at := max(0, strings.Index(text, "Hosts"))
		return shares.MatchString(text) && strings.Contains(text, "Secrets, 30 days 1 "), text[at:min(len(text), at+400)]
	})
	var templates struct {
		Templates []struct {
			ID       string `json:"template_id"`
			Template string
		}
	}
	templateOf := func(text string) string {
		t.Helper()
		eventually(t, 30*time.Second, "the template of "+text, func() (bool, string) {
			get(t, p.url+"/api/v1/templates?service=shop&text="+text, &templates)
			return len(templates.Templates) == 1, fmt.Sprint(templates)
		})
		return p.url + "/templates/" + templates.Templates[0].ID + "?range=1h&read=1"
	}
	read := words(page(t, templateOf("paid")))
	for _, want := range []string{
		"120 lines among 121 that the log holds", "120 values, 4,000 to 4,119; p50 4,059", "120 values, 0 to 119; p50 59", "each once", "<1> number",
		"Lines 100 of 120, read from the log now, redacted, newest first", "order 4119 paid by card in 119 ms",
	} {
		if !strings.Contains(strings.NewReplacer("&lt;", "<", "&gt;", ">").Replace(read), want) {
			t.Errorf("the template's page does not say %q but %s", want, read[max(0, strings.Index(read, "Variables")):])
		}
	}
	if secret := page(t, p.url+"/incidents/"+list.Incidents[0].ID); strings.Contains(secret, "Zx6cVb4nMl2kJh") {
		t.Error("the secret is shown")
	}
	if at := page(t, templateOf("login")); strings.Contains(at, "Zx6cVb4nMl2kJh") || !strings.Contains(words(at), "1 line among 121") {
		t.Error("the secret is read from the log, or its line is not")
	}
	var test string
	eventually(t, 30*time.Second, "the rule with its lines", func() (bool, string) {
		text := page(t, p.url+"/rules/shop-orders?range=30m")
		if m := regexp.MustCompile(`(?s)<section id="test">.*?<pre[^>]*>(.*?)</pre>`).FindStringSubmatch(text); m != nil {
			test = html.UnescapeString(m[1])
		}
		chart := words(text[max(0, strings.Index(text, `id="matches"`)):])
		return strings.Contains(chart, "lines in 10 s, all series together") && strings.Contains(chart, " 120 "), chart[:min(len(chart), 200)]
	})
	tried := exec.CommandContext(t.Context(), binary(t), "test", place(t, dir, "shop_test.yml", test))
	if out, err := tried.CombinedOutput(); err != nil {
		t.Errorf("the test that %s's page offers: %v\n%s\n%s", rule, err, test, out)
	}
	eventually(t, 30*time.Second, "the overview with its hosts", func() (bool, string) {
		text := words(page(t, p.url+"/"))
		at := max(0, strings.LastIndex(text, "Services"))
		return strings.Contains(text, "1 service on 3 hosts"), text[at:min(len(text), at+100)]
	})
}

// shares are those of hosts and versions, by a sample of the lines.
var shares = regexp.MustCompile(`Hosts 3 \d+ % from shop-\d Version 2\.4[01]\.[03] \d+ %; 2\.4[01]\.[03] \d+ %`)

var tags = regexp.MustCompile(`(?s)<(svg|script|style).*?</(svg|script|style)>|<[^>]*>`)

// words are the words of a page, with one blank between them.
func words(page string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(tags.ReplaceAllString(page, " "), "&nbsp;", " ")), " ")
}
