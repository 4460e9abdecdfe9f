package clock

import (
	"testing"
	"time"
)

func TestRecordTime(t *testing.T) {
	for _, c := range []struct {
		name    string
		t, want time.Time
	}{
		{"now", start, start},
		{"years ahead", start.AddDate(5, 0, 0), start.AddDate(5, 0, 0)},
		{"the first of 2000", time.Unix(year2000, 0), time.Unix(year2000, 0)},
		{"before 2000", time.Unix(year2000-1, 0), time.Time{}},
		{"none, as Kafka says it", time.UnixMilli(-1), time.Time{}},
		{"1970", time.UnixMilli(0), time.Time{}},
		{"the zero time", time.Time{}, time.Time{}},
		{"the earliest that Kafka can say", time.UnixMilli(-1 << 63), time.Time{}},
	} {
		if got := RecordTime(c.t); !got.Equal(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// What is known of when a record was read decides where its own time is absent or cannot be.
func TestCorrectOfWhatIsReadNow(t *testing.T) {
	now := start
	for _, c := range []struct {
		name          string
		log           time.Time
		own, received time.Time
		want          time.Time
	}{
		{"no record time", now, now.Add(-time.Minute), time.Time{}, now.Add(-time.Minute)},
		{"no record time, of a log that is read late", now, now.AddDate(0, 0, -5), time.Time{}, now.AddDate(0, 0, -5)},
		{"no record time, own time ahead", now, now.AddDate(5, 0, 0), time.Time{}, now},
		{"no record time, own time ahead by less than clocks differ", now, now.Add(5 * time.Second), time.Time{}, now.Add(5 * time.Second)},
		{"no time at all", now, time.Time{}, time.Time{}, now},
		{"the record's clock is years behind", now, now.Add(-time.Second), now.AddDate(-6, 0, 0), now.Add(-time.Second)},
		{"the record's clock is hours behind", now, now.Add(-time.Minute), now.Add(-6 * time.Hour), now.Add(-time.Minute)},
		{"the same, an hour behind the log's end", now.Add(-time.Hour), now.Add(-time.Hour), now.AddDate(-6, 0, 0), now.Add(-time.Hour)},
		{"how far the log is, is not known", time.Time{}, now, now.AddDate(-6, 0, 0), now.AddDate(-6, 0, 0)},
		{"both are behind: late lines", now, now.Add(-6 * time.Hour), now.Add(-6 * time.Hour), now.Add(-6 * time.Hour)},
		{"the event's clock is ahead", now, now.Add(6 * time.Hour), now, now},
		{"the event's clock is ahead, and the record comes a minute after others", now, now.Add(20 * time.Second), now.Add(-time.Minute), now.Add(-time.Minute)},
	} {
		clock := New(Options{})
		clock.Read(now, c.log)
		if got, skewed := clock.Correct(event("h", c.own, c.received)); !got.Equal(c.want) || skewed {
			t.Errorf("%s: got %v %v, want %v", c.name, got, skewed, c.want)
		}
	}
}

// A shipper's clock that is behind says nothing of its hosts' clocks.
func TestARecordClockThatIsOffSkewsNoHost(t *testing.T) {
	c := New(Options{})
	for i := range 600 {
		at := start.Add(time.Duration(i) * time.Second)
		c.Read(at, at)
		if got, skewed := c.Correct(event("h", at, at.Add(-6*time.Hour))); skewed || !got.Equal(at) {
			t.Fatalf("second %d: counted at %v, skewed %v", i, got, skewed)
		}
	}
	if s := c.Skews(); len(s) > 0 {
		t.Errorf("skews %+v", s)
	}
}
