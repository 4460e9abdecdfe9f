package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// visitor is a person with a browser.
type visitor struct {
	t      *testing.T
	base   string
	client *http.Client
}

func visit(t *testing.T, base string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{t, base, &http.Client{Jar: jar, Timeout: 30 * time.Second}}
	v.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return v
}

func (v *visitor) do(req *http.Request) (int, string) {
	v.t.Helper()
	res, err := v.client.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

func (v *visitor) get(path string, header ...string) (int, string) {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, v.base+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	if len(header) == 2 {
		req.Header.Set(header[0], header[1])
	}
	return v.do(req)
}

var formToken = regexp.MustCompile(`name="token" value="([^"]+)"`)

// post sends the form of a page.
func (v *visitor) post(page, action string, form url.Values) (int, string) {
	v.t.Helper()
	_, body := v.get(page)
	token := formToken.FindStringSubmatch(body)
	if token == nil {
		v.t.Fatalf("%s has no form: %s", page, tail(body, 500))
	}
	form.Set("token", token[1])
	req, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, v.base+action, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.do(req)
}

func (v *visitor) signIn(name, password string) {
	v.t.Helper()
	if status, body := v.post("/sign-in", "/sign-in", url.Values{"name": {name}, "password": {password}}); status != http.StatusSeeOther {
		v.t.Fatalf("%s is not let in: %d %s", name, status, body)
	}
}

// lines is what was counted since from.
func (v *visitor) lines(from time.Time) (n uint64) {
	v.t.Helper()
	status, body := v.get("/api/v1/counts?" + url.Values{"from": {from.Format(time.RFC3339)}}.Encode())
	var got struct {
		Counts []struct {
			Lines uint64 `json:"lines"`
		} `json:"counts"`
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil || status != http.StatusOK {
		v.t.Fatalf("%d %s %v", status, body, err)
	}
	for _, c := range got.Counts {
		n += c.Lines
	}
	return n
}

// command runs tocsin to its end.
func command(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary(t), args...)
	var out, log bytes.Buffer
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = t.TempDir(), strings.NewReader(stdin), &out, &log
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), log.String()
}

// TestBeyondLoopback: without a sign-in run refuses to listen where others can reach it, before it opens anything, unless it
// is told to.
func TestBeyondLoopback(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	for _, listen := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:8642", "example.com:80"} {
		code, _, log := command(t, "", "run", "--data", data, "--listen", listen, "--kafka-listen", "127.0.0.1:0")
		for _, says := range []string{listen, "nobody would have to sign in", "sign_in", "--open", "127.0.0.1"} {
			if code != 2 || !strings.Contains(log, says) {
				t.Errorf("--listen %s: exit %d, no %q in %s", listen, code, says, log)
			}
		}
	}
	if _, err := os.Stat(data); err == nil {
		t.Error("something was opened before it was refused")
	}
	conf := filepath.Join(t.TempDir(), "tocsin.yml")
	if err := os.WriteFile(conf, []byte("listen: 0.0.0.0:8642\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, log := command(t, "", "check", "--offline", "--config", conf); code != 1 || !strings.Contains(log, "nobody would have to sign in") {
		t.Errorf("check: exit %d, %s", code, log)
	}
	p := spawn(t, nil, "run", "--open", "--data", data, "--listen", "0.0.0.0:0", "--kafka-listen", "127.0.0.1:0")
	if status, _ := visit(t, reachable(t, p.url)).get("/incidents"); status != http.StatusOK {
		t.Errorf("with --open: %d", status)
	}
	p.stop(15 * time.Second)
}

// reachable is an address of this machine in place of the unspecified one.
func reachable(t *testing.T, base string) string {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	return "http://127.0.0.1:" + u.Port()
}

// TestSignIn sets tocsin up as the README says, and signs in from a password file and with a token. The session outlives the
// process, and ends when the person is removed.
func TestSignIn(t *testing.T) {
	const password = "a password of the test"
	dir, data := t.TempDir(), t.TempDir()
	users := ""
	for _, role := range []string{"viewer", "responder", "admin"} {
		code, line, log := command(t, password+"\n", "password", role+"-1", "--role", role)
		if code != 0 || strings.Contains(line, password) || strings.Contains(log, password) {
			t.Fatalf("password: exit %d, %s%s", code, line, log)
		}
		users += line
	}
	if code, _, log := command(t, "short\n", "password", "x"); code == 0 || !strings.Contains(log, "fewer than 10 characters") {
		t.Errorf("a short password: exit %d, %s", code, log)
	}
	code, made, _ := command(t, "", "token", "ci", "--role", "responder")
	token := regexp.MustCompile(`tocsin_[\w-]{43}`).FindString(made)
	entry := regexp.MustCompile(`(?m)^ +(- \{name.*)$`).FindStringSubmatch(made)
	if code != 0 || token == "" || entry == nil {
		t.Fatalf("token: exit %d, %s", code, made)
	}
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("users", users)
	conf := write("tocsin.yml", "sign_in:\n  users_file: users\n  tokens:\n    "+entry[1]+"\n")
	run := func() *process {
		return spawn(t, nil, "run", "--config", conf, "--data", data, "--listen", "0.0.0.0:0", "--kafka-listen", "127.0.0.1:0")
	}
	p := run()
	v := visit(t, reachable(t, p.url))
	for path, want := range map[string]int{
		"/": 303, "/incidents": 303, "/api/v1/incidents": 401, "/metrics": 401, "/-/healthy": 200, "/-/ready": 200, "/sign-in": 200,
	} {
		if got, body := v.get(path); got != want {
			t.Errorf("%s as nobody: %d %s", path, got, tail(body, 300))
		}
	}
	if status, body := v.post("/sign-in", "/sign-in", url.Values{"name": {"admin-1"}, "password": {"wrong"}}); status != http.StatusUnauthorized || !strings.Contains(body, "Name or password is wrong") {
		t.Errorf("a wrong password: %d", status)
	}
	for _, path := range []string{"/metrics", "/api/v1/incidents"} {
		if got, body := v.get(path, "Authorization", "Bearer "+token); got != http.StatusOK {
			t.Errorf("%s with the token: %d %s", path, got, tail(body, 300))
		}
	}
	v.signIn("viewer-1", password)
	if status, body := v.get("/silences/new"); status != http.StatusForbidden || !strings.Contains(body, "needs the role responder") {
		t.Errorf("a viewer at a form: %d", status)
	}
	responder := visit(t, v.base)
	responder.signIn("responder-1", password)
	if status, body := responder.post("/silences/new", "/silences", url.Values{"service": {"checkout"}, "for": {"2h"}}); status != http.StatusSeeOther {
		t.Errorf("a silence: %d %s", status, tail(body, 500))
	}
	admin := visit(t, v.base)
	admin.signIn("admin-1", password)
	_, body := admin.get("/api/v1/audit")
	for _, want := range []string{`"actor":"responder-1","action":"silence.created"`, `"actor":"admin-1","action":"session.refused"`, `"actor":"viewer-1","action":"session.started"`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in the audit %s", want, body)
		}
	}

	p.stop(15 * time.Second)
	q := run()
	v.base, admin.base = reachable(t, q.url), reachable(t, q.url)
	if status, _ := v.get("/incidents"); status != http.StatusOK {
		t.Errorf("the session after a new start: %d", status)
	}
	write("users", users[strings.Index(users, "\n")+1:])
	q.signal(syscall.SIGHUP)
	eventually(t, 20*time.Second, "the removed person signed out", func() (bool, string) {
		status, _ := v.get("/incidents")
		return status == http.StatusSeeOther, fmt.Sprint(status)
	})
	eventually(t, 20*time.Second, "the reload in the audit", func() (bool, string) {
		status, body := admin.get("/audit?action=rules.reload")
		return status == http.StatusOK && strings.Contains(body, "SIGHUP"), fmt.Sprint(status)
	})
	for _, secret := range []string{password, token} {
		if strings.Contains(p.log.String()+q.log.String(), secret) {
			t.Errorf("the log shows %s", secret)
		}
	}
	q.stop(15 * time.Second)
}
