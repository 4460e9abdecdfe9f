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

var ranges = []struct {
	value, label string
	length       time.Duration
}{
	{"30m", "30 min", 30 * time.Minute},
	{"1h", "1 h", time.Hour},
	{"6h", "6 h", 6 * time.Hour},
	{"24h", "24 h", 24 * time.Hour},
	{"7d", "7 d", 7 * 24 * time.Hour},
	{"30d", "30 d", 30 * 24 * time.Hour},
}

// readRange reads ?range= or ?from=&to= of a page; without them it is the last `standard`.
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
	} else {
		if v := q.Get("range"); v != "" {
			t.Last = v
		}
		d, err := detector.ParseDuration(t.Last)
		if err != nil || d <= 0 || d > maxRange {
			return t, fmt.Errorf("range is %q: write 30m, 6h or 7d, at most 400d", short(t.Last))
		}
		t.From, t.To = c.now.Add(-d), c.now
		if t.Label = "Last " + t.Last; t.Last == longest {
			t.Label = "Last 400 d"
		}
	}
	for _, k := range ranges {
		u := cloneQuery(q)
		u.Del("from")
		u.Del("to")
		u.Del("cursor")
		u.Set("range", k.value)
		on := k.value == t.Last
		if on {
			t.Label = "Last " + k.label
		}
		t.Choices = append(t.Choices, choice{Label: "Last " + k.label, URL: r.URL.Path + "?" + u.Encode(), On: on})
	}
	return t, nil
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
