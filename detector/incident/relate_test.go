package incident

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
)

// opened is an incident that pages: its onset and opening are seconds after the start.
func opened(id, service string, kind detector.Kind, onset, at int, edit func(*detector.Incident)) detector.Incident {
	in := detector.Incident{
		ID: id, Service: service, Kind: kind, Severity: detector.SeverityPage, Status: detector.StatusOpen, Page: true,
		Onset: start.Add(time.Duration(onset) * time.Second), OpenedAt: start.Add(time.Duration(at) * time.Second),
	}
	in.UpdatedAt = in.OpenedAt
	if edit != nil {
		edit(&in)
	}
	return in
}

func naming(names ...string) func(*detector.Incident) {
	return func(in *detector.Incident) { in.Names = names }
}

func TestRelate(t *testing.T) {
	spike, silence := detector.KindErrorSpike, detector.KindSilence
	deploy := &detector.Deploy{Service: "auth", Version: "7", At: start}
	for _, c := range []struct {
		name string
		open []detector.Incident
		now  int
		want map[string]detector.Relation
	}{
		{
			"a shared name",
			[]detector.Incident{opened("a", "cart", spike, 0, 40, naming("db-1")), opened("b", "search", spike, 20, 50, naming("db-1", "x"))},
			50,
			map[string]detector.Relation{"b": {To: "a", Why: "all name db-1"}},
		},
		{
			"the one that is named stands",
			[]detector.Incident{opened("a", "cart", spike, 0, 40, naming("payments.svc")), opened("b", "payments", spike, 0, 40, nil)},
			40,
			map[string]detector.Relation{"a": {To: "b", Why: "the lines of cart name payments"}},
		},
		{"too far apart", []detector.Incident{opened("a", "cart", spike, 0, 40, naming("db-1")), opened("b", "search", spike, 70, 110, naming("db-1"))}, 110, nil},
		{"nothing in common", []detector.Incident{opened("a", "cart", spike, 0, 40, naming("db-1")), opened("b", "search", spike, 20, 50, naming("db-2"))}, 50, nil},
		{"another environment", []detector.Incident{opened("a", "cart", spike, 0, 40, naming("db-1")), opened("b", "search", spike, 20, 50, func(in *detector.Incident) {
			in.Names, in.Environment = []string{"db-1"}, "staging"
		})}, 50, nil},
		{"the same text", []detector.Incident{
			opened("a", "cart", spike, 0, 40, func(in *detector.Incident) { in.Said = []string{"connection refused to <*>"} }),
			opened("b", "search", spike, 20, 50, func(in *detector.Incident) { in.Said = []string{"other", "connection refused to <*>"} }),
		}, 50, map[string]detector.Relation{"b": {To: "a", Why: "all log “connection refused to <*>”"}}},
		{"a deployment", []detector.Incident{
			opened("a", "cart", spike, 0, 40, func(in *detector.Incident) { in.Deploy = deploy }),
			opened("b", "search", silence, 20, 50, func(in *detector.Incident) { in.Deploy = deploy }),
		}, 50, map[string]detector.Relation{"b": {To: "a", Why: "all began after a new version of auth"}}},
		{"a host", []detector.Incident{
			opened("a", "cart", spike, 0, 40, func(in *detector.Incident) {
				in.Values = []detector.FieldValue{{Field: "host", Value: "n7", Share: .9, Before: .2}}
			}),
			opened("b", "search", spike, 20, 50, func(in *detector.Incident) {
				in.Values = []detector.FieldValue{{Field: "host", Value: "n7", Share: 1, Before: .1}}
			}),
		}, 50, map[string]detector.Relation{"b": {To: "a", Why: "all have host=n7"}}},
		{
			"three at one moment",
			[]detector.Incident{opened("a", "cart", silence, 0, 50, nil), opened("b", "search", silence, 10, 50, nil), opened("c", "auth", silence, 20, 60, nil)},
			60,
			map[string]detector.Relation{"b": {To: "a", Why: "several services at the same moment", Link: true}, "c": {To: "a", Why: "several services at the same moment"}},
		},
		{"two at one moment", []detector.Incident{opened("a", "cart", silence, 0, 50, nil), opened("b", "search", silence, 10, 50, nil)}, 50, nil},
		{
			"it shows too late",
			[]detector.Incident{opened("a", "cart", spike, 0, 40, naming("db-1")), opened("b", "search", spike, 20, 50, naming("db-1"))},
			100,
			map[string]detector.Relation{"b": {To: "a", Why: "all name db-1", Link: true}},
		},
		{"it is known", []detector.Incident{
			opened("a", "cart", spike, 0, 40, func(in *detector.Incident) { in.Names, in.Related = []string{"db-1"}, []detector.Related{{ID: "b"}} }),
			opened("b", "search", spike, 20, 50, naming("db-1")),
		}, 100, nil},
		{
			"what explained it is over",
			[]detector.Incident{opened("b", "search", spike, 20, 700, func(in *detector.Incident) { in.ExplainedBy, in.Page = "a", false })},
			710,
			map[string]detector.Relation{"b": {}},
		},
		{"and so is it", []detector.Incident{opened("b", "search", spike, 20, 50, func(in *detector.Incident) { in.ExplainedBy, in.Page = "a", false })}, 710, nil},
		{
			"a flood that was told early, and the silence behind it that is found 50 s later",
			[]detector.Incident{opened("a", "cart", spike, 40, 43, naming("payments")), opened("b", "payments", silence, 40, 90, nil)},
			90,
			map[string]detector.Relation{"b": {To: "a", Why: "the lines of cart name payments"}},
		},
		{
			"a flood that was told early, and what the bucket before it decides later",
			[]detector.Incident{opened("a", "cart", spike, 40, 43, naming("db-1")), opened("b", "search", spike, 20, 40, naming("db-1"))},
			45,
			map[string]detector.Relation{"b": {To: "a", Why: "all name db-1"}},
		},
		{
			"two that flood in one look",
			[]detector.Incident{opened("a", "cart", spike, 40, 43, naming("payments.svc")), opened("b", "payments", spike, 40, 43, nil)},
			43,
			map[string]detector.Relation{"a": {To: "b", Why: "the lines of cart name payments"}},
		},
		{
			"two that flood, one look after the other, both told",
			[]detector.Incident{opened("a", "cart", spike, 40, 43, naming("db-1")), opened("b", "search", spike, 40, 44, naming("db-1"))},
			46,
			map[string]detector.Relation{"b": {To: "a", Why: "all name db-1", Link: true}},
		},
		{"a rule stands for itself", []detector.Incident{opened("a", "cart", spike, 0, 40, naming("db-1")), opened("b", "search", detector.KindRule, 20, 50, naming("db-1"))}, 50, nil},
	} {
		want := c.want
		if want == nil {
			want = map[string]detector.Relation{}
		}
		for range 2 {
			if diff := cmp.Diff(want, Relate(c.open, start.Add(time.Duration(c.now)*time.Second), Telling{Bucket: 10 * time.Second})); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.name, diff)
			}
			slices.Reverse(c.open)
		}
	}
}

// In a chain each one is explained by one that stands.
func TestWhatIsExplainedExplainsNothing(t *testing.T) {
	var open []detector.Incident
	for i, id := range []string{"a", "b", "c", "d", "e", "f"} {
		open = append(open, opened(id, "service-"+id, detector.KindErrorSpike, 20*i, 60, naming("db-"+string(rune('0'+i/2)), "db-"+string(rune('0'+(i+1)/2)))))
	}
	got := Relate(open, start.Add(time.Minute), Telling{Bucket: 10 * time.Second})
	for id, rel := range got {
		if by, explained := got[rel.To]; explained && !by.Link {
			t.Errorf("%s is explained by %s, which %s explains", id, rel.To, by.To)
		}
	}
	if len(got) == 0 {
		t.Error("nothing is explained")
	}
}

func TestNames(t *testing.T) {
	line := func(text, template string) detector.Sample {
		return detector.Sample{Text: text, Template: template, Host: "web-3", Service: "cart"}
	}
	for _, c := range []struct {
		samples []detector.Sample
		want    string
	}{
		{[]detector.Sample{line("connection to db-1:5432 refused after 35ms", "connection to <*> refused after <*>"), line("connection to db-1:5432 refused after 7ms", "connection to <*> refused after <*>")}, "db-1"},
		{[]detector.Sample{line("call to payments failed", "call to <*> failed"), line("call to payments failed", "call to <*> failed"), line("call to search failed", "call to <*> failed")}, "payments"},
		{[]detector.Sample{line("GET http://orders.internal/api/v1/x 503", ""), line("dial tcp 10.0.0.7:6379: i/o timeout", "")}, ""},
		{[]detector.Sample{line("dial tcp 10.0.0.7:6379: i/o timeout", ""), line("dial tcp 10.0.0.7:6379: i/o timeout", "")}, "10.0.0.7"},
		{[]detector.Sample{line("panic at main.go:12 of v2.41.0 id 7f3a2c91 on web-3 in cart", "")}, ""},
		{nil, ""},
	} {
		if got := strings.Join(Names(&detector.Incident{Service: "cart", Environment: "prod", Samples: c.samples}), " "); got != c.want {
			t.Errorf("%v: %q, want %q", c.samples, got, c.want)
		}
	}
}

func FuzzNames(f *testing.F) {
	f.Add("connection to db-1:5432 refused", "connection to <*> refused")
	f.Add("\x00\xff=:::", "<*>")
	f.Fuzz(func(t *testing.T, text, template string) {
		in := detector.Incident{Samples: []detector.Sample{{Text: text, Template: template}, {Text: text, Template: template}}}
		names := Names(&in)
		if len(names) > maxNames || !slices.IsSorted(names) {
			t.Errorf("%d names: %q", len(names), names)
		}
		for _, n := range names {
			if !strings.Contains(text, n) {
				t.Errorf("%q is not in the line", n)
			}
		}
	})
}

// TestWhatWaitsIsExplained: two floods of one cause that were called in one look, after their bucket had ended, wait for this to be settled: one
// is explained by the other, however late it is.
func TestWhatWaitsIsExplained(t *testing.T) {
	early := []detector.Incident{opened("a", "cart", detector.KindErrorSpike, 0, 9, naming("db-1")), opened("b", "search", detector.KindErrorSpike, 0, 9, naming("db-1"))}
	for untold, link := range map[bool]bool{true: false, false: true} {
		o := Telling{Bucket: 10 * time.Second}
		if untold {
			o.Untold = []string{"a", "b"}
		}
		if got := Relate(early, start.Add(14*time.Second), o)["b"]; got.To != "a" || got.Link != link {
			t.Errorf("waiting %v: %+v, want it related to a, linked %v", untold, got, link)
		}
	}
}

// TestJudgedByTheSecond: with buckets of a second nothing is early, and the cause is what opened first.
func TestJudgedByTheSecond(t *testing.T) {
	open := []detector.Incident{opened("a", "cart", detector.KindErrorSpike, 0, 20, naming("db-1")), opened("b", "search", detector.KindErrorSpike, 2, 23, naming("db-1"))}
	if got := Relate(open, start.Add(23*time.Second), Telling{Bucket: time.Second}); got["b"].To != "a" || len(got) != 1 {
		t.Errorf("%+v, want b explained by a", got)
	}
}
