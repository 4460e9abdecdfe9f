package dashboards_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
	"github.com/tocsin-io/tocsin/detector"
)

// shop is a world of one service that logs ten lines a second, and as many errors since five and a half minutes.
func shop() *dashtest.World {
	w := dashtest.Night()
	w.All = nil
	w.Names = []dashboards.Service{{Name: "shop", FirstSeen: w.Time.AddDate(0, 0, -30), LastSeen: w.Time}}
	band := func(time.Time) (float64, float64) { return 0, 0 }
	began := w.Time.Add(-5*time.Minute - 30*time.Second)
	w.Lines = []dashtest.Counted{
		{Service: "shop", Level: detector.LevelInfo, Band: band, Rate: func(time.Time) (float64, bool) { return 10, true }},
		{Service: "shop", Level: detector.LevelError, Band: band, Rate: func(at time.Time) (float64, bool) {
			if at.Before(began) {
				return 0, true
			}
			return 10, true
		}},
	}
	return w
}

// TestErrorShareIsOfNow: the share of errors is that of the last five minutes, however long the range.
func TestErrorShareIsOfNow(t *testing.T) {
	s := newSite(t, shop())
	for _, length := range []string{"30m", "6h", "24h", "7d", "30d"} {
		if body := s.get("/services?range=" + length).Body.String(); !strings.Contains(body, ">50.0 %<") {
			t.Errorf("%s: half of the lines are errors, and the list does not say so", length)
		}
	}
}

// TestNoShareOfNothing: a service that logged nothing lately has no share of errors, not one of 0.
func TestNoShareOfNothing(t *testing.T) {
	w := shop()
	for i := range w.Lines {
		w.Lines[i].Rate = func(time.Time) (float64, bool) { return 0, true }
	}
	for _, path := range []string{"/", "/services"} {
		body := newSite(t, w).get(path).Body.String()
		if strings.Contains(body, ">0 %<") || strings.Contains(body, ">0.0 %<") || !strings.Contains(body, `<span class="share">–</span>`) {
			t.Errorf("%s tells a share of errors of what logged nothing", path)
		}
	}
}

// TestNothingKnownIsNoZero: before anything is counted no page says that a service logs nothing; a quiet one does.
func TestNothingKnownIsNoZero(t *testing.T) {
	for _, c := range []struct {
		name  string
		until func(now time.Time) time.Time
		knows bool
	}{
		{"nothing is complete", func(time.Time) time.Time { return time.Time{} }, false},
		{"complete before the range", func(now time.Time) time.Time { return now.AddDate(0, 0, -3) }, false},
		{"quiet", func(now time.Time) time.Time { return now }, true},
	} {
		w := shop()
		w.State.CountedTo = c.until(w.Time)
		w.Lines = nil
		body := newSite(t, w).get("/services/shop").Body.String()
		if got := strings.Count(body, "no data"); got == 0 != c.knows {
			t.Errorf("%s: the page says %d times that there is no data", c.name, got)
		}
		if c.name == "nothing is complete" && strings.Contains(body, "counted to") {
			t.Errorf("%s: the page says how far", c.name)
		}
	}
}

// aged are templates whose counts were added up a while ago.
type aged struct {
	dashboards.Templates
	at time.Time
}

func (a aged) ListTemplates(ctx context.Context, f dashboards.TemplateFilter) (dashboards.TemplatePage, error) {
	page, err := a.Templates.ListTemplates(ctx, f)
	page.AsOf = a.at
	return page, err
}

// agedServices are services whose traffic was measured a while ago.
type agedServices struct {
	dashboards.Services
	at time.Time
}

func (a agedServices) Traffic(ctx context.Context) (*dashboards.Traffic, error) {
	now, err := a.Services.Traffic(ctx)
	was := *now
	was.AsOf = a.at
	return &was, err
}

// TestServicesSayTheirAge: where services are in the order of a while ago, the pages say so.
func TestServicesSayTheirAge(t *testing.T) {
	for age, want := range map[time.Duration]bool{5 * time.Second: false, 40 * time.Second: true} {
		w := dashtest.Night()
		s := newSite(t, w, func(o *dashboards.Options) { o.Sources.Services = agedServices{w, w.Time.Add(-age)} })
		for _, path := range []string{"/", "/services"} {
			if body := s.get(path).Body.String(); strings.Contains(body, "of 03:04:40 CET") != want {
				t.Errorf("%s %v old says its age: %t, want %t", path, age, !want, want)
			}
		}
	}
}

// TestListSaysItsAge: a list of templates that is older than a reader would think says of when it is.
func TestListSaysItsAge(t *testing.T) {
	for age, want := range map[time.Duration]bool{5 * time.Second: false, 40 * time.Second: true} {
		w := dashtest.Night()
		s := newSite(t, w, func(o *dashboards.Options) { o.Sources.Templates = aged{w, w.Time.Add(-age)} })
		if body := s.get("/templates").Body.String(); strings.Contains(body, ", as of 03:04:40 CET") != want {
			t.Errorf("a list %v old says its age: %t, want %t", age, !want, want)
		}
	}
}
