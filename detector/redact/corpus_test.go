package redact

import (
	"bufio"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// sample is a line of the corpus with its secrets marked.
type sample struct{ kind, line string }

const rounds = 3 // how many times each line is drawn

func TestSecretsOfTheCorpusGo(t *testing.T) {
	lines := readCorpus(t, "testdata/leaks.txt", true)
	for _, l := range readCorpus(t, "testdata/tokens.txt", true) {
		for i, frame := range []string{"upstream answered 401 for «%s»", "API_TOKEN=«%s» ok", `{"x":"«%s»"}`, "retrying with <«%s»> now", "«%s»: refused", `{\"x\":\"«%s»\",\"n\":1}`} {
			if strings.Contains(l.line, "«") {
				frame = strings.NewReplacer("«", "", "»", "").Replace(frame)
			}
			lines = append(lines, sample{fmt.Sprintf("token-%s/%d", l.kind, i), fmt.Sprintf(frame, l.line)})
		}
	}
	r := redactor(t, Options{})
	var missed, over tally
	n := 0
	for _, l := range lines {
		d := newDrawer(seedOf(l.line)) // of its own, so that what is drawn for the others stays
		for range rounds {
			drawn := d.expand(l.line)
			for c, carry := range carriers {
				n++
				text, secrets, rest := marks(carry(drawn))
				got, found := message(r, text)
				if left := leftOver(secrets, rest, got); left != "" || len(found) == 0 {
					missed.add(l.kind, "carrier %d: %q is left\n  of %s\n  in %s", c, left, text, got)
				} else if lost := firstLost(rest, got); lost != "" {
					over.add(l.kind, "carrier %d: %q is lost\n  of %s\n  in %s", c, lost, text, got)
				}
			}
		}
	}
	t.Logf("%d lines, %d missed, %d of which more is removed than the secret", n, missed.n, over.n)
	if missed.n > 0 {
		t.Errorf("missed %d of %d:\n%s", missed.n, n, missed.String())
	}
	if over.n > 0 {
		t.Errorf("more removed than the secret in %d of %d:\n%s", over.n, n, over.String())
	}
}

// tally counts faults by kind and keeps the first of each.
type tally struct {
	n     int
	kinds []string
	count map[string]int
	first map[string]string
}

func (y *tally) add(kind, format string, args ...any) {
	if y.count == nil {
		y.count, y.first = make(map[string]int), make(map[string]string)
	}
	if y.count[kind] == 0 {
		y.kinds = append(y.kinds, kind)
		y.first[kind] = fmt.Sprintf(format, args...)
	}
	y.n++
	y.count[kind]++
}

func (y *tally) String() string {
	var b strings.Builder
	for _, k := range y.kinds {
		fmt.Fprintf(&b, "%s (%d) %s\n", k, y.count[k], y.first[k])
	}
	return b.String()
}

func TestCleanLinesOfTheCorpusStay(t *testing.T) {
	r := redactor(t, Options{})
	var changed tally
	for _, l := range readCorpus(t, "testdata/clean.txt", false) {
		d := newDrawer(seedOf(l.line))
		for range rounds {
			drawn := d.expand(l.line)
			for c, carry := range carriers {
				text := carry(drawn)
				if got, found := message(r, text); got != text || len(found) > 0 {
					changed.add(l.kind, "carrier %d became %s", c, got)
				}
			}
		}
	}
	if changed.n > 0 {
		t.Errorf("%d changed:\n%s", changed.n, changed.String())
	}
}

// carriers are what lines travel in.
var carriers = []func(line string) string{
	func(l string) string { return l },
	func(l string) string { return "2026-03-24T19:43:34.472Z ERROR [mailer] " + l },
	func(l string) string {
		return "2026-01-23 13:25:28,817 INFO com.shop.mailer.Worker [pool-1-thread-0] - " + l
	},
	func(l string) string {
		return `{"time":"2026-03-12T16:35:28Z","level":"error","msg":` + jsonString(l) + `,"n":1}`
	},
	func(l string) string {
		return `time=2026-04-03T23:57:58Z level=error svc=checkout msg=` + jsonString(l)
	},
	func(l string) string {
		return `{"log":` + jsonString(`{"msg":`+jsonString(l)+`}`) + `,"stream":"stderr"}`
	},
	func(l string) string { return "<11>Jan 12 09:08:12 node-4 app[4822]: " + l },
}

func jsonString(l string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(l); err != nil {
		panic(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// marks takes the marks out of a line: the line, its secrets and what stands between them.
func marks(line string) (text string, secrets, rest []string) {
	for {
		before, after, ok := strings.Cut(line, "«")
		text += before
		rest = append(rest, before)
		if !ok {
			return text, secrets, rest
		}
		secret, next, _ := strings.Cut(after, "»")
		secrets = append(secrets, secret)
		text += secret
		line = next
	}
}

// leftOver returns a piece of a secret that is still in the text: six bytes of a long one, all of a short one.
func leftOver(secrets, rest []string, got string) string {
	clean := strings.Join(rest, "\x00")
	got = mark.ReplaceAllString(got, "\x00")
	for _, s := range secrets {
		n := 6
		if len(s) <= 8 {
			n = len(s)
		}
		for i := 0; i+n <= len(s); i++ {
			if p := s[i : i+n]; strings.Contains(got, p) && !strings.Contains(clean, p) {
				return p
			}
		}
	}
	return ""
}

var mark = regexp.MustCompile(`<redacted:[^<>\s]*>`)

// firstLost returns what stands between secrets and is not in the text any more, punctuation beside them aside.
func firstLost(rest []string, got string) string {
	at := 0
	for _, p := range rest {
		p = strings.Trim(p, `.,;:!?-_=\nr`+"\n")
		i := strings.Index(got[at:], p)
		if i < 0 {
			return p
		}
		at += i + len(p)
	}
	return ""
}

func readCorpus(t testing.TB, path string, kinds bool) (out []sample) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		line := s.Text()
		if line == "" || strings.HasPrefix(line, "# ") || strings.HasPrefix(line, "## ") {
			continue
		}
		kind := line
		if kinds {
			var ok bool
			if kind, line, ok = strings.Cut(line, "\t"); !ok {
				t.Fatalf("%s: no tab in %q", path, kind)
			}
		}
		out = append(out, sample{kind, strings.ReplaceAll(line, "⏎", "\n")})
	}
	return out
}

func message(r *Redactor, text string) (string, []detector.Secret) {
	ev := detector.Event{Service: "shop", Message: []byte(text)}
	r.Event(&ev)
	return string(ev.Message), ev.Secrets
}

// drawer draws values.
type drawer struct{ *rand.Rand }

// seedOf is a seed for the draws of one line.
func seedOf(line string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(line))
	return h.Sum64()
}

func newDrawer(seed uint64) drawer { return drawer{rand.New(rand.NewPCG(seed, 1))} }
