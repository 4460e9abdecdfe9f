package clock

import (
	"fmt"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

var start = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func event(host string, own, received time.Time) *detector.Event {
	return &detector.Event{Host: host, Time: own, Received: received}
}

func TestCorrectSingle(t *testing.T) {
	for _, c := range []struct {
		name          string
		own, received time.Time
		want          time.Time
	}{
		{"own time", start, start.Add(time.Second), start},
		{"no own time", time.Time{}, start, start},
		{"no record time", start, time.Time{}, start},
		{"1970", time.Unix(0, 0), start, start},
		{"2262", time.Date(2262, 1, 1, 0, 0, 0, 0, time.UTC), start, start},
		{"next week", start.AddDate(0, 0, 7), start, start},
		{"two hours late", start.Add(-2 * time.Hour), start, start.Add(-2 * time.Hour)},
		{"an hour ahead, unmeasured", start.Add(time.Hour), start, start},
		{"a second ahead", start.Add(time.Second), start, start.Add(time.Second)},
	} {
		got, skewed := New(Options{}).Correct(event("h", c.own, c.received))
		if !got.Equal(c.want) || skewed {
			t.Errorf("%s: got %v %v, want %v", c.name, got, skewed, c.want)
		}
	}
}

// feed sends a line a second from host for n seconds, each off by error and delivered after lag.
func feed(c *Clock, host string, from time.Time, n int, off time.Duration, lag func(i int) time.Duration) (last time.Time, skewed bool) {
	for i := range n {
		at := from.Add(time.Duration(i) * time.Second)
		last, skewed = c.Correct(event(host, at.Add(off), at.Add(lag(i))))
	}
	return last, skewed
}

func jitter(i int) time.Duration { return time.Duration(i*7919%900) * time.Millisecond }

func TestSkewedHostIsCorrected(t *testing.T) {
	for _, off := range []time.Duration{10 * time.Minute, -10 * time.Minute, time.Hour, -45 * time.Second} {
		c := New(Options{})
		last, skewed := feed(c, "bad", start, 300, off, jitter)
		want := start.Add(299 * time.Second)
		if !skewed || last.Sub(want).Abs() > 2*time.Second {
			t.Errorf("off by %v: got %v skewed %v, want %v", off, last, skewed, want)
		}
		skews := c.Skews()
		if len(skews) != 1 || skews[0].Host != "bad" || (skews[0].Error-off).Abs() > 2*time.Second {
			t.Errorf("off by %v: skews %+v", off, skews)
		}
	}
}

// TestLocalTimeWithoutZone: a service that writes local time without a zone is off by hours; the services beside it on
// the same host keep their own times.
func TestLocalTimeWithoutZone(t *testing.T) {
	c := New(Options{})
	var right, local time.Time
	for i := range 300 {
		at := start.Add(time.Duration(i) * time.Second)
		ev := event("node-3", at, at.Add(jitter(i)))
		ev.Service = "checkout"
		right, _ = c.Correct(ev)
		ev = event("node-3", at.Add(time.Hour), at.Add(jitter(i)))
		ev.Service = "postgres"
		local, _ = c.Correct(ev)
	}
	end := start.Add(299 * time.Second)
	if !right.Equal(end) {
		t.Errorf("the right clock: %v, want %v", right, end)
	}
	if d := local.Sub(end).Abs(); d > 2*time.Second {
		t.Errorf("local time: %v, want %v", local, end)
	}
	if s := c.Skews(); len(s) != 1 || s[0].Host != "node-3" || s[0].Error.Round(time.Minute) != time.Hour {
		t.Errorf("%v", s)
	}
}

func TestClockMendedIsBelievedAgain(t *testing.T) {
	c := New(Options{})
	feed(c, "h", start, 300, 10*time.Minute, jitter)
	last, skewed := feed(c, "h", start.Add(300*time.Second), 300, 0, jitter)
	if want := start.Add(599 * time.Second); skewed || !last.Equal(want) || len(c.Skews()) != 0 {
		t.Fatalf("got %v skewed %v %v, want %v", last, skewed, c.Skews(), want)
	}
}

// A broker's or shipper's clock that was ahead for some minutes leaves nothing behind: once it is right the hosts are
// measured by it again.
func TestRecordTimeGoesBack(t *testing.T) {
	c := New(Options{})
	feed(c, "h", start, 60, 0, jitter)
	feed(c, "h", start.Add(60*time.Second), 150, 0, func(int) time.Duration { return 6 * time.Hour })
	if s := c.Skews(); len(s) != 1 {
		t.Fatalf("while it was ahead: %+v, want a skew", s)
	}
	last, skewed := feed(c, "h", start.Add(210*time.Second), 60, 0, jitter)
	if want := start.Add(269 * time.Second); skewed || !last.Equal(want) || len(c.Skews()) > 0 {
		t.Errorf("a minute after it is right again: %v skewed %v, %+v, want %v", last, skewed, c.Skews(), want)
	}
	last, skewed = feed(c, "h", start.Add(270*time.Second), 300, 10*time.Minute, jitter)
	if want := start.Add(569 * time.Second); !skewed || last.Sub(want).Abs() > 2*time.Second {
		t.Errorf("the host itself is off: %v skewed %v, want %v", last, skewed, want)
	}
}

// One record of the future, and late ones between the others, stop no measuring.
func TestStraysDoNotStopMeasuring(t *testing.T) {
	c := New(Options{})
	c.Correct(event("h", start.Add(20*time.Hour), start.Add(20*time.Hour)))
	last, skewed := feed(c, "h", start, 600, 10*time.Minute, func(i int) time.Duration {
		if i%7 == 0 {
			return -time.Hour // of the record as of the line: read an hour late
		}
		return jitter(i)
	})
	if want := start.Add(599 * time.Second); !skewed || last.Sub(want).Abs() > 2*time.Second {
		t.Errorf("got %v skewed %v, want %v", last, skewed, want)
	}
}

func TestStalledShipperKeepsOwnTimes(t *testing.T) {
	c := New(Options{})
	feed(c, "h", start, 120, 0, jitter)
	// For ten minutes nothing is delivered; then the backlog comes in two minutes, five lines a second.
	resume := start.Add(720 * time.Second)
	for i := range 600 {
		own := start.Add(time.Duration(120+i) * time.Second)
		got, skewed := c.Correct(event("h", own, resume.Add(time.Duration(i)*200*time.Millisecond)))
		if skewed || !got.Equal(own) {
			t.Fatalf("line %d: got %v skewed %v, want %v", i, got, skewed, own)
		}
	}
}

func TestRightHostsAreLeftAlone(t *testing.T) {
	c := New(Options{})
	last, skewed := feed(c, "good", start, 600, 0, func(i int) time.Duration { return 5*time.Second + jitter(i)*3 })
	if skewed || !last.Equal(start.Add(599*time.Second)) {
		t.Fatalf("got %v %v", last, skewed)
	}
}

func TestHostsAreBounded(t *testing.T) {
	c := New(Options{MaxHosts: 100})
	for i := range 5000 {
		c.Correct(event(fmt.Sprint("host-", i), start, start))
	}
	if len(c.hosts) > 100 {
		t.Fatalf("%d hosts are kept, want at most 100", len(c.hosts))
	}
}

func TestDeterministic(t *testing.T) {
	run := func() []time.Time {
		c := New(Options{MaxHosts: 20})
		var all []time.Time
		for i := range 3000 {
			at := start.Add(time.Duration(i) * time.Second / 4)
			off := time.Duration(i%31) * 20 * time.Second
			got, _ := c.Correct(event(fmt.Sprint("h", i%31), at.Add(off), at.Add(jitter(i))))
			all = append(all, got)
		}
		return all
	}
	a, b := run(), run()
	for i := range a {
		if !a[i].Equal(b[i]) {
			t.Fatalf("event %d: %v and %v", i, a[i], b[i])
		}
	}
}

func TestNoAllocation(t *testing.T) {
	c := New(Options{})
	ev := event("h", start, start.Add(time.Second))
	c.Correct(ev)
	if n := testing.AllocsPerRun(1000, func() { c.Correct(ev) }); n != 0 {
		t.Fatalf("%v allocations an event", n)
	}
}

func FuzzCorrect(f *testing.F) {
	f.Add("h", int64(0), int64(1e18), int64(1795391077e9))
	f.Add("", int64(-1), int64(0), int64(1<<62))
	f.Fuzz(func(t *testing.T, host string, a, b, received int64) {
		c := New(Options{MaxHosts: 2})
		for i := range int64(20) {
			rec := time.Unix(0, received).Add(time.Duration(i) * 10 * time.Second)
			got, _ := c.Correct(event(host, time.Unix(0, a+b*i), rec))
			if got.Sub(rec) > 24*time.Hour || rec.Sub(got) > 96*time.Hour {
				t.Fatalf("record %v: counted at %v", rec, got)
			}
		}
	})
}
