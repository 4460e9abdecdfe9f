package redact

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// everyLine calls fn with each line of the corpus, in each carrier, with and without secrets.
func everyLine(t *testing.T, fn func(text string)) {
	d := newDrawer(3)
	for _, path := range []string{"testdata/leaks.txt", "testdata/tokens.txt", "testdata/clean.txt"} {
		for _, l := range readCorpus(t, path, path != "testdata/clean.txt") {
			for _, carry := range carriers {
				text, _, _ := marks(carry(d.expand(l.line)))
				fn(text)
			}
		}
	}
}

func TestRedactingTwiceChangesNothing(t *testing.T) {
	r := redactor(t, Options{})
	everyLine(t, func(text string) {
		once, _ := message(r, text)
		if twice, found := message(r, once); twice != once || len(found) > 0 {
			t.Errorf("%s\n  became %s\n  and then %s", text, once, twice)
		}
	})
}

func TestNothingButSecretsIsLost(t *testing.T) {
	r := redactor(t, Options{})
	everyLine(t, func(text string) {
		got, found := message(r, text)
		if !keepsTheRest(text, got) {
			t.Errorf("%s\n  became %s", text, got)
		}
		if (len(found) > 0) != (got != text) {
			t.Errorf("%s\n  became %s, and %d secrets are named", text, got, len(found))
		}
	})
}

// keepsTheRest reports whether got is text with ranges of it replaced by marks.
func keepsTheRest(text, got string) bool {
	parts := mark.Split(got, -1)
	first, last := parts[0], parts[len(parts)-1]
	if !strings.HasPrefix(text, first) || !strings.HasSuffix(text, last) || len(parts) == 1 && text != got {
		return false
	}
	at := len(first)
	for _, p := range parts[1:] {
		i := strings.Index(text[at:], p)
		if i < 0 {
			return false
		}
		at += i + len(p)
	}
	return true
}

// A secret is found whether the object that holds it comes as text or as fields.
func TestFieldsAreRedactedAsTextIs(t *testing.T) {
	r, d := redactor(t, Options{}), newDrawer(4)
	for range 500 {
		key, value := d.one(passwordNames), d.password("!#%*+-._^~,;:()[]@&|/?=$")
		ev := detector.Event{Fields: detector.Fields{{Key: key, Value: detector.Value{Kind: detector.KindString, Text: []byte(value)}}}}
		r.Event(&ev)
		field := string(ev.Fields[0].Value.Text)
		text, _ := message(r, `{"n":1,"`+key+`":"`+value+`"}`)
		if strings.Contains(field, value) || strings.Contains(text, value) {
			t.Errorf("%s: %s as a field %s, as text %s", key, value, field, text)
		}
	}
}

// A text eight times as long takes about eight times as long: what is compared is the best of a few runs of each, and of
// more where a busy machine may be what took the time.
func TestWorkIsLinearInTheLength(t *testing.T) {
	const few, many = 3, 40
	r := redactor(t, Options{})
	took := func(text []byte) time.Duration {
		began := time.Now()
		ev := detector.Event{Message: bytes.Clone(text)}
		r.Event(&ev)
		return time.Since(began)
	}
	check := func(head, unit string) {
		short, long := []byte(head+strings.Repeat(unit, 8<<10/len(unit))), []byte(head+strings.Repeat(unit, 64<<10/len(unit)))
		s, l := time.Duration(time.Hour), time.Duration(time.Hour)
		// What reads a run again from each of its bytes may still be linear, at many thousand steps a byte.
		const limit = 15 * time.Second // with the race detector, on a busy machine
		tooLong := func() bool { return l > 8*10*max(s, 250*time.Microsecond) || l > limit }
		for n := 0; n < few || n < many && tooLong(); n++ {
			s, l = min(s, took(short)), min(l, took(long))
		}
		if tooLong() {
			t.Errorf("%q after %q: %d bytes took %v, %d took %v", unit, head, len(short), s, len(long), l)
		}
	}
	check("a\n"+strings.Repeat("password|", 50), `\`)
	check(strings.Repeat(`name="password",`, 50), `\`)
	for _, unit := range []string{
		"password", "password=", "password='", `password="`, `password=\"`, "password: ", "password=a ", "pass word ", "a:b@", "://a:", "://", "eyJ", `\"`, `\`, "4111 ", "1", "1 ", "1-",
		"-----BEGIN PRIVATE KEY-----", "-----BEGIN ", "AA00 ", "GB44 ", "key=", "key ", "api.key-", "<password>", "<password ", "&quot;password", "%22password", "insert into a (password", "insert into a (password) values (",
		"identified by ", "curl -u ", "mysql -p ", "Authorization: Bearer ", "Authorization: Digest a=", "Cookie: sid=", "Set-Cookie: a=b; ", `"kty":`, "$6$", "{ssha}", "AUTH ", "/reset/", "thin:a/", "a@tcp(", "a:b@tcp(",
		"ghp_a", "xoxb-", "hvs.", "<redacted:password>", "<redacted:", "password=<redacted:", "\x1b[31mpassword\x1b[0m=", "tokens=[a,", "tokens=['a',", "recovery codes: aaa111-1, ", "token.", "token_", "PuTTY-User-Key-File-3: ", "Private-Lines: ",
		"password for a ", "https://hooks.slack.com/", "password=(", "password={", "password=((", "password=<<", "password=`", "jsessionid=",
		"token,", "token,a\n", "token,a\nb,c\n", "token\t", "a,token\n\"", `password="a" => `, "password: a1 -> ", `name="password" type="`, `value="a" name="password" `, "entry 'a' for key 'token' ",
		`"password";s:1:"`, "пароль=", "AUTH a b1 ", "echo a | sudo -S ", "echo ", "<<<", ":5432:a:b:", "a:b1X@localhost", "user@host", "snmp-server ", "radius-server key ", "1234 is your code ", "credentials a:",
		`"password":{"value":`, "[password:private]", "4111111111111111 ", "%B4111111111111111^", "> -----BEGIN PRIVATE KEY-----\n> ", "passphrase: a ",
		"(token,A1b", "a.b.password, ", "LEEF: password=a^b", "ldap_bind($a, ", `mnemonic=["a",`, "recovery codes: aaa111-1, aaaaaa-1, ", `{"key":{"key":`, "token> ", "inline:", "login incorrect: [a/", "::add-mask::", `password \u0022`, `name=\u0022password\u0022,\u0022`, "password=a\\nAB",
	} {
		check("", unit)
	}
}

func TestCleanEventsAllocateNothing(t *testing.T) {
	r := redactor(t, Options{FingerprintKey: []byte("k")})
	message, trace := []byte(`GET /v2/orders/8317 200 in 41 ms for 10.2.3.4, key session:12, token expired`), []byte("4bf92f3577b34da64bf92f3577b34da6")
	fields := detector.Fields{
		{Key: "path", Value: detector.Value{Kind: detector.KindString, Text: []byte("/api/v1/orders/17")}},
		{Key: "user_agent", Value: detector.Value{Kind: detector.KindString, Text: []byte("Mozilla/5.0 (X11; Linux x86_64)")}},
		{Key: "token_count", Value: detector.Value{Kind: detector.KindNumber, Text: []byte("512")}},
	}
	if n := testing.AllocsPerRun(100, func() {
		ev := detector.Event{Message: message, Fields: fields, TraceID: trace}
		r.Event(&ev)
		if len(ev.Secrets) > 0 {
			t.Fatalf("found %v", ev.Secrets)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestLinesWithSecretsAllocateLittle(t *testing.T) {
	r := redactor(t, Options{})
	text := []byte(`login user=bob password=hunter2 token=abcDEF123456ghiJKL from 10.2.3.4`)
	secrets := make([]detector.Secret, 0, 8)
	if n := testing.AllocsPerRun(100, func() {
		ev := detector.Event{Message: text, Secrets: secrets[:0]}
		r.Event(&ev)
		if len(ev.Secrets) != 2 {
			t.Fatalf("found %v", ev.Secrets)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// A name may go back into a token that is removed already, where no value can stand before it.
func TestANameWithinATokenBreaksNothing(t *testing.T) {
	const token = `ghp_16C7e42F292c6912E7710c838347Ae178B4a`
	r := redactor(t, Options{})
	for _, line := range []string{
		`<input key="` + token + `_password" value="hunter22x">`,
		`env ACCESS_KEY="` + token + `_password  loaded`,
		`Duplicate entry 'x' for key '` + token + `_password' at row 1`,
		`for key '` + token + `_password'`,
	} {
		got, found := message(r, line)
		if strings.Contains(got, token) || len(found) == 0 {
			t.Errorf("%q became %q", line, got)
		}
	}
}
