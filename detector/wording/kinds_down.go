package wording

func (s story) fall(l *line) {
	per := PerMinute.Coarsen(s.window(), s.Observed, s.Expected)
	observed, expected := per.Of(s.Observed, s.window()), Figure(per.Of(s.Expected, s.window()))
	l.say(s.who())
	switch {
	case observed == 0 && s.Template != "":
		l.say(s.verb(" no longer logs ", " did not log ")).code(s.Called())
		l.say("; ", s.expected(expected), " ", per.Words(), ".")
	case s.Template != "":
		l.say(s.verb(" logs ", " logged ")).code(s.Called()).say(" ", often(observed), " ", per.Words(), "; ", s.expected(expected), ".")
	case observed == 0:
		l.say(s.verb(" logs nothing", " logged nothing"), "; ", s.expected(expected), " lines ", per.Words(), ".")
	default:
		l.say(s.verb(" logs ", " logged "), linesOf(observed), " ", per.Words(), "; ", s.expected(expected), ".")
	}
}

// often is "once" or "4 times", of a rate.
func often(n float64) string {
	if f := Figure(n); f != "1" {
		return f + " times"
	}
	return "once"
}

// linesOf is "1 line" or "4 lines", of a rate.
func linesOf(n float64) string {
	if f := Figure(n); f != "1" {
		return f + " lines"
	}
	return "1 line"
}

func (s story) silence(l *line) {
	per := PerSecond.Coarsen(s.window(), s.Expected)
	expected := Figure(per.Of(s.Expected, s.window()))
	l.say(s.who(), s.verb(" has", ""))
	if s.Template != "" {
		l.say(s.verb(" not logged ", " did not log ")).code(s.Called()).say(" for ", InWords(s.lasts()), "; ")
		l.say(s.expected(expected), " ", per.Words(), ".")
		return
	}
	l.say(" logged nothing for ", InWords(s.lasts()), "; ", s.expected(expected), " lines ", per.Words(), ".")
}
