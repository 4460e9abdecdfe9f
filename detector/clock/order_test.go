package clock

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// written is a line of a file: when it was written and read, and by what clock it was stamped.
type written struct {
	host, service string
	at, read      time.Time
	off           time.Duration
}

// every writes a line of a host every so often, by a clock that is off.
func every(host string, gap, off time.Duration, from, to time.Time) (out []written) {
	for at := from; at.Before(to); at = at.Add(gap) {
		out = append(out, written{host: host, service: "s-" + host, at: at, read: at, off: off})
	}
	return out
}

// file is lines in the order in which they were read.
func file(parts ...[]written) []written {
	all := slices.Concat(parts...)
	slices.SortStableFunc(all, func(a, b written) int { return a.read.Compare(b.read) })
	return all
}

// count is when each line of a file counts. Lines are told ahead by so many.
func count(c *Clock, lines []written, ahead int) (at []time.Time, skewed []bool) {
	var events []detector.Event
	for _, l := range lines {
		events = append(events, detector.Event{Host: l.host, Service: l.service, Time: l.at.Add(l.off)})
	}
	told := 0
	for i := range events {
		for ; told < min(i+ahead, len(events)); told++ {
			c.Coming(&events[told])
		}
		t, s := c.Correct(&events[i])
		at, skewed = append(at, t), append(skewed, s)
	}
	return at, skewed
}

// worst is how far the lines of a host count from when they were written, of those written from from on.
func worst(lines []written, at []time.Time, host string, from time.Time) (far time.Duration) {
	for i, l := range lines {
		if l.host == host && !l.at.Before(from) {
			far = max(far, at[i].Sub(l.at).Abs())
		}
	}
	return far
}

const ahead = 300 // lines

func TestClocksOfAFileAreMeasuredByEachOther(t *testing.T) {
	hour := start.Add(time.Hour)
	web := every("web", 5*time.Second, 0, start, hour)
	mail := every("mail", 9*time.Second, 0, start, hour)
	for _, c := range []struct {
		name  string
		parts [][]written
		skew  map[string]time.Duration // what is measured, within ten seconds
		right []string                 // hosts whose lines count when they were written, within ten seconds
	}{
		{"all right", [][]written{web, mail}, nil, []string{"web", "mail"}},
		{
			"one of two is ahead",
			[][]written{web, every("db", 10*time.Second, 7*time.Minute, start, hour)},
			map[string]time.Duration{"db": 7 * time.Minute},
			[]string{"web", "db"},
		},
		{
			"the one that is ahead writes most",
			[][]written{web, mail, every("db", time.Second, 7*time.Minute, start, hour)},
			map[string]time.Duration{"db": 7 * time.Minute},
			[]string{"web", "mail", "db"},
		},
		{
			"the first line is that of the one ahead",
			[][]written{
				every("db", 10*time.Second, time.Hour, start, hour), every("web", 5*time.Second, 0, start.Add(time.Second), hour),
			},
			map[string]time.Duration{"db": time.Hour},
			[]string{"web", "db"},
		},
		{
			"one of three is behind",
			[][]written{web, mail, every("db", 10*time.Second, -7*time.Minute, start, hour)},
			map[string]time.Duration{"db": -7 * time.Minute},
			[]string{"web", "mail"},
		},
		{
			"two are ahead, each otherwise",
			[][]written{
				web, mail, every("x", 7*time.Second, 0, start, hour),
				every("db", 10*time.Second, 7*time.Minute, start, hour), every("cron", 8*time.Second, 4*time.Minute, start, hour),
			},
			map[string]time.Duration{"db": 7 * time.Minute, "cron": 4 * time.Minute},
			[]string{"web", "mail", "x", "db", "cron"},
		},
		{
			"it begins to be ahead",
			[][]written{
				web, every("db", 10*time.Second, 0, start, start.Add(10*time.Minute)),
				every("db", 10*time.Second, 7*time.Minute, start.Add(10*time.Minute), hour),
			},
			map[string]time.Duration{"db": 7 * time.Minute},
			[]string{"web", "db"},
		},
		{
			"all pause",
			[][]written{
				web, mail, every("mail", 9*time.Second, 0, hour.Add(9*time.Hour), hour.Add(10*time.Hour)),
				every("web", 5*time.Second, 0, hour.Add(9*time.Hour), hour.Add(10*time.Hour)),
			},
			nil,
			[]string{"web", "mail"},
		},
		{
			"each line is long after the one before",
			[][]written{
				every("a", 15*time.Minute, 0, start, hour), every("b", 15*time.Minute, 0, start.Add(4*time.Minute), hour),
				every("c", 15*time.Minute, 0, start.Add(9*time.Minute), hour),
			},
			nil,
			[]string{"a", "b", "c"},
		},
		{"one after the other", [][]written{web, every("mail", time.Second, 0, hour, hour.Add(time.Hour))}, nil, []string{"web", "mail"}},
		{"one clock alone", [][]written{every("web", 5*time.Minute, 0, start, hour)}, nil, []string{"web"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock := New(Options{})
			lines := file(c.parts...)
			at, _ := count(clock, lines, ahead)
			for _, h := range c.right {
				if far := worst(lines, at, h, start); far > 10*time.Second {
					t.Errorf("lines of %s count up to %v from when they were written", h, far)
				}
			}
			skews := clock.Skews()
			if len(skews) != len(c.skew) {
				t.Errorf("measured %+v, want %v", skews, c.skew)
			}
			for _, s := range skews {
				if d := s.Error - c.skew[s.Host]; d.Abs() > 10*time.Second {
					t.Errorf("%s is off by %v, want %v", s.Host, s.Error, c.skew[s.Host])
				}
			}
		})
	}
}

// A forwarder that was away delivers what it held at once: its lines keep their times, as do those of the others.
func TestHeldLinesOfAFileKeepTheirTimes(t *testing.T) {
	hour := start.Add(time.Hour)
	held := every("db", 3*time.Second, 0, start, hour)
	for i := range held {
		if m := held[i].at.Sub(start); m > 20*time.Minute && m < 30*time.Minute {
			held[i].read = start.Add(30 * time.Minute).Add(time.Duration(i) * 100 * time.Millisecond)
		}
	}
	lines := file(held, every("web", 5*time.Second, 0, start, hour))
	c := New(Options{})
	at, skewed := count(c, lines, ahead)
	for i, l := range lines {
		if skewed[i] || !at[i].Equal(l.at) {
			t.Fatalf("line %d of %s, written %v, counts at %v, skewed %v", i, l.host, l.at, at[i], skewed[i])
		}
	}
}

// Two logs one after the other in a file, of the same days: no line counts elsewhere than it says.
func TestLogsInARowKeepTheirTimes(t *testing.T) {
	hour := start.Add(time.Hour)
	lines := slices.Concat(every("web", time.Minute, 0, start, hour), every("db", time.Minute, 0, start, hour))
	at, _ := count(New(Options{}), lines, ahead)
	for i, l := range lines {
		if !at[i].Equal(l.at) {
			t.Fatalf("line %d of %s, written %v, counts at %v", i, l.host, l.at, at[i])
		}
	}
}

// A service without a host is not measured, and its clock that is ahead still does not carry the log away.
func TestServicesWithoutHosts(t *testing.T) {
	hour := start.Add(time.Hour)
	lines := file(every("web", 5*time.Second, 0, start, hour), every("db", 10*time.Second, time.Hour, start, hour))
	services := slices.Clone(lines)
	for i := range services {
		services[i].host = ""
	}
	at, _ := count(New(Options{}), services, ahead)
	for _, of := range []string{"web", "db"} {
		if far := worst(lines, at, of, start); far > 10*time.Second {
			t.Errorf("lines of %s count up to %v from when they were written", of, far)
		}
	}
}

// A record has a time, or it has none: what was told ahead is not mixed up.
func TestComingIsOfLinesWithoutRecordTime(t *testing.T) {
	c := New(Options{})
	dated := event("h", start, start.Add(time.Second))
	undated := event("h", start.Add(time.Minute), time.Time{})
	bare := event("h", time.Time{}, time.Time{})
	all := []*detector.Event{dated, bare, undated, bare, dated}
	for _, ev := range all {
		c.Coming(ev)
	}
	for i, ev := range all {
		if got, _ := c.Correct(ev); !got.Equal(ev.Time) {
			t.Errorf("event %d: %v, want %v", i, got, ev.Time)
		}
	}
}

// What is told ahead takes bounded room, and a line of any time is moved no further than clocks are believed to be off.
func TestAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	c := New(Options{MaxHosts: 20})
	var lines []written
	for i := range 20_000 {
		lines = append(lines, written{
			host: string(rune('a' + r.IntN(30))), at: start.Add(time.Duration(i) * time.Second),
			off: time.Duration(r.NormFloat64() * float64(time.Hour)),
		})
	}
	at, _ := count(c, lines, ahead)
	for i, l := range lines {
		if at[i].Sub(l.at).Abs() > 24*time.Hour {
			t.Fatalf("line %d, written %v, counts at %v", i, l.at, at[i])
		}
	}
	if n := cap(c.order.coming); n > 8*ahead {
		t.Errorf("room for %d lines that were told ahead by %d", n, ahead)
	}
}
