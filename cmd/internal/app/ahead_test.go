package app

import (
	"context"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/store"
	"github.com/tocsin-io/tocsin/store/storetest"
)

// TestAheadAtStart: what the overview and the page of noise show is read although no page was asked for: first what services
// log, as the overview shows it.
func TestAheadAtStart(t *testing.T) {
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	s := storetest.Open(t, store.Options{DSN: storetest.SQLite(t), Now: clock, Router: toInbox{}})
	reader := rate.NewReader(s.Counts(), rate.ReaderOptions{Now: clock})
	cat := newCatalogue(s, reader, engine.NewTemplates(), func(context.Context) ([]rate.Partition, error) { return nil, nil }, clock)
	shown := newCounts(reader, cat, alike{})
	traffic := newTraffic(cat, shown)
	failing := newMessages(s, clock, func() {}, func() notifier.Config { return notifier.Config{} }).failing
	overviews := 0
	a := ahead{cat, shown, traffic, failing, func(context.Context) error {
		if overviews++; cat.listing.made == 0 || traffic.made == 0 || failing.made == 0 {
			t.Errorf("before the overview is read listings were made %d times, traffic %d, what fails %d", cat.listing.made, traffic.made, failing.made)
		}
		return nil
	}}
	a.start(t.Context(), func(err error) { t.Error(err) })
	templates, services := dashboards.LogsBy()
	for _, by := range []dashboards.Dimensions{templates, services} {
		if sum := shown.sums.all[sumKey{dashboards.LogsSpan, by}]; sum == nil || sum.made == 0 {
			t.Errorf("no sum by %+v", by)
		}
	}
	if overviews != 1 {
		t.Errorf("the overview was read %d times", overviews)
	}

	started := now
	byTemplate := shown.sums.all[sumKey{dashboards.LogsSpan, templates}]
	made := func(when string, ofTraffic, ofSum time.Time) {
		t.Helper()
		now = now.Add(keptPages)
		a.again(t.Context(), started, func(err error) { t.Error(err) })
		if !traffic.madeAt.Equal(ofTraffic) || !byTemplate.madeAt.Equal(ofSum) {
			t.Errorf("%s: traffic was made last at %v, the sum at %v; want %v and %v", when, traffic.madeAt, byTemplate.madeAt, ofTraffic, ofSum)
		}
	}
	made("nobody looks", started, started)
	traffic.want()
	made("a page looks at one", now.Add(keptPages), started)
}
