package wording

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tocsin-io/tocsin/detector"
)

// MaxLock is how many characters a locked phone shows of a message.
const MaxLock = 120

// Lock is the message in at most MaxLock characters: severity, what, since when in the zone loc (nil: UTC); once
// resolved, how long it lasted and who had taken it. Templates give way first, then the time; numbers only in a
// rule's own summary.
func Lock(in *detector.Incident, loc *time.Location) string {
	if in.Status == detector.StatusResolved {
		return lockResolved(in)
	}
	head := Severity(in.Severity)
	if in.Status == detector.StatusAcknowledged {
		head = "Acknowledged"
	}
	since := " " + Since(in, time.Time{}, loc)
	if in.Rule != nil { // a person's summary may end without a full stop
		since = stop(short(in, MaxTemplate)) + since
	}
	for _, cut := range []int{MaxTemplate, 60, 48, 40, 32, 24, 16} {
		if s := head + ": " + short(in, cut) + since; fits(s) {
			return s
		}
	}
	for _, cut := range []int{32, 24, 16, 12} {
		if s := head + ": " + short(in, cut); fits(s) {
			return s
		}
	}
	return End(head+": "+short(in, 12), MaxLock)
}

// short is the first statement of the sentence, with templates in quotes and cut.
func short(in *detector.Incident, cut int) string {
	if in.Kind == detector.KindMaskedError && in.Hidden != nil && (in.Rule == nil || in.Rule.Summary == "") {
		by := " has a new error among others, "
		if flooded(in) {
			by = " has a new error hidden by a flood, "
		}
		return story{Incident: in}.who() + by + quote(Span{Middle(Clean(in.Hidden.Called()), cut), true}) + "."
	}
	var b strings.Builder
	for _, s := range sentence(in, cut) {
		text := quote(s)
		if !s.Code {
			if i := strings.Index(text, ". "); i >= 0 && in.Rule == nil {
				b.WriteString(text[:i+1])
				return b.String()
			}
		}
		b.WriteString(text)
	}
	return b.String()
}

func quote(s Span) string {
	if s.Code {
		return `"` + s.Text + `"`
	}
	return s.Text
}

func lockResolved(in *detector.Incident) string {
	kind := strings.ToLower(Kind(in.Kind))
	if in.Kind == detector.KindRule && in.Rule != nil {
		kind = "rule " + Middle(Clean(in.Rule.Name), 32)
	}
	s := "Resolved: "
	if in.Service != "" {
		s += Middle(Clean(in.Service), 32) + ", "
	}
	s += kind + ", after " + Duration(Lasted(in))
	if t := s + ", " + Count(in.Lines) + " " + Plural(in.Lines, "line", "lines"); in.Lines > 0 && fits(t+".") {
		s = t
	}
	s += "."
	if in.Assignee != "" {
		if t := s + " Taken by " + Middle(Clean(in.Assignee), 32) + "."; fits(t) {
			return t
		}
	}
	return End(s, MaxLock)
}

func fits(s string) bool { return utf8.RuneCountInString(s) <= MaxLock }

// stop is what ends a sentence that may have no end of its own.
func stop(s string) string {
	if last, n := utf8.DecodeLastRuneInString(s); n == 0 || strings.ContainsRune(".!?…:", last) {
		return ""
	}
	return "."
}
