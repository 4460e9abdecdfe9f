package wording_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
)

func TestDetail(t *testing.T) {
	in := open(detector.KindSurge, func(in *detector.Incident) {
		in.Reason = "Its errors rose with it"
		in.ExplainedBy = "91c04e77aa01"
		in.Deploy = &detector.Deploy{Service: "payments", Version: "2.41.0", At: onset.Add(-40 * time.Second)}
		in.Related = []detector.Related{
			{Service: "search", Onset: onset.Add(20 * time.Second), Why: "all name db-1"},
			{Service: "cart", Onset: onset.Add(-9 * time.Second), Why: "all name db-1"},
			{Service: "search", Onset: onset, Why: "all name db-1"},
		}
	})
	want := "Its errors rose with it. It began 40 s after a new version of payments, 2.41.0. The same began within 20 s in search and cart: all name db-1. Explained by 91c04e; nobody was paged."
	if got := wording.Detail(in); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if got := wording.Detail(open(detector.KindSurge, nil)); got != "" {
		t.Errorf("nothing is known, but it says %q", got)
	}
}

func TestSince(t *testing.T) {
	in := open(detector.KindSurge, nil)
	for _, c := range []struct{ got, want string }{
		{wording.Since(in, onset.Add(14*time.Minute+30*time.Second), cet), "Since 02:51:02 CET, 14 min ago."},
		{wording.Since(in, time.Time{}, cet), "Since 02:51:02 CET."},
		{wording.Since(in, onset.Add(40*time.Second), nil), "Since 01:51:02 UTC, 40 s ago."},
		{wording.Since(in, onset.Add(30*time.Hour), cet), "Since 23 Nov 02:51:02 CET, 1 d 6 h ago."},
		{wording.Since(resolved(*in), time.Time{}, cet), "From 02:51:02 to 03:23:10 CET."},
		{wording.Since(resolved(*in), onset.Add(48*time.Hour), cet), "From 23 Nov 02:51:02 to 03:23:10 CET."},
		{wording.Zone(onset, time.FixedZone("+0530", 19800)), "UTC+5:30"},
		{wording.Zone(onset, time.FixedZone("-03", -10800)), "UTC-3"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestEndedOfAReopenedIncident(t *testing.T) {
	in := resolved(*open(detector.KindSurge, nil))
	at := onset.Add(2 * time.Hour)
	in.ResolvedAt = &at
	in.Timeline = append(in.Timeline, detector.Entry{At: onset.Add(time.Hour), Kind: detector.EntryReopened}, detector.Entry{At: at, Kind: detector.EntryResolved})
	if got := wording.Ended(in); !got.Equal(at) {
		t.Errorf("ended %v: it came back before it reopened, not at its end", got)
	}
}

func TestLock(t *testing.T) {
	masked := open(detector.KindMaskedError, func(in *detector.Incident) {
		in.Observed, in.Hidden = 4120, &detector.Hidden{Template: "sorry, too many clients already", Lines: 3}
	})
	few := *masked
	few.Observed = 14
	done := resolved(*masked)
	done.Assignee = "oncall-1"
	for _, c := range []struct{ got, want string }{
		{wording.Lock(masked, cet), `Page: checkout has a new error hidden by a flood, "sorry, too many clients already". Since 02:51:02 CET.`},
		{wording.Lock(&few, cet), `Page: checkout has a new error among others, "sorry, too many clients already". Since 02:51:02 CET.`},
		{wording.Lock(done, cet), "Resolved: checkout, masked error, after 32 min 8 s. Taken by oncall-1."},
		{wording.Lock(open(detector.KindErrorSpike, func(in *detector.Incident) {
			in.Observed, in.Expected = 940, 60
			in.Carriers = []detector.Carrier{{Template: "stock", Share: 0.9}}
		}), cet), "Page: checkout logs 188 errors a minute; it expected 12. Since 02:51:02 CET."},
	} {
		if c.got != c.want {
			t.Errorf("got  %q\nwant %q", c.got, c.want)
		}
	}
}

// FuzzWords holds what is true of every incident: a locked phone's text fits, nothing that controls a terminal or turns
// text round gets through, templates are cut, and no words are missing.
func FuzzWords(f *testing.F) {
	f.Add("checkout", "connection refused to <*>", "reason", 1006.0, 3.0, int64(300), uint8(0), uint8(0))
	f.Add(strings.Repeat("s", 300), strings.Repeat("a b ", 100), "", -1.0, 0.0, int64(0), uint8(5), uint8(2))
	f.Add("\u202eevil\x1b[31m", "a\nb\x00\xff", "x", 1e300, 1e-300, int64(1)<<62, uint8(12), uint8(1))
	f.Fuzz(func(t *testing.T, service, template, reason string, observed, expected float64, window int64, kind, status uint8) {
		kinds := detector.Kinds()
		in := open(kinds[int(kind)%len(kinds)], func(in *detector.Incident) {
			in.Service, in.Template, in.Reason, in.Observed, in.Expected = service, template, reason, observed, expected
			in.Window, in.Unit, in.Hosts = detector.Duration(window), []string{"lines", "bytes", "share", "ms"}[int(status)%4], []string{service}
			in.Secret = &detector.Secret{Kind: reason, Key: template}
			in.Hidden = &detector.Hidden{Template: template}
			in.Carriers = []detector.Carrier{{Template: reason, Share: observed}}
			in.Rule = &detector.RuleFacts{Name: template, By: map[string]string{service: reason}, Limit: reason}
			if status%3 == 0 {
				in.Rule.Summary = template
			}
		})
		if status%2 == 1 {
			in = resolved(*in)
		}
		if lock := wording.Lock(in, cet); utf8.RuneCountInString(lock) > wording.MaxLock || lock == "" {
			t.Errorf("a locked phone gets %d characters: %q", utf8.RuneCountInString(lock), lock)
		}
		for _, text := range []string{wording.Title(in), wording.Detail(in), wording.Lock(in, nil), wording.Since(in, in.UpdatedAt, cet)} {
			if wording.Clean(text) != text {
				t.Errorf("not clean: %q", text)
			}
		}
		for _, s := range wording.Sentence(in) {
			if s.Code && utf8.RuneCountInString(s.Text) > wording.MaxTemplate {
				t.Errorf("template not cut: %q", s.Text)
			}
		}
	})
}

func TestMiddle(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"short", 10, "short"},
		{"abcdefghij", 5, "ab…ij"},
		{"hello there world", 9, "hell…orld"},
		{"äöüäöüäöü", 5, "äö…öü"},
		{"x", 0, ""},
		{"abc", 1, "…"},
		{"abcd", 2, "a…"},
	} {
		if got := wording.Middle(c.in, c.n); got != c.want {
			t.Errorf("Middle(%q, %d) = %q, want %q", c.in, c.n, got, c.want)
		}
	}
}
