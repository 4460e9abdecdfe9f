package dashboards

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// maxRange is the longest time that a page shows or an answer covers.
const (
	maxRange = 400 * 24 * time.Hour
	longest  = "400d" // the same as a range
	anyTime  = "any"  // the standard of what is shown whenever it was
)

// timeRange is the time that a page is about. It stands in the URL, so that a view can be pasted in a chat.
type timeRange struct {
	From, To time.Time
	Last     string // 6h where it follows the clock; empty where it is fixed
	Label    string
	Choices  []choice
}

// choice is one of several views of the same page.
type choice struct {
	Label, URL string
	On         bool
}

// ranges are the lengths that a page offers.
var ranges = []string{"30m", "1h", "6h", "24h", "7d", "30d"}

// readRange reads ?range= or ?from=&to= of a page; without them it is the last `standard`, or without bounds where that is anyTime.
func readRange(r *http.Request, c clock, standard string) (timeRange, error) {
	q := r.URL.Query()
	t := timeRange{Last: standard}
	if q.Get("from") != "" || q.Get("to") != "" {
		from, to, err := readTimes(q, c.now)
		if err != nil {
			return t, err
		}
		t.From, t.To, t.Last = from, to, ""
		t.Label = c.hm(from) + "–" + c.hm(to)
		if !c.sameDay(from, to) {
			t.Label = c.day(from) + " " + c.hm(from) + " – " + c.day(to) + " " + c.hm(to)
		} else if !c.sameDay(to, c.now) {
			t.Label = c.day(from) + " " + t.Label
		}
	} else if v := q.Get("range"); v == "" && standard == anyTime {
		t.Label = "Any time"
	} else {
		if v != "" {
			t.Last = v
		}
		d, err := detector.ParseDuration(t.Last)
		if err != nil || d <= 0 || d > maxRange {
			return t, fmt.Errorf("range is %q: write 30m, 6h or 7d, at most 400d", short(t.Last))
		}
		t.From, t.To = c.now.Add(-d), c.now
		t.Label = lastOf(d)
	}
	for _, value := range ranges {
		d, err := detector.ParseDuration(value)
		if err != nil {
			return t, err
		}
		u := cloneQuery(q)
		u.Del("from")
		u.Del("to")
		u.Del("cursor")
		u.Set("range", value)
		label := lastOf(d)
		t.Choices = append(t.Choices, choice{Label: label, URL: r.URL.Path + "?" + u.Encode(), On: label == t.Label})
	}
	return t, nil
}

// lastOf says a length of time that ends now: Last 30 min, Last 6 h, Last 7 d.
func lastOf(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= 2*day && d%day == 0:
		return "Last " + count(int(d/day)) + " d"
	case d%time.Hour == 0:
		return "Last " + count(int(d/time.Hour)) + " h"
	case d%time.Minute == 0:
		return "Last " + count(int(d/time.Minute)) + " min"
	}
	return "Last " + lasting(d)
}

// readTimes reads from and to as RFC 3339 times. A missing to is now; a missing from is a day before to.
func readTimes(q url.Values, now time.Time) (from, to time.Time, err error) {
	if to, err = readTime(q, "to", now); err != nil {
		return
	}
	if from, err = readTime(q, "from", to.Add(-24*time.Hour)); err != nil {
		return
	}
	switch {
	case !from.Before(to):
		err = fmt.Errorf("from is not before to")
	case to.Sub(from) > maxRange:
		err = fmt.Errorf("from and to are more than 400 days apart")
	}
	return
}

func readTime(q url.Values, key string, missing time.Time) (time.Time, error) {
	v := q.Get(key)
	if v == "" {
		return missing, nil
	}
	t, err := time.Parse(time.RFC3339Nano, v)
	if err != nil || t.Year() < 1970 || t.Year() > 2262 {
		return t, fmt.Errorf("%s is %q: write it as 2026-11-23T01:50:00Z (RFC 3339; a + in it is %%2B)", key, short(v))
	}
	return t.UTC(), nil
}

// fineKept is how long the buckets of ten seconds are there for sure.
const fineKept = 47 * time.Hour

// step is the width of a chart's points: at most 200 of them, and coarse ones where fine buckets are not kept.
func (t timeRange) step(now time.Time) time.Duration { return t.stepOf(now, 200) }

// sparkStep is the step of a small picture in a row of many.
func (t timeRange) sparkStep(now time.Time) time.Duration { return t.stepOf(now, 100) }

// stepOf is the shortest step of which the range has at most so many.
func (t timeRange) stepOf(now time.Time, most time.Duration) time.Duration {
	least := 10 * time.Second
	if now.Sub(t.From) > fineKept {
		least = 5 * time.Minute
	}
	for _, m := range []time.Duration{
		10 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute,
		10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 6 * time.Hour, 24 * time.Hour,
	} {
		if m >= least && t.To.Sub(t.From)/m <= most {
			return m
		}
	}
	return 48 * time.Hour
}

func cloneQuery(q url.Values) url.Values {
	c := make(url.Values, len(q))
	for k, v := range q {
		c[k] = append([]string(nil), v...)
	}
	return c
}

// short cuts what a reader sent before it is repeated in an error.
func short(s string) string {
	if len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}

// isAnyTime reports whether the range has no bounds.
func (t timeRange) isAnyTime() bool { return t.To.IsZero() }

// within says in which time, after what is in it: nothing where that is any time.
func (t timeRange) within() string {
	switch {
	case t.isAnyTime():
		return ""
	case t.Last == "":
		return " in this time"
	}
	return " in " + t.words()
}

// words is the length of the range in a sentence: 6 h, 7 days, or the range itself where it is fixed.
func (t timeRange) words() string {
	if t.Last == "" {
		return t.Label
	}
	d := t.To.Sub(t.From)
	if d >= 48*time.Hour && d%(24*time.Hour) == 0 {
		return plural(int(d/(24*time.Hour)), "day")
	}
	return lasting(d)
}
