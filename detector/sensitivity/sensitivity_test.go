package sensitivity

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly"
)

const (
	quiet, normal, keen = anomaly.Quiet, anomaly.Normal, anomaly.Keen
	page, notice        = detector.SeverityPage, detector.SeverityNotice
)

func TestSetting(t *testing.T) {
	for _, c := range []struct {
		s        Setting
		strength float64
		want     detector.Severity
	}{
		{Setting{Pages: normal}, 0, page},
		{Setting{Pages: quiet}, 0, page},
		{Setting{Pages: normal}, 20, page},
		{Setting{Pages: quiet}, 20, ""},
		{Setting{Pages: quiet}, 28, page},
		{Setting{Pages: normal}, 17, ""},
		{Setting{Pages: keen}, 17, page},
		{Setting{Pages: quiet, Notices: keen}, 17, notice},
		{Setting{Pages: quiet, Notices: normal}, 17, ""},
		{Setting{Pages: quiet, Notices: normal}, 28, page},
	} {
		if got := c.s.Grade(c.strength); got != c.want {
			t.Errorf("%s, strength %v: %q, want %q", c.s, c.strength, got, c.want)
		}
	}
	weak := &detector.Signal{Strength: 20}
	masked := &detector.Signal{Strength: 20, Hidden: &detector.Hidden{}}
	two := Setting{Pages: quiet, Notices: normal}
	if a, b, c := two.Adjust(page, weak), two.Adjust(page, masked), two.Adjust(detector.SeverityRecord, weak); a != notice || b != page || c != detector.SeverityRecord {
		t.Errorf("a weak one is a %s, one that hides an error a %s, a record a %s", a, b, c)
	}
	for _, bad := range []Setting{{}, {Pages: "loud"}, {Pages: normal, Notices: "loud"}, {Pages: normal, Notices: quiet}} {
		if bad.Check() == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
	if err := (Setting{Pages: quiet, Notices: keen}).Check(); err != nil {
		t.Error(err)
	}
}

func TestCompare(t *testing.T) {
	base := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	at := func(minutes int) time.Time { return base.Add(time.Duration(minutes) * time.Minute) }
	in := func(id string, minutes int, severity detector.Severity, strength float64) detector.Incident {
		over := at(minutes + 5)
		return detector.Incident{
			ID: id, Service: "a", Kind: detector.KindSurge, Severity: severity, Strength: strength, Onset: at(minutes), OpenedAt: at(minutes), ResolvedAt: &over,
		}
	}
	near := func(minutes int, strength float64) detector.NearMiss {
		return detector.NearMiss{Service: "a", Kind: detector.KindErrorSpike, At: at(minutes), Strength: strength}
	}
	explained := in("x", 300, page, 20)
	explained.ExplainedBy = "a"
	muted := in("m", 400, detector.SeverityRecord, 20)
	muted.Muted = &detector.Muted{Severity: page}
	soft := in("soft", 500, notice, 40)
	incidents := []detector.Incident{
		in("weak", 0, page, 20), in("strong", 100, page, 50), in("secret", 200, page, 0), explained, muted, soft,
	}
	misses := []detector.NearMiss{near(8, 18), near(600, 17), near(605, 18.5), near(700, 18), near(800, 10)}
	type brief struct {
		ID         string
		Minutes    int
		Was, Would detector.Severity
		Strength   float64
	}
	for _, c := range []struct {
		name          string
		from, to      Setting
		want          []brief
		before, after Tally
	}{
		{
			"quieter",
			Setting{Pages: normal},
			Setting{Pages: quiet},
			[]brief{{"m", 400, page, "", 20}, {"weak", 0, page, "", 20}},
			Tally{4, 1},
			Tally{2, 1},
		},
		{
			"quieter, and still told",
			Setting{Pages: normal},
			Setting{Pages: quiet, Notices: normal},
			[]brief{{"m", 400, page, notice, 20}, {"weak", 0, page, notice, 20}},
			Tally{4, 1},
			Tally{2, 3},
		},
		{
			"keener",
			Setting{Pages: normal},
			Setting{Pages: keen},
			[]brief{{"", 700, "", page, 18}, {"", 600, "", page, 18.5}},
			Tally{4, 1},
			Tally{6, 1},
		},
		{"the same", Setting{Pages: normal}, Setting{Pages: normal}, nil, Tally{4, 1}, Tally{4, 1}},
	} {
		got := Compare(c.from, c.to, incidents, misses)
		var brieves []brief
		for _, d := range got.Differences {
			brieves = append(brieves, brief{d.Incident, int(d.At.Sub(base) / time.Minute), d.Was, d.Would, d.Strength})
		}
		if diff := cmp.Diff(c.want, brieves); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if got.Before != c.before || got.After != c.after || got.Judged != 4 || got.Fixed != 1 {
			t.Errorf("%s: before %v, after %v, judged %d, fixed %d", c.name, got.Before, got.After, got.Judged, got.Fixed)
		}
	}
}
