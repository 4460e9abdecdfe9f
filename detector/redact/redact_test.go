package redact

import (
	"bytes"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

func redactor(t testing.TB, o Options) *Redactor {
	t.Helper()
	r, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// In these lines what stands between « and » is the secret.
var leaks = []string{
	`password=«hunter2hunter»`,
	`DB_PASSWORD: "«s3cr3t-Value»"`,
	`{"user":"a","password":"«Tr0ub4dor»","n":1}`,
	`{"msg":"{\"apiKey\":\"«a8f3k2m9d1»\"}"}`,
	`{:db_password=>"«Zx9kQw81»"}`,
	`map[password:«Zx9kQw81» user:a]`,
	`Config{userPassword='«Zx9kQw81»'}`,
	`connecting to postgres://app:«p4ss-W0rd»@db:5432/orders`,
	`redis://:«p4ss-W0rd»@cache:6379`,
	`app:«p4ss-W0rd»@tcp(db:3306)/orders`,
	`Server=db;User Id=sa;Password=«p4ss-W0rd»;Encrypt=true`,
	`Authorization: Bearer «abcDEF123456ghiJKL»`,
	`Authorization: Basic «dXNlcjpwYXNzd29yZA==»`,
	`GET /cb?code=1&access_token=«a1b2c3d4e5f6g7»&x=1`,
	`Cookie: theme=dark; JSESSIONID=«6558a5652335b4628a7128fb»; lang=en`,
	`ALTER USER app WITH PASSWORD '«n3wp4ss»'`,
	`CREATE USER x IDENTIFIED BY '«n3wp4ss»'`,
	`curl -u admin:«Adm1nPass» https://h/`,
	`mysql -h db -u root -p«R00tPass» shop`,
	`deploy --token «tk9s8d7f6g5h» --env prod`,
	`AWS_SECRET_ACCESS_KEY=«/CHZNjoteB3hF1ScuvjQdTsMsW5Mii+bIOL8ZnV4»`,
	`key «AKIAQYLPMN5HHHFPZAM2» used`,
	`<«ghp_16C7e42F292c6912E7710c838347Ae178B4a»>`,
	`jwt=«eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlX2hlcmU»`,
	`card 4111 1111 1111 1111 paid`,
	`cvv=«123»`,
}

func TestSecretsGo(t *testing.T) {
	r := redactor(t, Options{})
	for _, marked := range leaks {
		text := strings.NewReplacer("«", "", "»", "").Replace(marked)
		_, after, ok := strings.Cut(marked, "«")
		secret, _, _ := strings.Cut(after, "»")
		if !ok {
			secret = "1111 1111 1111"
		}
		got, found := message(r, text)
		if strings.Contains(got, secret) || len(found) == 0 {
			t.Errorf("%s\n became %s, %d found", text, got, len(found))
		}
	}
}

func TestCleanLinesStay(t *testing.T) {
	r := redactor(t, Options{})
	for _, text := range []string{
		`token_count=512 tokens_used=17`, `PWD=/srv/app`, `passwd: updated`, `password must not be empty`, `http://h:80/@x`,
		`password=${DB_PASSWORD}`, `password: <redacted>`, `password=********`, `{"password":null}`, `password_file=/run/secrets/db`,
		`token_type=bearer expires_in=3600`, `trace 4bf92f3577b34da6a3ce929d0e0e4736 done`, `commit 9f2c1e7d0b8a4c3e5f6a7b8c9d0e1f2a3b4c5d6e`,
		`order 4111111111111112 shipped`, `etag "5d41402abc4b2a76b9719d911017c592"`, `invalid token: signature mismatch`,
		`https://example.com:8443/path`, `{"password":{"type":"string","minLength":12}}`, `key=value`, `sessionid: 0x14ed93111f20005`,
		`-----BEGIN CERTIFICATE-----`, `ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7 user@host`,
	} {
		if got, found := message(r, text); got != text || len(found) > 0 {
			t.Errorf("%s\n became %s, found %v", text, got, found)
		}
	}
}

func TestRedactingTwiceChangesNothing(t *testing.T) {
	r := redactor(t, Options{})
	for _, marked := range leaks {
		once, _ := message(r, strings.NewReplacer("«", "", "»", "").Replace(marked))
		if twice, found := message(r, once); twice != once || len(found) > 0 {
			t.Errorf("%s\n became %s, found %v", once, twice, found)
		}
	}
}

func TestFieldsAndNestedObjects(t *testing.T) {
	r := redactor(t, Options{FingerprintKey: []byte("k")})
	ev := detector.Event{Fields: detector.Fields{
		{Key: "db.password", Value: detector.Value{Kind: detector.KindString, Text: []byte("hunter2hunter")}},
		{Key: "request", Value: detector.Value{Kind: detector.KindObject, Text: []byte(`{"headers":{"authorization":"Bearer abcDEF123456"}}`)}},
		{Key: "pin", Value: detector.Value{Kind: detector.KindNumber, Text: []byte("4711")}},
		{Key: "token_count", Value: detector.Value{Kind: detector.KindNumber, Text: []byte("4711")}},
	}}
	r.Event(&ev)
	all := string(ev.Fields[0].Value.Text) + string(ev.Fields[1].Value.Text)
	for _, secret := range []string{"hunter2", "abcDEF"} {
		if strings.Contains(all, secret) {
			t.Errorf("%s is left in %s", secret, all)
		}
	}
	if v, _ := ev.Fields.Get("pin"); string(v.Text) != "<redacted:pin>" {
		t.Errorf("pin is %s", v.Text)
	}
	if v, _ := ev.Fields.Get("token_count"); string(v.Text) != "4711" {
		t.Errorf("token_count is %s", v.Text)
	}
	if len(ev.Secrets) != 3 || ev.Secrets[0].Key != "db.password" || len(ev.Secrets[0].Fingerprint) != 8 {
		t.Errorf("secrets %+v", ev.Secrets)
	}
}

func TestAKeySplitOverRecords(t *testing.T) {
	r := redactor(t, Options{})
	body := strings.Repeat("MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", 2)
	lines := []string{"-----BEGIN PRIVATE KEY-----", body, body, "-----END PRIVATE KEY-----", body}
	for i, line := range lines {
		got, _ := message(r, line)
		if gone := !strings.Contains(got, body); (i == 1 || i == 2) && !gone || i == 4 && gone {
			t.Errorf("line %d became %s", i, got)
		}
	}
}

func TestOwnPatternsKeysAndAllowed(t *testing.T) {
	r := redactor(t, Options{
		Keys: []string{"customer"}, Allow: []string{"public_key"}, Patterns: []Pattern{{Kind: "customer-number", Match: `\bC-(\d{6})\b`}},
	})
	if got, _ := message(r, "order of C-123456 placed"); got != "order of C-<redacted:customer-number> placed" {
		t.Error(got)
	}
	ev := detector.Event{Fields: detector.Fields{{Key: "customer", Value: detector.Value{Kind: detector.KindString, Text: []byte("Jane")}}}}
	r.Event(&ev)
	if string(ev.Fields[0].Value.Text) == "Jane" {
		t.Error("a key of one's own is not redacted")
	}
	if _, err := New(Options{Patterns: []Pattern{{Kind: "x", Match: "("}}}); err == nil {
		t.Error("a broken pattern is accepted")
	}
}

// A line ten times as long takes no more than about ten times as many steps: regular expressions are RE2, and each is
// tried once.
func TestLongLinesEnd(t *testing.T) {
	r := redactor(t, Options{})
	for _, unit := range []string{"password", "password=", "a:b@", "eyJ", "://", `\"`, "4111 ", "-----BEGIN PRIVATE KEY-----"} {
		text := strings.Repeat(unit, 100_000/len(unit))
		if got, _ := message(r, text); got == "" {
			t.Errorf("%q: nothing is left", unit)
		}
	}
}

func FuzzEvent(f *testing.F) {
	for _, l := range leaks {
		f.Add([]byte(strings.NewReplacer("«", "", "»", "").Replace(l)))
	}
	f.Add([]byte("\xff\x00password=\xff\xfe\xfd"))
	f.Fuzz(func(t *testing.T, text []byte) {
		r := redactor(t, Options{})
		ev := detector.Event{Message: bytes.Clone(text)}
		r.Event(&ev)
		if len(ev.Secrets) == 0 && !bytes.Equal(ev.Message, text) {
			t.Errorf("%q changed to %q and nothing was named", text, ev.Message)
		}
	})
}

func BenchmarkClean(b *testing.B) {
	r := redactor(b, Options{})
	line := []byte(`GET /v2/orders/8317 200 in 41 ms for 10.2.3.4, trace 4bf92f3577b34da6 done by worker 7`)
	b.ReportAllocs()
	b.SetBytes(int64(len(line)))
	for b.Loop() {
		ev := detector.Event{Message: line}
		r.Event(&ev)
	}
}
