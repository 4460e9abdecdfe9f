package unit

import (
	"strings"
	"testing"
	"testing/fstest"
)

const ruleFile = `version: 1
rules:
  - {name: many, when: service == "s", by: [host], if: value > 5, window: 1m, summary: "{{.Value}} on {{.By.host}}"}
`

func runText(t *testing.T, tests string) Result {
	t.Helper()
	return RunFiles(fstest.MapFS{"a/r.yml": {Data: []byte(ruleFile)}, "a/r_test.yml": {Data: []byte(tests)}}, []string{"a/r_test.yml"})
}

func TestFailuresShowWhatHappened(t *testing.T) {
	const lines = "tests:\n  - name: t\n    lines: [{every: 1s, to: 30s, service: s, host: a}]\n    expect:\n"
	cases := []struct{ expect, want string }{
		{"{rule: many, opens: 10s}", ""},
		{"{rule: many, opens: 5s..15s, resolves: ..3m, value: 9..11, summary: 10 on a}", ""},
		{"{rule: many, by: {host: a}, opens: 20s}", "a/r_test.yml: t\n  - rule many {host=a} opens 20s\n  + rule many {host=a} opens 10s value 10 summary \"10 on a\" resolves 2m30s"},
		{"{rule: many, by: {host: b}, opens: 20s}", "+ rule many: no line matched"},
		{"{rule: many, opens: never}", "  - rule many opens never\n  + rule many {host=a} opens 10s"},
		{"{rule: many, opens: 10s, value: 11}", "opens 10s value 11\n  + rule many {host=a} opens 10s value 10"},
		{"{rule: many, opens: 10s, resolves: never}", "resolves never\n  +"},
		{"{rule: many, at: 20s, state: inactive}", "at 20s state inactive\n  +"},
		{"{rule: many, at: 20s, state: firing, value: 20}", ""},
		{"{rule: few, opens: never}", "a/r_test.yml:5: t: there is no rule few"},
		{"{rule: many, opens: soon}", `"soon" is not a duration`},
		{"{rule: many, opns: 5s}", `unknown field "opns"`},
		{"{rule: many, state: firing}", "state needs at"},
	}
	for _, c := range cases {
		r := runText(t, lines+"      - "+c.expect+"\n")
		var got []string
		for _, f := range r.Failures {
			got = append(got, f.String())
		}
		all := strings.Join(got, "\n")
		if (c.want == "") != r.OK() || !strings.Contains(all, c.want) {
			t.Errorf("%s:\n%s\nlacks\n%s", c.expect, all, c.want)
		}
	}
}

// A test fails once, however many of its expectations are not met; so does a file that cannot run.
func TestTestsAreCounted(t *testing.T) {
	const head = "tests:\n  - name: t\n    lines: [{every: 1s, to: 30s, service: s, host: a}]\n    expect:\n"
	files := fstest.MapFS{
		"r.yml":         {Data: []byte(ruleFile)},
		"good_test.yml": {Data: []byte("rules: [r.yml]\n" + head + "      - {rule: many, opens: 10s}\n")},
		"bad_test.yml":  {Data: []byte("rules: [r.yml]\n" + head + "      - {rule: many, opens: 20s}\n      - {rule: many, opens: never}\n")},
		"none_test.yml": {Data: []byte("rules: [none.yml]\n" + head + "      - {rule: many, opens: 10s}\n")},
	}
	for _, c := range []struct {
		names          []string
		passed, failed int
	}{
		{[]string{"good_test.yml"}, 1, 0},
		{[]string{"bad_test.yml"}, 0, 1},
		{[]string{"missing_test.yml"}, 0, 1},
		{[]string{"none_test.yml"}, 0, 1},
		{[]string{"good_test.yml", "bad_test.yml", "missing_test.yml"}, 1, 2},
	} {
		if r := RunFiles(files, c.names); r.Passed != c.passed || r.Failed != c.failed {
			t.Errorf("%v: %d passed, %d failed; want %d and %d", c.names, r.Passed, r.Failed, c.passed, c.failed)
		}
	}
}

func TestFilesThatCannotRun(t *testing.T) {
	for text, want := range map[string]string{
		"tests: [{name: t, lines: [{every: 1s}], expect: [{rule: many}]}]":                       "to must be after from",
		"tests: [{name: t, lines: [{every: 1ns, to: 1h}], expect: [{rule: many}]}]":              "more than 5000000 lines",
		"tests: [{name: t, lines: [{at: 1s, level: lod}], expect: [{rule: many}]}]":              `level "lod" is unknown`,
		"tests: [{name: t, lines: [{at: 1s, message: '{{.X}}'}], expect: [{rule: many}]}]":       "can't evaluate field X",
		"tests: [{name: t, lines: [{at: 1s, message: '{{mod .I 0}}'}], expect: [{rule: many}]}]": "mod by 0",
		"tests: [{name: t}]":    "it expects nothing",
		"rules: [nope.yml]\n":   "cannot be read",
		"tests: {":              "r_test.yml",
		"start: x\ntests: []\n": `unknown field "start"`,
	} {
		r := runText(t, text)
		all := ""
		for _, f := range r.Failures {
			all += f.String()
		}
		for _, p := range r.Problems {
			all += p.String()
		}
		if r.OK() || !strings.Contains(all, want) {
			t.Errorf("%s:\n%s\nlacks %s", text, all, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("tests: [{name: t, lines: [{every: 1s, to: 3s, message: 'x{{.I}}', fields: {a: [1, {b: c}]}}], expect: [{rule: many, opens: 1s..2s}]}]")
	f.Add("packs: true\ntests:\n  - name: x\n    start: 2026-01-05T00:00:00Z\n    expect: [{rule: r, at: 5m, state: firing, value: ..3}]\n")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Parse("a_test.yml", []byte(text))
		if err != nil {
			if err.Error() == "" {
				t.Error("an error that says nothing")
			}
			return
		}
		if len(file.Rules) == 0 && !file.Packs {
			t.Error("no rules")
		}
		for i := range file.Tests {
			for j := range file.Tests[i].Lines {
				if _, err := newPattern(&file.Tests[i].Lines[j]); err != nil && !strings.Contains(err.Error(), "template") {
					t.Errorf("lines were checked, and now %v", err)
				}
			}
		}
	})
}

func TestAFileOfRulesIsNoFileOfTests(t *testing.T) {
	_, err := Parse("r.yml", []byte(ruleFile))
	if err == nil || !strings.Contains(err.Error(), "r.yml: rules must be the names of files: is this a file of rules, and not of tests? Name NAME_test.yml\n") {
		t.Error(err)
	}
}
