package lang

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

func sampleEvent() *detector.Event {
	return &detector.Event{
		Time:    time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC), // a saturday
		Service: "checkout", Environment: "prod", Host: "web-1", Level: detector.LevelError,
		Message: []byte("Connection refused by 10.1.2.3: OOM killer"), Format: "json", Structured: true, Bytes: 512,
		TraceID: []byte("abc123"), Shape: 0xdeadbeef, Template: "Connection refused by <*>: OOM killer",
		Position: detector.Position{Topic: "logs"},
		Secrets:  []detector.Secret{{Kind: "password", Key: "pw"}},
		Fields: detector.Fields{
			{Key: "status", Value: detector.Value{Kind: detector.KindNumber, Text: []byte("503")}},
			{Key: "took", Value: detector.Value{Kind: detector.KindString, Text: []byte("12.5")}},
			{Key: "user", Value: detector.Value{Kind: detector.KindString, Text: []byte("root")}},
			{Key: "http.method", Value: detector.Value{Kind: detector.KindString, Text: []byte("GET")}},
			{Key: "k8s", Value: detector.Value{Kind: detector.KindObject, Text: []byte(`{"pod":{"name":"a-1","labels":{"app.io/x":"y"}}}`)}},
			{Key: "tags", Value: detector.Value{Kind: detector.KindArray, Text: []byte(`["red","blue",7,null]`)}},
			{Key: "ok", Value: detector.Value{Kind: detector.KindBool, Text: []byte("false")}},
			{Key: "ip", Value: detector.Value{Kind: detector.KindString, Text: []byte("10.1.2.3")}},
			{Key: "id", Value: detector.Value{Kind: detector.KindNumber, Text: []byte("12345678901234567891")}},
			{Key: "none", Value: detector.Value{Kind: detector.KindNull}},
		},
	}
}

var countries = map[string]*ListValue{"countries": NewList([]string{"DE", "FR", "7"})}

func TestConditionsOverALine(t *testing.T) {
	cases := []struct {
		source string
		want   bool
	}{
		{`service == "checkout" && level >= error`, true},
		{`level >= warn`, true},
		{`level < error`, false},
		{`level == "error"`, true},
		{`level == "err"`, true},
		{`level >= "warning"`, true},
		{`level in ["error", "fatal"]`, true},
		{`level not in ["debug", "info"]`, true},
		{`error <= level`, true},
		{`level > fatal`, false},
		{`level != error`, false},
		{`host startsWith "web-"`, true},
		{`host endsWith "-2"`, false},
		{`message contains "refused"`, true},
		{`message contains "Refused"`, false},
		{`lower(message) contains "oom killer"`, true},
		{`lower(message) startsWith "connection"`, true},
		{`lower(message) endsWith "killer"`, true},
		{`upper(host) == "WEB-1"`, true},
		{`message matches "refused by \\d+\\."`, true},
		{`message matches "^refused"`, false},
		{`not (message matches "refused")`, false},
		{`message not contains "zzz"`, true},
		{`word(message, "oom")`, true},
		{`word(message, "fuse")`, false},
		{`word(message, "Connection")`, true},
		{`fields.status == 503`, true},
		{`fields.status == "503"`, true},
		{`fields.status >= 500`, true},
		{`fields.status in 500..599`, true},
		{`fields.status in [502, 503]`, true},
		{`fields.status in ["503"]`, true},
		{`fields.took > 12`, true},
		{`fields.took < 100`, true},
		{`fields.took == 12.50`, true},
		{`number(fields.took) * 2 == 25`, true},
		{`fields.took + 1 > 13`, true},
		{`fields.user in ["root", "admin"]`, true},
		{`fields.user == "admin"`, false},
		{`fields.user > 5`, false},
		{`fields.user < 5`, false},
		{`fields.user != 5`, true},
		{`fields.missing > 5`, false},
		{`fields.missing < 5`, false},
		{`fields.missing == 5`, false},
		{`fields.missing != 5`, false},
		{`fields.missing contains "x"`, false},
		{`fields.missing in ["x"]`, false},
		{`fields.missing not in ["x"]`, true},
		{`fields.missing == nil`, true},
		{`fields.missing != nil`, false},
		{`fields.status != nil`, true},
		{`fields.none == nil`, true},
		{`(fields.missing ?? "root") == "root"`, true},
		{`fields.missing * 2 > 1 || true == false`, false},
		{`!(fields.missing > 5)`, true},
		{`has("status")`, true},
		{`has("nope")`, false},
		{`has(fields.status)`, true},
		{`has("k8s.pod.name")`, true},
		{`fields["http.method"] == "GET"`, true},
		{`fields.http.method == "GET"`, true},
		{`fields.k8s.pod.name == "a-1"`, true},
		{`fields.k8s["pod"].name == "a-1"`, true},
		{`fields.k8s.pod.labels["app.io/x"] == "y"`, true},
		{`fields?.k8s?.pod?.name == "a-1"`, true},
		{`"red" in fields.tags`, true},
		{`"green" in fields.tags`, false},
		{`7 in fields.tags`, true},
		{`fields.tags contains "blue"`, true},
		{`fields.tags[0] == "red"`, true},
		{`len(fields.tags) == 4`, true},
		{`any(fields.tags, # startsWith "r")`, true},
		{`all(fields.tags, # == "red")`, false},
		{`none(fields.tags, # == "x")`, true},
		{`one(fields.tags, # == "red")`, true},
		{`any([message, fields.user, fields.missing], # contains "root")`, true},
		{`fields.ok == false`, true},
		{`fields.ok`, false},
		{`!fields.ok`, true},
		{`fields.ok == "false"`, true},
		{`cidr(fields.ip, "10.0.0.0/8")`, true},
		{`cidr(fields.ip, "192.168.0.0/16")`, false},
		{`cidr(fields.user, "10.0.0.0/8")`, false},
		{`"DE" in list("countries")`, true},
		{`fields.status in list("countries")`, false},
		{`fields.user not in list("countries")`, true},
		{`template contains "refused by"`, true},
		{`template_id == "00000000deadbeef"`, true},
		{`template_id in ["00000000deadbeef"]`, true},
		{`template_id != "00000000deadbeef"`, false},
		{`trace_id == "abc123"`, true},
		{`format == "json" && structured && topic == "logs" && bytes > 500`, true},
		{`len(secrets) > 0`, true},
		{`"password" in secrets`, true},
		{`secrets contains "aws-access-key"`, false},
		{`hour(time) == 15 && weekday(time) == "saturday"`, true},
		{`hour(time, "Asia/Tokyo") == 0`, true},
		{`time > date("2026-03-14")`, true},
		{`time < date("2026-03-14T15:00:00Z")`, false},
		{`fields.id == "12345678901234567891"`, true},
		{`fields.id == "12345678901234560000"`, false},
		{`fields.status > 100 ? level == error : false`, true},
		{`min(fields.status, 5) == 5 && max(1, 2, 3) == 3 && abs(-2) == 2 && round(2.5) == 3 && floor(2.9) == 2 && ceil(2.1) == 3`, true},
		{`500 <= fields.status < 600`, true},
		{`-fields.status < 0`, true},
		{`fields.status % 2 == 1`, true},
		{`2 ** 3 == 8`, true},
		{`int(fields.took) == 12`, true},
		{`string(fields.status) == "503"`, true},
		{`trim(" x ") == "x"`, true},
		{`environment == "prod" and host == "web-1" or false`, true},
		{`extract(message, "by (\\S+):") == "10.1.2.3"`, true},
		{`extract(message, "O+M") == "OOM"`, true},
		{`extract(message, "x(y)") == nil`, true},
		{`cidr(extract(message, "by ([0-9.]+)"), "10.0.0.0/8")`, true},
		{`extract(fields.missing, "x") == nil`, true},
		{`1 == 1`, true},
	}
	schema := LineSchema("when", countries)
	f := &Frame{Event: sampleEvent()}
	for _, c := range cases {
		p, err := Compile(c.source, schema, Bool)
		if err != nil {
			t.Errorf("%s: %v\n%s", c.source, err, err.Caret())
			continue
		}
		got, rerr := p.Test(f)
		if rerr != nil {
			t.Errorf("%s: %v", c.source, rerr)
		}
		if got != c.want {
			t.Errorf("%s is %v", c.source, got)
		}
		splitAgrees(t, c.source, p, f, got)
		if g, ok := p.Guard(); ok && got && !guardHolds(g, f.Event) {
			t.Errorf("%s: the line matches without one of %q", c.source, g.Any)
		}
	}
}

// splitAgrees checks that the parts of a condition together are as true as the whole.
func splitAgrees(t *testing.T, source string, p *Program, f *Frame, want bool) {
	t.Helper()
	parts, got := p.Split(), true
	for _, part := range []*Program{parts.Static, parts.Shape, parts.Line} {
		if part != nil {
			ok, _ := part.Test(f)
			got = got && ok
		}
	}
	if parts.Services != nil {
		found := false
		for _, s := range parts.Services {
			found = found || s == f.Event.Service
		}
		if want && !found {
			t.Errorf("%s: services %q leave out the line", source, parts.Services)
		}
	}
	if got != want {
		t.Errorf("%s: the parts give %v, the whole %v", source, got, want)
	}
}

func TestAliasesOfTemplates(t *testing.T) {
	p, err := Compile(`template_id == "0000000000000007"`, LineSchema("when", nil), Bool)
	if err != nil {
		t.Fatal(err)
	}
	f := &Frame{Event: &detector.Event{Shape: 9}}
	if ok, _ := p.Test(f); ok {
		t.Error("9 is not 7")
	}
	f.Resolve = func(detector.ShapeID) detector.ShapeID { return 3 }
	if ok, _ := p.Test(f); !ok {
		t.Error("7 and 9 are aliases of 3")
	}
}

func TestEvaluationAllocatesNothing(t *testing.T) {
	f := &Frame{Event: sampleEvent()}
	for _, source := range []string{
		`service == "checkout" && level >= error && lower(message) contains "zzz"`,
		`fields.took > 13 || fields.user == "x" || fields.k8s.pod.name == "b"`,
		`fields.user in list("countries") || cidr(fields.ip, "11.0.0.0/8") || word(message, "fuse")`,
		`any([message, fields.user, fields.missing], # contains "zzz")`,
		`template_id == "0000000000000007" || message matches "x{3}y"`,
		`hour(time) == 3 && weekday(time) == "monday"`,
	} {
		p, err := Compile(source, LineSchema("when", countries), Bool)
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(100, func() {
			if ok, _ := p.Test(f); ok {
				t.Error(source + " is true")
			}
		}); n > 0 {
			t.Errorf("%s: %v allocations", source, n)
		}
	}
}
