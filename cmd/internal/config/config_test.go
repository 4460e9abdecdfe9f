package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/notifier"
)

func env(pairs ...string) Getenv {
	return func(name string) (string, bool) {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	}
}

func TestEmptyFileIsTheDefault(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "---\n"} {
		c, err := Parse("t.yml", []byte(text), env())
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if c.Listen != "127.0.0.1:8642" || time.Duration(c.Retention.Fine) != 48*time.Hour {
			t.Errorf("%q: %+v", text, c)
		}
	}
}

func TestAddressesShowNoPassword(t *testing.T) {
	for _, text := range []string{
		"redis:\n  addresses: [\"redis://:hunter2@host\"]\n",
		"redis:\n  addresses: [\"redis://user:hunter2@host:6379/0\"]\n",
		"redis:\n  addresses: [\"redis://user:hunt@er2@host:6379/0\"]\n",
		"kafka:\n  brokers: [\"user:hunter2@host:9092\"]\n  topics: [logs]\n",
		"listen: \"user:hunter2@host:9092\"\n",
	} {
		_, err := Parse("t.yml", []byte(text), env())
		if err == nil || !strings.Contains(err.Error(), "t.yml:") || !strings.Contains(err.Error(), "host:port") || !strings.Contains(err.Error(), "@host") {
			t.Errorf("%s: %v", text, err)
		}
		if err != nil && strings.Contains(strings.ReplaceAll(err.Error(), "host", ""), "hunt") {
			t.Errorf("a password is shown: %v", err)
		}
	}
}

func TestFaultsHaveAPlaceAndAMend(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"a number for keys", "kafka: 7\n", "t.yml:1:8: kafka must be keys and values, this is a number: write them a line each, indented under it"},
		{"a list for a text", "listen: [a]\n", "t.yml:1:9: listen must be a text, this is a list"},
		{"keys for a list", "kafka:\n  brokers: {a: b}\n", "t.yml:2:12: brokers must be a list, this is keys and values: begin each entry with a dash"},
		{"a number for a list", "rules:\n  files: 7\n", "t.yml:2:10: files must be a list, this is a number: begin each entry with a dash"},
		{"indented too far", "kafka:\n brokers: [a]\n  topics: b\n", "t.yml:3:3: value is not allowed in this context: look at how far this line and the one before are indented, with blanks and no tabs"},
		{"a key of another place", "kafka:\n  from: x\n", `t.yml:2:3: unknown key "from": it belongs elsewhere: see tocsin.example.yml for every key`},
		{"unknown key", "kafka:\n  brokrs: [a:1]\n", `t.yml:2:3: unknown key "brokrs": did you mean brokers?`},
		{"wrong type", "kafka:\n  topics: {a: b}\n", "t.yml:2:11: "},
		{"duration", "retention:\n  fine: 2 days\n", "t.yml:2:9: "},
		{"range", "retention:\n  fine: 1s\n", "t.yml:2:9: retention.fine: 1s is out of range: use 1h to"},
		{"environment", "store:\n  url: ${NOPE}\n", "t.yml:2:8: ${NOPE} is not in the environment: set NOPE"},
		{"file", "store:\n  url: ${file:/does/not/exist}\n", "t.yml:2:8: ${file:/does/not/exist} cannot be read"},
		{"word", "detection:\n  sensitivity: loud\n", `t.yml:2:16: detection.sensitivity: "loud" is not known: use quiet, normal, keen`},
		{"start", "detection:\n  start: yesterday\n", `t.yml:2:10: detection.start: "yesterday" is not known: use earliest, latest, or how far back: 36h`},
		{"start before what is kept", "detection:\n  start: 7d\n", `t.yml:2:10: detection.start: 7d is further back than counts are kept, 48h: keep them longer with retention.fine`},
		{"address", "kafka:\n  brokers: [\"a:1\", nine]\n", "t.yml:2:20: kafka.brokers[1]: "},
		{"duplicate key", "listen: a:1\nlisten: b:1\n", "t.yml:2:1: "},
		{"not YAML", "kafka: [\n", "t.yml:"},
		{"two documents", "listen: a:1\n---\nlisten: b:1\n", "more than one YAML document"},
		{"route to nobody", "routes:\n  - receivers: [oncall]\n", "t.yml:2:"},
		{"missing value", "kafka:\n  sasl: {mechanism: plain, username: u}\n", "kafka.sasl: needs username and password"},
		{"sentinel without addresses", "redis:\n  master_name: m\n", "t.yml:2:14: redis.addresses: is missing: name the sentinels"},
		{"sentinel and cluster", "redis:\n  addresses: [\"a:1\"]\n  master_name: m\n  cluster: true\n", "t.yml:3:16: redis.master_name: is of Sentinel"},
		{"database of a cluster", "redis:\n  addresses: [\"a:1\", \"b:1\"]\n  db: 2\n", "t.yml:3:7: redis.db: a cluster has no databases"},
		{"pattern of nothing", "redact:\n  patterns:\n    - kind: x\n      match: \".*\"\n", `t.yml:4:14: redact.patterns[0].match: ".*" matches the empty text`},
		{"pattern of everything", "redact:\n  patterns:\n    - kind: x\n      match: \".+\"\n", `t.yml:4:14: redact.patterns[0].match: ".+" matches whatever there is`},
		{"short key", "redact:\n  keys: [customer, k]\n", `t.yml:2:20: redact.keys[1]: "k" is no name of a key`},
		{"a link that is no address", "links:\n  - {name: Grafana, url: \"grafana.example.com\"}\n", "t.yml:2:26: links[0].url: is not an address that a browser opens"},
		{"a link with an unknown word", "links:\n  - {name: Grafana, url: \"https://g.example/{srvice}\"}\n", "t.yml:2:26: links[0].url: {srvice} is unknown: use {id}, {service}"},
		{"a link without a name", "links:\n  - {url: \"https://g.example/{service}\"}\n", "t.yml:2:5: links[0].name: is not of 1 to 40 bytes"},
		{"zone", "time_zone: Mars/Base\n", "t.yml:1:12: time_zone: "},
		{"zone of this machine", "time_zone: Local\n", "t.yml:1:12: time_zone: "},
		{"calendar beside a zone", "time_zone: Mars/Base\ncalendars:\n  nights:\n    - weekdays: [monda]\n", "t.yml:4:18: calendars.nights[0].weekdays[0]: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("t.yml", []byte(tt.text), env())
			var ps Problems
			if !errors.As(err, &ps) {
				t.Fatalf("error is %v, want Problems", err)
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is\n%s\nwant it to hold\n%s", err, tt.want)
			}
		})
	}
}

func TestHistory(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"": 0, "detection: {start: earliest}": 0, "detection: {start: latest}": -1, "detection: {start: 36h}": 36 * time.Hour,
		"detection: {start: 7d}\nretention: {fine: 7d}": 7 * 24 * time.Hour,
	} {
		c, err := Parse("t.yml", []byte(text), env())
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if got := c.Detection.History(); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestReferencesAreTextAndNeverYAML(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("from file: #1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	text := "kafka:\n  sasl: {mechanism: plain, username: \"${USER}\", password: \"${file:" + file + "}\"}\n"
	c, err := Parse("t.yml", []byte(text), env("USER", "a: b\nlisten: evil"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Kafka.SASL.Username != "a: b\nlisten: evil" || c.Kafka.SASL.Password.Reveal() != "from file: #1" {
		t.Errorf("username %q, password %q", c.Kafka.SASL.Username, c.Kafka.SASL.Password.Reveal())
	}
}

func TestSecretsDoNotPrint(t *testing.T) {
	c := Default()
	c.Store.URL = notifier.Secret("postgres://u:hunter2@h/d")
	c.Kafka.SASL.Password, c.Redis.Password = "hunter2", "hunter2"
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(format, c); strings.Contains(got, "hunter2") {
			t.Errorf("%s shows a secret", format)
		}
	}
}

func TestBytes(t *testing.T) {
	for text, want := range map[string]Bytes{"512KiB": 512 << 10, "4GiB": 4 << 30, "17": 17, "3 MiB": 3 << 20, "9B": 9} {
		var b Bytes
		if err := b.UnmarshalText([]byte(text)); err != nil || b != want {
			t.Errorf("%q: %d, %v", text, b, err)
		}
	}
	for _, text := range []string{"", "-1", "4GB", "99999999TiB", "x"} {
		var b Bytes
		if err := b.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q: read as %d", text, b)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("kafka:\n  brokers: [\"a:1\"]\n")
	f.Add("rules: {files: [a, b]}\nretention: {fine: 2d}\n")
	f.Add("a: &x [*x]\n")
	f.Add("url: ${A}")
	f.Fuzz(func(t *testing.T, text string) {
		_, err := Parse("t.yml", []byte(text), env("A", "b"))
		var ps Problems
		if err != nil && !errors.As(err, &ps) {
			t.Errorf("%v is not a list of problems", err)
		}
	})
}
