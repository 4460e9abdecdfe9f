package app

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
	"github.com/tocsin-io/tocsin/detector/redact"
	"github.com/tocsin-io/tocsin/notifier/slack"
	"github.com/tocsin-io/tocsin/store"
)

// TestSlackActs does what each button says, over a store: twice is once, and a secret is not silenced.
func TestSlackActs(t *testing.T) {
	ctx, now := t.Context(), time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	s, err := store.Open(ctx, store.Options{DSN: filepath.Join(t.TempDir(), "tocsin.db"), Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	compiled, err := redact.Compile(redact.Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := &notes{r: compiled.Redactor()}
	a := slackActor{incidents{s, newHub(clock, func() {}), n}, mutes{s, n, func() {}}, clock}
	var changes []detector.Change
	for id, kind := range map[string]detector.Kind{"surge": detector.KindSurge, "secret": detector.KindSecret} {
		changes = append(changes, detector.Change{Event: detector.ChangeOpened, Incident: &detector.Incident{
			ID: id, Kind: kind, SeriesKey: id, Service: "checkout", Severity: detector.SeverityPage, Status: detector.StatusOpen, Title: id,
			Onset: now, OpenedAt: now, UpdatedAt: now, Page: true,
		}})
	}
	if err := s.Commit(ctx, store.Commit{Changes: changes}); err != nil {
		t.Fatal(err)
	}
	do := func(act slack.Act, incident, at string) (*detector.Incident, error) {
		return a.Do(ctx, slack.Press{Act: act, Incident: incident, By: slack.Person{ID: "U1", Name: "ada", Team: "T1"}, ID: at})
	}
	const first, second = "1772625600.000100", "1772625600.000200"
	for range 2 {
		in, err := do(slack.ActSilence, "surge", first)
		if err != nil || in.Muted == nil || !in.Silenced {
			t.Fatalf("silence: %+v, %v", in, err)
		}
	}
	list, err := s.Mutes(ctx, now)
	if err != nil || len(list) != 1 || list[0].Author != "@ada" || list[0].Sort != mute.Silence || !list[0].Ends.Equal(now.Add(time.Hour)) {
		t.Errorf("silences: %+v, %v", list, err)
	}
	if err := s.EndMute(ctx, list[0].ID, "@bob", now); err != nil {
		t.Fatal(err)
	}
	if in, err := do(slack.ActSilence, "surge", first); err != nil || in.Muted != nil {
		t.Errorf("the press that made what was ended comes again: %+v, %v", in, err)
	}
	if in, err := do(slack.ActSilence, "surge", second); err != nil || in.Muted == nil || in.Muted.By == list[0].ID {
		t.Errorf("pressed again after it was ended: %+v, %v", in, err)
	}
	if _, err := do(slack.ActSilence, "secret", second); err == nil {
		t.Error("a secret is silenced")
	}
	if in, err := do(slack.ActAcknowledge, "surge", second); err != nil || in.Status != detector.StatusAcknowledged || in.Assignee != "@ada" {
		t.Errorf("acknowledge: %+v, %v", in, err)
	}
	if in, err := s.Incident(ctx, "surge"); err != nil || in.Timeline[len(in.Timeline)-1].Text != "from Slack, U1 of T1" {
		t.Errorf("who acknowledged it: %+v, %v", in.Timeline, err)
	}
	if in, err := do(slack.ActExpected, "surge", second); err != nil || in.Status != detector.StatusResolved {
		t.Errorf("expected: %+v, %v", in, err)
	}
	if _, err := do(slack.ActSilence, "surge", second); err == nil {
		t.Error("what is over is silenced")
	}
	if _, err := do("nonsense", "surge", second); err == nil {
		t.Error("a button that is not known does something")
	}
}
