package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/store"
)

func teaching(t *testing.T, s *suite) {
	near := func(series string, seconds int, strength, observed float64) detector.NearMiss {
		return detector.NearMiss{
			SeriesKey: series, Service: "service-" + series, Environment: "prod", Kind: detector.KindErrorSpike, TemplateID: "00000000000000aa",
			Template: "failed <*>", At: at(seconds), Observed: observed, Expected: 3, Unit: "lines", Window: time.Minute, Strength: strength,
		}
	}
	first := []detector.NearMiss{near("a", 10, 17, 30), near("b", 20, 18, 40)}
	for range 2 { // as after a crash
		if err := s.PutNearMisses(s.ctx, first); err != nil {
			t.Fatal(err)
		}
	}
	// The strongest of an hour stands, at the time of the first; a weaker one changes nothing.
	if err := s.PutNearMisses(s.ctx, []detector.NearMiss{near("a", 40, 18.5, 60), near("a", 50, 16.5, 20), near("a", 4000, 17, 1)}); err != nil {
		t.Fatal(err)
	}
	got, err := s.NearMisses(s.ctx, "service-a", at(0), at(5000))
	want := []detector.NearMiss{near("a", 4000, 17, 1), near("a", 10, 18.5, 60)}
	for i := range want {
		want[i].SeriesKey = "" // it is kept as a hash
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("near misses (-want +got): %v\n%s", err, diff)
	}
	if all, err := s.NearMisses(s.ctx, "", at(0), at(100)); len(all) != 2 || err != nil {
		t.Errorf("near misses of all: %d, %v", len(all), err)
	}
	if gone, err := s.Expire(s.ctx, store.Retention{Near: at(100)}); gone.Near != 2 || err != nil {
		t.Errorf("expired %+v, %v", gone, err)
	}

	set := store.Sensitivity{Service: "a", Pages: "quiet", Notices: "normal", Actor: "ann", At: at(1)}
	for _, x := range []store.Sensitivity{{Service: "a", Pages: "keen", Actor: "bob", At: at(0)}, set} {
		if err := s.PutSensitivity(s.ctx, x); err != nil {
			t.Fatal(err)
		}
	}
	other := Open(t, s.options())
	if all, err := other.Sensitivities(s.ctx); len(all) != 1 || all[0] != set || err != nil {
		t.Errorf("another replica sees %+v, %v; want %+v", all, err, set)
	}
	if err := s.PutSensitivity(s.ctx, store.Sensitivity{Service: "a", Actor: "ann", At: at(2)}); err != nil {
		t.Fatal(err)
	}
	if all, err := s.Sensitivities(s.ctx); len(all) != 0 || err != nil {
		t.Errorf("after it was taken back: %+v, %v", all, err)
	}
	if log, _, err := s.AuditLog(s.ctx, store.AuditFilter{Subject: "a"}); err != nil || len(log) != 3 || log[0].Text != "as configured" {
		t.Errorf("audit: %+v, %v", log, err)
	}
}

// lateDeploys: what is told late is found by when it was told, and stands where it was done.
func lateDeploys(t *testing.T, s *suite) {
	s.clock.add(time.Hour)
	old := detector.Deploy{Service: "a", Version: "1", At: at(600)}
	if err := s.PutDeploy(s.ctx, old); err != nil {
		t.Fatal(err)
	}
	if got, err := s.DeploysTold(s.ctx, at(3590)); len(got) != 1 || got[0] != old || err != nil {
		t.Errorf("told lately: %+v, %v", got, err)
	}
	if got, err := s.DeploysTold(s.ctx, at(3601)); len(got) != 0 || err != nil {
		t.Errorf("told later: %+v, %v", got, err)
	}
}
