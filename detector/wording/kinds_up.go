package wording

import (
	"slices"

	"github.com/tocsin-io/tocsin/detector"
)

func (s story) surge(l *line) {
	observed := s.worst()
	if s.Unit == "bytes" {
		s.volume(l)
		return
	}
	per := PerSecond.Coarsen(s.window(), observed)
	l.say(s.who(), s.verb(" logs ", " logged "))
	if s.Template != "" {
		l.code(s.Called()).say(" ")
		if x, ok := s.ratio(observed); ok {
			l.say(x, " times as often as expected: ")
		}
	} else if x, ok := s.ratio(observed); ok {
		l.say(x, " times as many lines as expected: ")
	}
	l.say(Figure(per.Of(observed, s.window())))
	if _, ok := s.ratio(observed); !ok {
		if s.Template == "" {
			l.say(" lines")
		} else {
			l.say(" times")
		}
	}
	l.say(" ", per.Words(), "; ", s.expected(Figure(per.Of(s.Expected, s.window()))), ".")
	if c, ok := s.carrier(); ok && s.Template == "" {
		l.say(" ").code(c.Called()).say(s.verb(" carries ", " carried "), Percent(c.Share), " of it.")
	} else if s.Template == "" && len(s.Carriers) > 1 {
		l.say(s.verb(" All its templates rise together.", " All its templates rose together."))
	}
}

func (s story) errorSpike(l *line) {
	observed := s.worst()
	per := PerMinute.Coarsen(s.window(), observed)
	l.say(s.who(), s.verb(" logs ", " logged "), s.errors(per.Of(observed, s.window())), " ", per.Words(), "; ",
		s.expected(Figure(per.Of(s.Expected, s.window()))), ".")
	switch c, ok := s.carrier(); {
	case ok:
		l.say(" ").code(c.Called()).say(s.verb(" carries ", " carried "), Percent(c.Share), " of them.")
	case s.Template != "":
		l.say(s.verb(" They are ", " They were ")).code(s.Called()).say(".")
	}
}

// errors is "1 error" or "188 errors"; what is logged at another level is called lines.
func (s story) errors(n float64) string {
	one, many := "error", "errors"
	if s.Level != detector.LevelNone && s.Level < detector.LevelError {
		one, many = s.Level.String()+" line", s.Level.String()+" lines"
	}
	figure := Figure(n)
	if figure == "1" {
		return figure + " " + one
	}
	return figure + " " + many
}

func (s story) newError(l *line) {
	l.say(s.who(), s.verb(" has", " had"), " an error it never logged before: ")
	s.rare(l)
}

func (s story) newTemplate(l *line) {
	l.say(s.who(), s.verb(" logs", " logged"), " a line it never logged before: ")
	s.rare(l)
}

// rare names a template and how often it came.
func (s story) rare(l *line) {
	template := s.Called()
	if c, ok := s.carrier(); ok && template == "" {
		template = c.Called()
	}
	if template == "" {
		template = "(unknown)"
	}
	l.code(template).say(", ", s.times(s.worst()), " in ", InWords(s.window()), ".")
}

func (s story) maskedError(l *line) {
	h := s.Hidden
	if h == nil {
		s.newError(l)
		return
	}
	l.say(s.who(), s.verb(" has", " had"), " a new error, ").code(h.Called()).say(", ", Times(max(1, h.Lines)), ".")
	if flooded(s.Incident) {
		l.say(s.verb(" A flood hides it: ", " A flood hid it: "))
	} else {
		l.say(s.verb(" It stands among others: ", " It stood among others: "))
	}
	s.flood(l)
}

// Hiding heads what is said of an incident's hidden error, and names what hides it.
func Hiding(in *detector.Incident) (head, by string) {
	if flooded(in) {
		return "Hidden by the flood", "the flood"
	}
	return "Among the others", "the others"
}

// flooded reports whether what hides an error is to be called a flood: a line a second or more. A few errors that are
// known can hide one that is new as well.
func flooded(in *detector.Incident) bool {
	return max(in.Peak, in.Observed) >= max(1, story{Incident: in}.window().Seconds())
}

// flood says how much hides an error: of the template that carries it, where its own figures are known. What a service
// logged at most says nothing of how much of it one template was.
func (s story) flood(l *line) {
	own := s.Template != "" && s.Template != s.Hidden.Template // the figures are those of the flood's template
	i := slices.IndexFunc(s.Carriers, func(c detector.Carrier) bool { return c.Template != "" && c.Template != s.Hidden.Template })
	most := ""
	switch {
	case own:
		l.code(s.Called()).say(" ", s.times(s.worst()), " in ", InWords(s.window()), "; ", s.expected(Figure(s.Expected)), ".")
		return
	case i >= 0 && !s.past && s.Carriers[i].Observed > 0:
		c := s.Carriers[i]
		l.code(c.Called()).say(" ", s.times(c.Observed), " in ", InWords(s.window()), "; ", s.expected(Figure(c.Expected)), ".")
		return
	case i >= 0:
		most = s.Carriers[i].Called()
	}
	l.say(Number(s.worst()), " lines in ", InWords(s.window()))
	if most != "" {
		l.say(", most of them ").code(most)
	}
	l.say("; ", s.expected(Figure(s.Expected)), ".")
}

func (s story) ramp(l *line) {
	observed := s.worst()
	per := PerMinute.Coarsen(s.window(), observed)
	l.say(s.who(), s.verb(" has logged ", " logged "))
	if s.Template != "" {
		l.code(s.Called()).say(" ")
	}
	l.say("more and more for ", InWords(s.lasts()), ": ")
	l.say(s.verb("", "at most "), Figure(per.Of(observed, s.window())), " ", per.Words(), s.verb(" now", ""), "; ",
		s.expected(Figure(per.Of(s.Expected, s.window()))), ".")
}

func (s story) volume(l *line) {
	observed, expected := BytePair(s.worst(), s.Expected)
	if s.Expected == 0 {
		expected = "none"
	}
	l.say(s.who(), " wrote ", observed, " in ", InWords(s.window()), "; it expected ", expected, ".")
	if c, ok := s.carrier(); ok {
		l.say(" ").code(c.Called()).say(s.verb(" is ", " was "), Percent(c.Share), " of it.")
	} else if s.Template != "" {
		l.say(" It", s.verb(" is ", " was ")).code(s.Called()).say(".")
	}
}
