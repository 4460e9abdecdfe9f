package storetest

import (
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/store"
)

func odd(t *testing.T, s *suite) {
	bad := "a\x00b\xff\u202e<script>" + strings.Repeat("ü", 5000)
	in := incident("a", 10)
	in.Title, in.Template, in.Service, in.Environment, in.SeriesKey = bad, bad, bad, bad, bad
	in.Rule = &detector.RuleFacts{Name: bad, By: map[string]string{bad: bad}}
	in.Hidden = &detector.Hidden{Template: bad}
	in.TemplateID = bad
	in.Samples[0].Text = bad
	in.Timeline = append(in.Timeline, detector.Entry{At: at(11), Kind: detector.EntryWorse, Text: bad})
	nan := math.NaN()
	in.Observed, in.Expected, in.Score, in.Low, in.Peak = math.Inf(1), nan, math.Inf(1), math.Inf(-1), math.Inf(1)
	in.Chart.Observed, in.Chart.Low = []*float64{nil, &nan}, []float64{math.Inf(-1)}
	in.Carriers[0].Share = nan
	in.Onset, in.UpdatedAt = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), at(10)
	in.Severity = detector.SeverityPage
	s.commit(change(detector.ChangeOpened, in, 10))
	got := s.get(in.ID)
	if got.SeriesKey != bad || got.Status != detector.StatusOpen || got.Expected != 0 || got.Score != math.MaxFloat64 {
		t.Errorf("series key kept %v, status %s, expected %v, score %v", got.SeriesKey == bad, got.Status, got.Expected, got.Score)
	}
	if _, err := s.Act(s.ctx, in.ID, store.Act{Kind: detector.EntryNote, Actor: bad, Text: bad, At: at(20)}); err != nil {
		t.Errorf("a note: %v", err)
	}
	n := s.lease("sender \x00", 1)
	if len(n) != 1 {
		t.Fatal("nothing to send")
	}
	if err := s.Retry(s.ctx, "sender \x00", n[0].ID, s.clock.Now(), bad); err != nil {
		t.Errorf("retry: %v", err)
	}
	s.done(n[0].ID, bad)
	for name, err := range map[string]error{
		"shapes": s.PutShapes(s.ctx, []store.Shape{{ID: 1, Service: bad, Environment: bad, Text: strings.Repeat(bad, 10), First: at(0), Last: at(1)}}),
		"deploy": s.PutDeploy(s.ctx, detector.Deploy{Service: bad, Version: bad, At: at(1)}),
		"audit":  s.Audit(s.ctx, store.AuditEntry{Actor: bad, Action: bad, Subject: bad, Text: bad}),
		"mark":   s.MarkPartition(s.ctx, bad, 1, 1, 1, at(1)),
		"meta":   s.SetMeta(s.ctx, bad, []byte(bad)),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if page, _, err := s.Incidents(s.ctx, store.Filter{Text: bad, Service: []string{bad}, TemplateID: bad, Rule: bad}); err != nil {
		t.Errorf("list with odd filters: %v, %v", page, err)
	}
	for _, id := range []string{"", bad, "a\x00", "' OR 1=1 --", "%", "......"} {
		if _, err := s.Incident(s.ctx, id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("incident %.20q: %v, want ErrNotFound", id, err)
		}
	}
	for name, c := range map[string]detector.Change{
		"no incident": {Event: detector.ChangeOpened},
		"no id":       {Event: detector.ChangeOpened, Incident: &detector.Incident{Kind: detector.KindFall, SeriesKey: "x"}},
		"odd id":      {Event: detector.ChangeOpened, Incident: &detector.Incident{ID: bad, Kind: detector.KindFall, SeriesKey: "x"}},
	} {
		if err := s.Commit(s.ctx, store.Commit{Changes: []detector.Change{c}}); !errors.Is(err, store.ErrInvalid) {
			t.Errorf("%s: %v, want ErrInvalid", name, err)
		}
	}
}

func restart(t *testing.T, s *suite) {
	in := incident("a", 10)
	s.commit(change(detector.ChangeOpened, in, 10))
	s.act(in.ID, detector.EntryAcknowledged, "ada", 20)
	if _, err := s.Claim(s.ctx, []int{1}, 4); err != nil {
		t.Fatal(err)
	}
	want, queued := s.get(in.ID), s.queued()
	epoch, err := s.NextEpoch(s.ctx)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatalf("close: %v", err)
		}
	}
	if err := s.Ping(s.ctx); err == nil {
		t.Error("Ping after Close succeeded")
	}
	s.Store = Open(t, s.options())
	if diff := cmp.Diff(want, s.get(in.ID)); diff != "" {
		t.Errorf("incident after a restart (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(queued, s.queued()); diff != "" {
		t.Errorf("outbox after a restart (-want +got):\n%s", diff)
	}
	if next, err := s.NextEpoch(s.ctx); err != nil || next <= epoch {
		t.Errorf("epoch %d after %d, %v", next, epoch, err)
	}
	if _, err := s.Claim(s.ctx, []int{1}, 3); !errors.Is(err, store.ErrFenced) {
		t.Errorf("claim by an older owner after a restart: %v", err)
	}
	current, newest, err := s.Version(s.ctx)
	if err != nil || current != newest || newest < 1 {
		t.Errorf("schema version %d of %d, %v", current, newest, err)
	}
}

func migrateAtOnce(t *testing.T, s *suite) {
	others := []*store.Store{s.Store}
	for range 3 {
		o, err := store.Open(s.ctx, s.options())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = o.Close() })
		others = append(others, o)
	}
	var wg sync.WaitGroup
	for _, o := range others {
		wg.Go(func() {
			if err := o.Migrate(s.ctx); err != nil {
				t.Errorf("migrate: %v", err)
			}
		})
	}
	wg.Wait()
}
