package rules

import (
	"strings"
	"testing"
	"testing/fstest"
)

func problemsOf(t *testing.T, text string) []Problem {
	t.Helper()
	_, problems := LoadText("r.yml", []byte(text), Options{})
	return problems
}

const head = "version: 1\nrules:\n  - name: a\n"

func TestProblemsSayWhereAndHow(t *testing.T) {
	cases := map[string]struct{ text, want string }{
		"name":       {head + "    when: servcie == \"x\"\n", "r.yml:4:11: unknown name servcie: did you mean service?\n        when: servcie == \"x\"\n              ^"},
		"quoted":     {head + "    when: 'level >= eror'\n", "r.yml:4:21: unknown name eror: did you mean error?"},
		"single":     {head + "    when: 'host == ''a'' && lvl == error'\n", "r.yml:4:29: unknown name lvl: did you mean level?"},
		"double":     {head + "    when: \"host == \\\"a\\\" && lvl == error\"\n", "r.yml:4:29: unknown name lvl"},
		"literal":    {head + "    when: |\n      level >= error &&\n        hots == \"a\"\n", "r.yml:6:9: unknown name hots: did you mean host?\n            hots == \"a\"\n            ^"},
		"folded":     {head + "    when: >\n      level >= error\n      && hots == \"a\"\n", "r.yml:6:10: unknown name hots"},
		"plain":      {head + "    when: level >= error\n      && hots == \"a\"\n", "r.yml:5:10: unknown name hots"},
		"key":        {head + "    windw: 5m\n", "r.yml:4:5: unknown key windw in a rule: did you mean window?"},
		"twice":      {head + "    window: 5m\n    window: 6m\n", "r.yml:5:5: key window stands twice: the first stands in line 4"},
		"type":       {head + "    by: {host: a}\n", "r.yml:4:9: by must be a list, this is a mapping: begin each entry with a dash"},
		"duration":   {head + "    window: 5 minutes\n", `r.yml:4:13: window: "5 minutes" is not a duration: write 30s, 5m, 2h or 7d`},
		"range":      {head + "    window: 30d\n", "r.yml:4:13: window is 30d, it must be 1s to 7d"},
		"severity":   {head + "    severity: pag\n", `r.yml:4:15: severity "pag" is unknown: did you mean page?`},
		"version":    {"version: 2\nrules: []\n", "r.yml:1:10: version 2 is unknown: this tocsin reads version 1"},
		"no version": {"rules: []\n", "r.yml:1:1: the file names no version: begin with version: 1"},
		"braces":     {"version: 1\nrules:\n  - {name: a, if: value > (expected ?? 0)}\n", "not YAML: did not find expected ',' or '}': put an expression that stands within { } in quotes"},
		"yaml":       {"version: 1\nrules:\n  - name: a: b\n", "r.yml:3:1: not YAML: mapping values are not allowed in this context: put a text that holds a colon in quotes"},
		"empty":      {"", "r.yml: the file is empty: begin with version: 1"},
		"two":        {head + "  - name: a\n", "r.yml:4:5: two rules are named a, the other in r.yml:3: give it another name"},
		"nameless":   {"version: 1\nrules:\n  - when: level == error\n", "r.yml:3:5: a rule without a name: write name: and a word for it"},
		"never":      {head + "    when: service == \"x\" && service == \"y\"\n", "r.yml:4:37: warning: this rule can never match: no service is both this and what stands before"},
		"never fire": {head + "    if: value < 0 && value > 0\n", "warning: this rule can never fire"},
		"share":      {head + "    when: level == error\n    value: share\n    of: service == \"x\"\n    if: value > 5\n", "r.yml:7:15: warning: this rule can never fire: a share is 0 to 1: write 0.05 for 5 %"},
		"below 0":    {head + "    if: count > 3 && previous < 0\n", "r.yml:4:31: warning: this rule can never fire: the value is 0 or more"},
		"weekday":    {head + "    when: 'weekday(time) == \"Monday\"'\n", "r.yml:4:26: warning: this rule can never match: days are sunday, monday"},
		"always":     {head + "    if: 'true'\n", "r.yml:4:9: if is always true: compare value with something"},
		"if name":    {head + "    by: [host]\n    if: valu > 3\n", "r.yml:5:9: unknown name valu: did you mean value?"},
		"value":      {head + "    value: p96\n", "p96 needs what to measure: write p96(fields.name)"},
		"value name": {head + "    value: distnct(fields.a)\n", "r.yml:4:12: unknown value distnct: did you mean distinct?"},
		"value expr": {head + "    value: sum(feilds.a)\n", "r.yml:4:16: unknown name feilds: did you mean fields?"},
		"count()":    {head + "    value: count(fields.a)\n", "count takes nothing in brackets: write count"},
		"of":         {head + "    of: level == error\n", "of is the whole of a share, and value is count: write value: share"},
		"by":         {head + "    by: [user]\n", "r.yml:4:10: unknown name user"},
		"by expr":    {head + "    by: ['lower(host)']\n", "what is more than a name needs one: write {name: expression}"},
		"by wide":    {head + "    by: [trace_id]\n", "warning: almost every line has its own trace_id"},
		"expect":     {head + "    by: [host]\n    expect: [{hots: a}]\n", "an entry of expect names every key of by and no other: by is [host]"},
		"summary":    {head + "    summary: '{{.Vaule}}'\n", "summary: Vaule is not there: did you mean Value?"},
		"summary by": {head + "    by: [host]\n    summary: '{{.By.hots}}'\n", "summary: hots is not there: did you mean host?"},
		"bomb":       {head + "    summary: '{{range 1000000000}}x{{end}}'\n", "summary: range is not part of a summary"},
		"bomb 2":     {head + "    summary: '{{printf \"%999999d\" 1}}'\n", "summary: the format of printf must be a plain text with widths below 100"},
		"bomb 3":     {head + "    by: [host]\n    summary: '{{printf .By.host}}'\n", "summary: the format of printf must be a plain text"},
		"bomb 4":     {head + "    summary: '{{define \"a\"}}{{template \"a\"}}{{end}}{{template \"a\"}}'\n", "summary: define is not part of a summary"},
		"runbook":    {head + "    runbook: javascript:alert(1)\n", "runbook is not an address of the web: begin with https://"},
		"cost":       {head + "    when: fields.a == 5\n", "warning: every line of every service meets this expression"},
		"bucket":     {head + "    window: 15s\n", "warning: the window is counted in buckets of 10s: 15s is taken as 20s"},
		"detector":   {"version: 1\ndetectors: [{kind: surg, mute: true}]\n", "there is no detector surg: did you mean surge?"},
		"detector 2": {"version: 1\ndetectors: [{kind: surge}]\n", "an entry of detectors that changes nothing"},
		"comment":    {head + "    when: any(fields.tags, # == \"a\")\n", "YAML takes # as the beginning of a comment"},
		"merge":      {"version: 1\nrules:\n  - &x {name: a}\n  - {<<: *x, name: b}\n", "a key must be a plain word"},
		"list":       {"version: 1\nlists: {c: {file: nope.txt}}\nrules:\n  - name: a\n    when: service == \"s\" && fields.c in list(\"d\")\n", `list "d" is not there: name it under lists:`},
	}
	for name, c := range cases {
		var all []string
		for _, p := range problemsOf(t, c.text) {
			all = append(all, p.String())
		}
		if got := strings.Join(all, "\n"); !strings.Contains(got, c.want) {
			t.Errorf("%s:\n%s\nlacks\n%s", name, got, c.want)
		}
	}
}

func TestAliasBombIsRefused(t *testing.T) {
	var b strings.Builder
	b.WriteString("version: 1\nx0: &x0 [a,a,a,a,a,a,a,a,a,a]\n")
	for i := 1; i < 12; i++ {
		b.WriteString(strings.ReplaceAll("xN: &xN [P,P,P,P,P,P,P,P,P,P]\n", "N", string(rune('a'+i))))
	}
	if !Failed(problemsOf(t, b.String())) {
		t.Error("it was taken")
	}
}

func TestLoadReadsDirectoriesPatternsAndLists(t *testing.T) {
	fsys := fstest.MapFS{
		"rules/a.yml":            {Data: []byte("version: 1\nlists: {users: {file: lists/users.txt}}\nrules:\n  - name: a\n    when: service == \"s\" && fields.user in list(\"users\")\n")},
		"rules/b.yaml":           {Data: []byte("version: 1\nrules:\n  - name: b\n    when: service == \"s\"\n")},
		"rules/b_test.yml":       {Data: []byte("not rules")},
		"rules/README.md":        {Data: []byte("nor this")},
		"rules/lists/users.txt":  {Data: []byte("# people\nroot\n\n admin \r\n")},
		"other/disk.yml":         {Data: []byte("version: 1\nrules:\n  - {name: disk-full, enabled: false}\n")},
		"broken/secret-name.yml": {Data: []byte("version: 1\nlists: {users: {file: ../../../etc/passwd}}\n")},
	}
	for _, paths := range [][]string{{"rules"}, {"rules/*.y*ml"}, {"rules/a.yml", "rules/b.yaml", "rules"}} {
		set, problems := Load(fsys, paths, Options{})
		if set == nil || len(problems) > 0 {
			t.Fatalf("%v: %v", paths, problems)
		}
		if len(set.Rules()) != 2 || set.Rule("a") == nil || set.Rule("b") == nil {
			t.Errorf("%v: %d rules", paths, len(set.Rules()))
		}
	}
	set, problems := Load(fsys, []string{"other"}, Options{Packs: true})
	if set == nil {
		t.Fatal(problems)
	}
	if set.Rule("disk-full") != nil {
		t.Error("a default rule that is turned off is there")
	}
	for _, paths := range [][]string{{"nope.yml"}, {"broken"}} {
		if set, problems := Load(fsys, paths, Options{}); set != nil || !Failed(problems) {
			t.Errorf("%v was loaded", paths)
		}
	}
	if set, problems := Load(nil, []string{t.TempDir() + "/*.yml"}, Options{}); set == nil {
		t.Errorf("a pattern without files: %v", problems)
	}
}

func TestTextOfARuleIsKept(t *testing.T) {
	set, _ := LoadText("r.yml", []byte("version: 1\nrules:\n  - name: a\n    when: |\n      level >=\n      error\n    window: 5m # five\n\n  - name: b\n"), Options{})
	if set == nil {
		t.Fatal("not loaded")
	}
	if got, want := set.Rule("a").Text, "name: a\nwhen: |\n  level >=\n  error\nwindow: 5m # five"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(head + "    when: |\n      level >= error &&\n        hots == \"a\"\n    by: [host, fields.a]\n    value: p95(fields.x)\n"))
	f.Add([]byte("version: 1\nlists: {a: [b, 5]}\ndetectors: [{kind: [surge], when: service == \"x\", severity: notice}]\n"))
	f.Add([]byte("version: 1\nrules:\n  - &a {name: x, labels: &b {c: *b}}\n  - *a\n"))
	f.Add([]byte(head + "    expect: [{}]\n    summary: '{{.By}} {{printf \"%5.2f\" .Value}}'\n    labels: {a: b}\n    if: value == 0 && a == \"b\"\n"))
	f.Add([]byte("version: 1\nrules: [[[[[[[{name: \"\\x41\"}]]]]]]]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		set, problems := LoadText("r.yml", text, Options{})
		if (set == nil) != Failed(problems) {
			t.Errorf("a set: %v, problems %v", set != nil, problems)
		}
		for _, p := range problems {
			if p.Message == "" || p.String() == "" {
				t.Errorf("a problem that says nothing: %+v", p)
			}
		}
		if set == nil {
			return
		}
		again, _ := LoadText("r.yml", text, Options{})
		for i, r := range set.Rules() {
			if again.rules[i].decides != r.decides {
				t.Errorf("rule %s has two hashes", r.Name)
			}
		}
	})
}
