package engine

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly"
	"github.com/tocsin-io/tocsin/detector/clock"
	"github.com/tocsin-io/tocsin/detector/decode"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

func values(rows ...any) valueCounts {
	out := make(valueCounts)
	for i := 0; i < len(rows); i += 3 {
		field, value, _ := strings.Cut(rows[i].(string), "=")
		s := detector.Series{Class: detector.ClassField, Service: "a", Name: field, Key: value}
		if rows[i+1].(bool) {
			s.Level = detector.LevelError
		}
		out[s] = rows[i+2].(float64)
	}
	return out
}

func TestOverRepresentedValues(t *testing.T) {
	const ok, bad = false, true
	quiet := values("host=w1", ok, 900., "host=w2", ok, 880., "host=w3", ok, 910., "zone=eu", ok, 2690.)
	for _, c := range []struct {
		name      string
		kind      detector.Kind
		now, past valueCounts
		want      []string
	}{
		{"errors of one host, new", detector.KindNewError, values("host=w3", bad, 200., "host=w1", ok, 300.), quiet, []string{"host=w3 1.00 0.34"}},
		{
			"errors of one host, more", detector.KindErrorSpike, values("host=w3", bad, 200., "host=w1", bad, 10., "host=w2", bad, 11.),
			values("host=w1", bad, 30., "host=w2", bad, 31., "host=w3", bad, 29.),
			[]string{"host=w3 1.00 0.32"},
		},
		{
			"errors of all hosts", detector.KindErrorSpike, values("host=w3", bad, 200., "host=w1", bad, 190., "host=w2", bad, 210.),
			values("host=w1", bad, 30., "host=w2", bad, 31., "host=w3", bad, 29.), nil,
		},
		{"a surge of one host", detector.KindSurge, values("host=w1", ok, 310., "host=w2", ok, 290., "host=w3", ok, 2300., "zone=eu", ok, 2900.), quiet, []string{"host=w3 1.00 0.34"}},
		{"a host is gone", detector.KindFall, values("host=w1", ok, 305., "host=w2", ok, 290., "zone=eu", ok, 595.), quiet, []string{"host=w3 1.00 0.34"}},
		{"a new version", detector.KindSurge, values("version=2", ok, 4000., "version=1", ok, 900.), values("version=1", ok, 2700.), []string{"version=2 1.00 0.00"}},
		{"too few lines", detector.KindNewError, values("host=w3", bad, 5.), quiet, nil},
		{"no past", detector.KindNewError, values("host=w3", bad, 500.), values(), nil},
		{"others stand for no value", detector.KindSurge, values("user=(other)", ok, 4000., "user=a", ok, 30.), values("user=(other)", ok, 100., "user=a", ok, 100.), nil},
	} {
		in := &detector.Incident{Kind: c.kind, Service: "a"}
		cmpd := comparison{now: c.now, past: c.past, since: 10 * time.Minute, over: 30 * time.Minute}
		cmpd.tell(in)
		var got []string
		for _, v := range in.Values {
			got = append(got, fmt.Sprintf("%s=%s %.2f %.2f", v.Field, v.Value, v.Share, v.Before))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// TestFieldsAsBefore: a field is as before where enough of its lines were looked at, most of its values are known one by one, and
// none of them stands out.
func TestFieldsAsBefore(t *testing.T) {
	quiet := values("host=w1", false, 900., "host=w2", false, 900., "zone=eu", false, 1800., "user=(other)", false, 1700., "user=a", false, 100., "rare=x", false, 3.)
	now := values("host=w1", false, 100., "host=w2", false, 2000., "zone=eu", false, 2100., "user=(other)", false, 2000., "user=a", false, 100., "rare=x", false, 4.)
	in := &detector.Incident{Kind: detector.KindSurge, Service: "a"}
	c := comparison{now: now, past: quiet, since: 10 * time.Minute, over: 30 * time.Minute}
	c.tell(in)
	if diff := cmp.Diff([]string{"zone"}, in.ValuesSame); diff != "" {
		t.Errorf("as before (-want +got):\n%s", diff)
	}
	in.Kind = detector.KindFall // nothing is missing: nothing is said
	c.tell(in)
	if in.ValuesSame != nil {
		t.Errorf("of a fall that is none it says %q", in.ValuesSame)
	}
}

// From lines to the sentence: the errors of a new version on one host of four.
func TestAScanSaysWhichValuesStandOut(t *testing.T) {
	testkit.OneGoroutine(t)
	last := make(map[string]detector.Incident)
	replay := NewReplay(ReplayOptions{
		Lateness: 30 * time.Second, Suite: func(text TextOf) Suite { return anomaly.New(anomaly.Options{Text: text}) },
		Changed: func(ch detector.Change) { last[ch.Incident.ID] = *ch.Incident },
	})
	redactor, err := defaultRedactor()
	if err != nil {
		t.Fatal(err)
	}
	scan, err := NewScan(replay, ScanOptions{Corrector: clock.New(clock.Options{})})
	if err != nil {
		t.Fatal(err)
	}
	decoder := decode.New(decode.Options{})
	take := func(ev *detector.Event) {
		redactor.Event(ev)
		scan.Event(ev)
	}
	r := rand.New(rand.NewPCG(5, 6))
	offset := int64(0)
	line := func(at time.Time, level, host, version, msg string) {
		rec := detector.Record{Topic: "logs", Offset: offset, Time: at, Value: fmt.Appendf(nil,
			`{"time":%q,"level":%q,"service":"cart","host":%q,"version":%q,"zone":"eu-1","request_id":"r%016x","msg":%q}`,
			at.Format(time.RFC3339Nano), level, host, version, r.Uint64(), msg)}
		offset++
		decoder.Decode(&rec, take)
	}
	const buckets, began = 26 * 360, 25*360 + 30
	for b := range buckets {
		at := replayStart.Add(time.Duration(b) * 10 * time.Second)
		for i := range 8 {
			version := "1.0"
			if b >= began-6 && i%4 == 2 {
				version = "1.1"
			}
			line(at.Add(time.Duration(i)*time.Second), "info", fmt.Sprint("web-", i%4), version, fmt.Sprintf("served cart %d in %d ms", i*b, 20+i))
		}
		if b >= began && b < began+30 {
			for i := range 5 {
				line(at.Add(time.Duration(8000+i)*time.Millisecond), "error", "web-2", "1.1", fmt.Sprintf("price of item %d is negative", i+b))
			}
		}
		replay.Advance(at)
	}
	decoder.Flush(time.Time{}, take)
	replay.Finish(scan.Newest())
	found := false
	for _, in := range last {
		if !in.Page {
			continue
		}
		found = true
		var got []string
		for _, v := range in.Values {
			got = append(got, v.Field+"="+v.Value)
		}
		if len(got) != 2 || got[0] != "version=1.1" || got[1] != "host=web-2" {
			t.Errorf("%s: %q stand out", in.Title, got)
		}
		if !strings.Contains(in.Detail, " of it has version=1.1, ") || !strings.Contains(in.Detail, " of it has host=web-2, 25 % before.") {
			t.Errorf("it says %q", in.Detail)
		}
		if in.ValuesOf < 10 || in.ValuesPast < 1000 {
			t.Errorf("rests on %d lines and %d before", in.ValuesOf, in.ValuesPast)
		}
	}
	if !found {
		t.Error("nothing pages")
	}
}
