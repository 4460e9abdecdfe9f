package e2e

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector/testkit"
)

const oneRule = `version: 1
rules:
  - name: %s
    when: service == "checkout" && level >= error
    window: 1m
    if: value > 5
`

// place writes a file of the test.
func place(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// ruleNames are the rules as they run.
func ruleNames(t *testing.T, base string) string {
	t.Helper()
	var out struct{ Rules []struct{ Name string } }
	get(t, base+"/api/v1/rules", &out)
	names := make([]string, 0, len(out.Rules))
	for _, r := range out.Rules {
		names = append(names, r.Name)
	}
	return strings.Join(names, " ")
}

// reload asks for it over HTTP.
func reload(t *testing.T, base string) (status int, body string) {
	t.Helper()
	res, err := http.Post(base+"/-/reload", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// TestReload changes rules and routes under a running process. What is at fault keeps the old ones and says so.
func TestReload(t *testing.T) {
	dir := t.TempDir()
	const conf = "listen: 127.0.0.1:0\nembedded: {listen: \"%s\"}\nrules: {files: [rules.yml], packs: false}\n%s"
	broker := testkit.Address(t)
	path := place(t, dir, "tocsin.yml", fmt.Sprintf(conf, broker, ""))
	place(t, dir, "rules.yml", fmt.Sprintf(oneRule, "first"))
	p := spawn(t, nil, "run", "--config", path, "--data", filepath.Join(dir, "data"))
	if got := ruleNames(t, p.url); got != "first" {
		t.Fatalf("rules are %q", got)
	}
	place(t, dir, "rules.yml", fmt.Sprintf(oneRule, "second"))
	if status, body := reload(t, p.url); status != http.StatusOK {
		t.Fatalf("reload: %d %s", status, body)
	}
	if got := ruleNames(t, p.url); got != "second" {
		t.Errorf("after POST /-/reload the rules are %q", got)
	}
	place(t, dir, "rules.yml", fmt.Sprintf(oneRule, "third"))
	p.signal(syscall.SIGHUP)
	eventually(t, 10*time.Second, "the third rule after SIGHUP", func() (bool, string) {
		got := ruleNames(t, p.url)
		return got == "third", got
	})

	place(t, dir, "rules.yml", strings.ReplaceAll(fmt.Sprintf(oneRule, "fourth"), "value > 5", "valeu > 5"))
	status, body := reload(t, p.url)
	if status != http.StatusUnprocessableEntity || !strings.Contains(body, "rules.yml:6:") || !strings.Contains(body, "valeu") {
		t.Errorf("reload of a bad rule: %d %s", status, body)
	}
	if got := ruleNames(t, p.url); got != "third" {
		t.Errorf("after a bad file the rules are %q", got)
	}
	if text := page(t, p.url+"/rules"); !strings.Contains(text, "valeu") {
		t.Error("the page of rules does not say what is wrong with the file")
	}
	p.signal(syscall.SIGHUP)
	eventually(t, 10*time.Second, "the fault in the log", func() (bool, string) {
		return strings.Contains(p.log.String(), "valeu"), tail(p.log.String(), 500)
	})

	place(t, dir, "rules.yml", fmt.Sprintf(oneRule, "fifth"))
	place(t, dir, "tocsin.yml", fmt.Sprintf(conf, broker, "receivers:\n  - name: hook\n    webhok: {url: http://127.0.0.1:1/}\n"))
	status, body = reload(t, p.url)
	if status != http.StatusUnprocessableEntity || !strings.Contains(body, "tocsin.yml:6:5") || !strings.Contains(body, "webhook") {
		t.Errorf("reload of a bad receiver: %d %s", status, body)
	}
	if got := ruleNames(t, p.url); got != "third" {
		t.Errorf("after a bad configuration the rules are %q", got)
	}
	if text := page(t, p.url+"/rules"); !strings.Contains(text, "webhok") {
		t.Error("the page of rules does not say what is wrong with the configuration")
	}
	place(t, dir, "tocsin.yml", fmt.Sprintf(conf, broker, "sign_in: {password: a-long-enough-password}\n"))
	status, body = reload(t, p.url)
	if status != http.StatusUnprocessableEntity || !strings.Contains(body, "everybody still gets in") {
		t.Errorf("reload of a password where nobody had to sign in: %d %s", status, body)
	}
	place(t, dir, "tocsin.yml", fmt.Sprintf(conf, broker, "receivers:\n  - name: hook\n    webhook: {url: http://127.0.0.1:1/}\nroutes:\n  - receivers: [hook]\n"))
	if status, body = reload(t, p.url); status != http.StatusOK {
		t.Errorf("reload of a good receiver: %d %s", status, body)
	}
	if got := ruleNames(t, p.url); got != "fifth" {
		t.Errorf("after the mend the rules are %q", got)
	}
	if text := page(t, p.url+"/receivers"); !strings.Contains(text, "hook") {
		t.Error("the page of receivers does not show the new one")
	}
	if text := page(t, p.url+"/rules"); strings.Contains(text, "valeu") {
		t.Error("the page of rules still says what was mended")
	}
	p.stop(10 * time.Second)
}

// TestCheck is the exit codes and the places that scripts rely on.
func TestCheck(t *testing.T) {
	dir := t.TempDir()
	place(t, dir, "good.rules.yml", fmt.Sprintf(oneRule, "good"))
	place(t, dir, "bad.rules.yml", strings.ReplaceAll(fmt.Sprintf(oneRule, "bad"), "level >= error", "levl >= error"))
	for _, tt := range []struct {
		name, text string
		args       []string
		code       int
		out        string // a regular expression
	}{
		{"good", "rules: {files: [good.rules.yml]}\n", nil, 0, `rules +ok`},
		{"good, offline", "kafka: {brokers: [\"127.0.0.1:1\"]}\n", []string{"--offline"}, 0, `configuration +ok`},
		{"unknown key", "kafka:\n  broker: a\n", nil, 1, `unknown\.yml:2:3: unknown key "broker": did you mean brokers`},
		{"wrong type", "redis:\n  db: many\n", nil, 1, `wrong\.yml:2:7: `},
		{"no variable", "store:\n  url: ${NO_SUCH_VARIABLE}\n", nil, 1, `no\.yml:2:8: \$\{NO_SUCH_VARIABLE\} is not in the environment: set`},
		{"bad value", "detection: {sensitivity: loud}\n", nil, 1, `bad\.yml:1:\d+: detection\.sensitivity: "loud" is not known: use quiet, normal, keen`},
		{"no YAML", "listen: [\n", nil, 1, `no\.yml:\d+:\d+: `},
		{"bad rule", "rules: {files: [bad.rules.yml]}\n", nil, 1, `bad\.rules\.yml:4:\d+`},
		{"Kafka away", "kafka: {brokers: [\"127.0.0.1:1\"]}\n", nil, 2, `kafka +away`},
		{"Postgres away", "store: {url: \"postgres://tocsin:hunter2hunter2@127.0.0.1:1/x\"}\n", nil, 2, `store +away`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			first, _, _ := strings.Cut(tt.name, " ")
			path := place(t, dir, strings.TrimSuffix(first, ",")+".yml", tt.text)
			out, err := exec.Command(binary(t), append([]string{"check", "--config", path}, tt.args...)...).CombinedOutput()
			code := 0
			var exit *exec.ExitError
			if errors.As(err, &exit) {
				code = exit.ExitCode()
			} else if err != nil {
				t.Fatal(err)
			}
			if code != tt.code || !regexp.MustCompile(tt.out).Match(out) {
				t.Errorf("exit code %d, want %d; output does not match %s:\n%s", code, tt.code, tt.out, out)
			}
			if strings.Contains(string(out), "hunter2hunter2") {
				t.Errorf("a password is shown: %s", out)
			}
		})
	}
	out, err := exec.Command(binary(t), "check", "--config", filepath.Join(dir, "none.yml")).CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 2 {
		t.Errorf("a file that is not there: %v, want 2: %s", err, out)
	}
}
