package config

import (
	"strings"
	"testing"
)

// TestEveryFaultIsTold: one run tells all that is to be mended, in whatever parts of the file.
func TestEveryFaultIsTold(t *testing.T) {
	const text = `listen: [a]
kafka:
  brokers: {a: b}
  embedded_partitions: 3
embedded:
  partitions: 4.5
retention:
  fine: 2 days
  coarse: soon
receivers:
  - name: oncall
    slak: {channel: "#x"}
  - name: mail
    kind: 7.5
rules:
  files: 7
`
	_, err := Parse("t.yml", []byte(text), env())
	if err == nil {
		t.Fatal("it loads")
	}
	got := err.Error()
	for _, want := range []string{
		"t.yml:1:9: listen must be a text", "t.yml:3:12: brokers must be a list", `t.yml:4:3: unknown key "embedded_partitions"`,
		"t.yml:6:15: partitions must be a whole number, this is 4.5", "t.yml:8:9: ", "t.yml:9:11: ", `t.yml:12:5: unknown key "slak"`, "t.yml:16:10: files must be a list",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}

func TestWholeNumbers(t *testing.T) {
	for value, ok := range map[string]bool{"4": true, "4.0": true, "4.5": false, `"4.5"`: false, "1e1": true, "0x10": true} {
		_, err := Parse("t.yml", []byte("embedded:\n  partitions: "+value+"\n"), env())
		if (err == nil) != ok {
			t.Errorf("partitions: %s: %v", value, err)
		}
	}
	if _, err := Parse("t.yml", []byte("retention:\n  fine: 36.5h\n"), env()); err != nil {
		t.Errorf("half an hour is refused: %v", err)
	}
}
