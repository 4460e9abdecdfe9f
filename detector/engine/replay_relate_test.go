package engine

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly"
	"github.com/tocsin-io/tocsin/detector/template"
)

// A database goes away: three services whose lines name it, and one with a trouble of its own at the same time.
func TestOneCauseInSeveralServicesIsOnePage(t *testing.T) {
	last := make(map[string]detector.Incident)
	r := NewReplay(ReplayOptions{
		Lateness: 30 * time.Second, Suite: func(text TextOf) Suite { return anomaly.New(anomaly.Options{Text: text}) },
		Changed: func(ch detector.Change) { last[ch.Incident.ID] = *ch.Incident },
	})
	services := []string{"cart", "orders", "search", "mail"}
	const usual, failed = detector.ShapeID(100), detector.ShapeID(200)
	var known []template.Known
	for i, s := range services {
		known = append(known,
			template.Known{ID: usual + detector.ShapeID(i), Text: "served <*> of " + s, Service: s, Level: detector.LevelInfo},
			template.Known{ID: failed + detector.ShapeID(i), Text: s + " could not reach <*>", Service: s, Level: detector.LevelError})
	}
	r.Learned(known)
	const buckets, began = 30 * 360, 29 * 360
	for b := range buckets {
		at := replayStart.Add(time.Duration(b) * 10 * time.Second)
		for i, s := range services {
			r.Add(detector.Series{Level: detector.LevelInfo, Shape: usual + detector.ShapeID(i), Service: s}, at, uint64(20+(b*7+i)%5), 100)
			if b < began+i || b > began+60 {
				continue
			}
			series := detector.Series{Level: detector.LevelError, Shape: failed + detector.ShapeID(i), Service: s}
			r.Add(series, at, 40, 100)
			upstream := "db-1:5432"
			if s == "mail" {
				upstream = "relay-9:25"
			}
			r.Sample(series, at, func() detector.Sample {
				return detector.Sample{Time: at, Service: s, Level: detector.LevelError, Text: fmt.Sprintf("%s could not reach %s", s, upstream), Template: s + " could not reach <*>"}
			})
		}
		r.Advance(at)
	}
	r.Finish(r.Newest())
	var pages, explained []detector.Incident
	for _, in := range last {
		if in.Page {
			pages = append(pages, in)
		}
		if in.ExplainedBy != "" {
			explained = append(explained, in)
		}
	}
	if len(pages) != 2 || len(explained) != 2 {
		for _, in := range last {
			t.Logf("%s %s %s opened %s onset %s page %v by %q names %v said %v", in.ID, in.Service, in.Kind, in.OpenedAt, in.Onset, in.Page, in.ExplainedBy, in.Names, in.Said)
		}
		t.Fatalf("%d pages and %d explained, want 2 (db-1, and mail's own) and 2", len(pages), len(explained))
	}
	for _, in := range pages {
		if in.Service == "mail" {
			continue
		}
		if len(in.Related) != 2 || !strings.Contains(in.Detail, "The same began within") || !strings.Contains(in.Detail, "all name db-1") {
			t.Errorf("%d related, and it says %q", len(in.Related), in.Detail)
		}
	}
}
