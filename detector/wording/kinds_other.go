package wording

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

func (s story) mix(l *line) {
	l.say(s.who(), s.verb(" logs", " logged"), " other things than usual")
	template := s.Called()
	observed, expected := s.worst(), s.Expected
	if template == "" && len(s.Carriers) > 0 {
		template = s.Carriers[0].Called()
		if s.Unit != "share" {
			observed, expected = s.Carriers[0].Observed, s.Carriers[0].Expected
		}
	}
	switch {
	case template == "":
		l.say(".")
	case s.Unit == "share":
		l.say(": ").code(template).say(s.verb(" is ", " was "), Percent(observed), " of its lines; it expected ", Percent(expected), ".")
	default:
		l.say(": ").code(template).say(" came ", s.times(observed), " in ", InWords(s.window()), "; ", s.expected(Figure(expected)), ".")
	}
}

func (s story) latency(l *line) {
	observed := s.worst()
	unit := Middle(Clean(s.Unit), maxUnit)
	if unit == "" {
		unit = "ms"
	}
	l.say(s.who(), s.verb(" is ", " was "))
	if x, ok := s.ratio(observed); ok {
		l.say(x, " times as slow as expected: ")
	} else {
		l.say("slower than expected: ")
	}
	if s.Template != "" {
		l.code(s.Called()).say(" at ")
	}
	l.say(Figure(observed), " ", unit, ", its geometric mean")
	if s.Window > 0 {
		l.say(" over ", InWords(s.window()))
	}
	l.say("; it expected ", Figure(s.Expected), " ", unit, ".")
}

func (s story) secret(l *line) {
	kind, key := "secret", ""
	if s.Secret != nil {
		kind, key = SecretKind(s.Secret.Kind), s.Secret.Key
	}
	n := max(s.Lines, uint64(finite(s.Observed)), 1)
	l.say(s.who(), " wrote ", article(kind), " ", Middle(kind, maxName), " to its log ", Times(n))
	if key != "" {
		l.say(", under the key ").code(key)
	}
	if h := s.hosts(); h > 0 {
		l.say(", from ", Count(h), " ", Plural(h, "host", "hosts"))
	}
	l.say(".")
}

func (s story) loss(l *line) {
	if s.Expected > 0 && s.Observed == 0 {
		s.noInput(l)
		return
	}
	l.say("Lines")
	if s.Service != "" {
		l.say(" of ", name(s.Service))
	}
	l.say(" may be missing: ")
	n := uint64(finite(s.worst()))
	if len(s.Places) == 0 {
		l.say("the topic")
		n = max(n, 1)
	} else if l.say("partition ", strconv.Itoa(s.Places[0].Partition), " of ").code(s.Places[0].Topic); n == 0 {
		l.say(" is another one, as its topic was made anew. All that was known of the old one had been read.")
		return
	}
	l.say(s.verb(" has", " had"), " a gap of ", Count(n), " ", Plural(n, "offset", "offsets"))
	s.stretch(l)
	l.say(". Nothing in it ", s.verb("is", "was"), " judged as a fall.")
}

// stretch says which offsets of the first partition are lost, and over how long they were logged.
func (s story) stretch(l *line) {
	if len(s.Places) > 0 && s.Places[0].Lines > 0 {
		first, last := s.Places[0], s.Places[len(s.Places)-1]
		l.say(", from ", strconv.FormatInt(first.From, 10), " to ", strconv.FormatInt(last.To, 10))
	}
	if d := s.LastLine.Sub(s.Onset); !s.LastLine.IsZero() && d >= time.Second {
		l.say(", over ", InWords(d), " of the log")
	}
}

// noInput is said of a partition that brings nothing.
func (s story) noInput(l *line) {
	l.say("A partition")
	if len(s.Places) > 0 {
		l.say(" (", strconv.Itoa(s.Places[0].Partition), " of ").code(s.Places[0].Topic).say(")")
	}
	l.say(s.verb(" has brought", " brought"), " no record for ", InWords(s.lasts()), " while others of its topic ", s.verb("go", "went"), " on; ",
		s.expected(Figure(s.Expected)), ".")
}

func (s story) rule(l *line) {
	l.say("Rule ")
	r := s.Rule
	if r == nil {
		l.say(s.verb("fires", "fired"))
	} else {
		l.code(r.Name).say(s.verb(" fires", " fired"))
		if len(r.By) > 0 {
			l.say(" for ", pairs(r.By))
		}
	}
	if r != nil && s.absent() {
		l.say(": no line ", s.verb("has come", "came"), " for ", InWords(s.lasts()), ".")
		return
	}
	if NoValue(s.Incident) {
		l.say(": no ", s.Rule.Without, s.verb(" has come", " came"))
		if s.Window > 0 {
			l.say(" in ", InWords(s.window()))
		}
		l.say(", so there ", s.verb("is", "was"), " nothing to measure.")
		return
	}
	l.say(": ", Amount(s.worst(), s.Unit))
	if s.Window > 0 {
		l.say(" in ", InWords(s.window()))
	}
	if r != nil && r.Limit != "" {
		l.say(", its limit ", s.verb("is ", "was "), s.limit())
	}
	if s.Expected > 0 {
		figure, verb := Amount(s.Expected, s.Unit), " were"
		if s.Unit == "share" || s.Unit != "" && s.Unit != "lines" || figure == "1" {
			verb = " was"
		}
		l.say("; ", figure, verb, " expected")
	}
	l.say(".")
}

// absent reports whether a rule fires, or fired, because nothing came.
func (s story) absent() bool {
	if s.Unit != "" && s.Unit != "lines" || s.Peak > 0 {
		return false
	}
	return s.Observed == 0 || s.past && s.Rule.Limit == "0"
}

// limit is what the value was held against, in its unit.
func (s story) limit() string {
	if limit, err := strconv.ParseFloat(s.Rule.Limit, 64); err == nil && s.Unit != "" {
		return Amount(limit, s.Unit)
	}
	return Middle(Clean(s.Rule.Limit), maxName)
}

// pairs prints a rule's group in a fixed order, at most four of it.
func pairs(by map[string]string) string {
	keys := slices.Sorted(maps.Keys(by))
	var out []string
	for i, k := range keys {
		if i == 4 {
			out = append(out, "and "+strconv.Itoa(len(keys)-4)+" more")
			break
		}
		out = append(out, Middle(Clean(k), 40)+"="+Middle(Clean(by[k]), 40))
	}
	return strings.Join(out, ", ")
}

func (s story) skew(l *line) {
	l.say("The clock of ")
	if len(s.Hosts) > 0 {
		l.code(s.Hosts[0])
		if s.Service != "" {
			l.say(" (", name(s.Service), ")")
		}
	} else if s.Service != "" {
		l.say("a host of ", name(s.Service))
	} else {
		l.say("a host")
	}
	l.say(s.verb(" is ", " was "), clockOff(s.Incident), ". The times of its lines ", s.verb("are", "were"), " corrected by it.")
}

// clockOff is by how much a clock is ahead or behind: "4 min 12 s ahead".
func clockOff(in *detector.Incident) string {
	unit := time.Second
	if in.Unit == "ms" {
		unit = time.Millisecond
	}
	off, way := in.Observed, " ahead"
	if off < 0 {
		off, way = -off, " behind"
	}
	return Duration(time.Duration(min(finite(off), 1e9)*float64(unit))) + way
}

func (s story) late(l *line) {
	n := max(uint64(finite(s.worst())), 1)
	l.say(Count(n), " ", Plural(n, "line", "lines"))
	if s.Service != "" {
		l.say(" of ", name(s.Service))
	}
	l.say(" came late in ", InWords(s.window()), ": the time that ", Plural(n, "it is", "they are"), " of was judged without ", Plural(n, "it", "them"), ".")
}

// other words a kind that this version does not know.
func (s story) other(l *line) {
	l.say(s.who(), s.verb(" shows ", " showed "), Kind(s.Kind), ": ", Amount(s.worst(), s.Unit), "; it expected ", Amount(s.Expected, s.Unit), ".")
}
