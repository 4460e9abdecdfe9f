// Package mute says what does not page, and when: silences, and what people marked as expected or as noise.
//
// All are one thing, a Mute: what it matches, when it holds, who said so and why. They differ in what follows. What a
// silence covers is held back, and pages if it is still open when the silence ends. What is marked is only written down.
package mute

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Sort is what a Mute is.
type Sort string

// The sorts.
const (
	Silence  Sort = "silence"  // a person does not want to be paged for a time
	Expected Sort = "expected" // it happens, and is known: a nightly batch
	Noise    Sort = "noise"    // it happens, and nobody has to do anything about it
)

// Marked reports whether it is a person's word about what happens, and not a silence.
func (s Sort) Marked() bool { return s == Expected || s == Noise }

// Mute is one silence or mark.
type Mute struct {
	ID        string
	Sort      Sort
	Match     Match
	Weekly    *Weekly   // only at these hours; nil: at all
	Starts    time.Time // from here on
	Ends      time.Time // and before this; zero: until it is taken back
	Author    string
	Comment   string // why
	Incident  string // where a mark was made; empty: on no incident
	CreatedAt time.Time
	Critical  bool      // a silence that covers secrets and lost input too; marks name what they cover
	Noticed   time.Time // the end that people were told of before it came; zero: none
	EndedBy   string    // who ended it before its time, at Ends; it is in force at no time then
}

// Bounds of a Mute.
const (
	maxComment = 1000
	maxField   = 512
)

// Check says what is wrong with m, for the person who wrote it; nil where nothing is.
func (m *Mute) Check() error {
	switch {
	case m.Sort != Silence && m.Sort != Expected && m.Sort != Noise:
		return fmt.Errorf("%q is not known: use silence, expected or noise", m.Sort)
	case m.Author == "":
		return errors.New("it needs an author")
	case m.Match.empty():
		return errors.New("it would mute everything: name a service, an environment, a kind, a template, a rule or an expression")
	case len(m.Comment) > maxComment:
		return fmt.Errorf("the comment is longer than %d bytes", maxComment)
	case m.Starts.IsZero():
		return errors.New("it needs a start")
	case !m.Ends.IsZero() && !m.Ends.After(m.Starts):
		return errors.New("it must end after it starts")
	case m.Sort == Silence && m.Weekly == nil && m.Ends.IsZero():
		return errors.New("a silence that holds at every hour needs an end")
	case m.Sort == Silence && !m.Critical && m.Match.Kind.Critical():
		return errors.New("secrets and lost input are left out of a silence unless it is said that it covers them too")
	}
	if err := m.Match.check(); err != nil {
		return err
	}
	if m.Weekly != nil {
		return m.Weekly.Check()
	}
	return nil
}

// Holds reports whether m is in force at t.
func (m *Mute) Holds(t time.Time) bool {
	return m.EndedBy == "" && !t.Before(m.Starts) && !m.Ended(t) && (m.Weekly == nil || m.Weekly.Covers(t))
}

// Ended reports whether m is over at t for good.
func (m *Mute) Ended(t time.Time) bool { return !m.Ends.IsZero() && !t.Before(m.Ends) }

// Lasting reports whether m holds at every hour until it is taken back.
func (m *Mute) Lasting() bool { return m.Weekly == nil && m.Ends.IsZero() }

// Matches reports whether m is about in, whenever that was.
//
// A mark that names no kind is not about an incident in which an error hides: noise must not hide a rare error.
func (m *Mute) Matches(in *detector.Incident) bool {
	if m.Sort.Marked() && in.Hidden != nil && m.Match.Kind == "" && m.Match.Identity == "" {
		return false
	}
	return !m.LeavesOut(in) && m.Match.Covers(in)
}

// LeavesOut reports whether m is no word about in only because it is critical.
func (m *Mute) LeavesOut(in *detector.Incident) bool {
	return m.Sort == Silence && !m.Critical && in.Kind.Critical() && m.Match.Covers(in)
}

// NoticeFrom is when people are told that m is about to end: a quarter of its length before, at most 15 min. False where nobody
// is, as it is a mark or has no end.
func (m *Mute) NoticeFrom() (time.Time, bool) {
	if m.Sort != Silence || m.Ends.IsZero() || m.EndedBy != "" {
		return time.Time{}, false
	}
	return m.Ends.Add(-min(15*time.Minute, m.Ends.Sub(m.Starts)/4)), true
}

// Why is the sentence for whoever asks why nobody was paged: "expected: nightly batch, marked by ann on 3 Mar 2026", and
// until when.
func (m *Mute) Why() string {
	if m.Ends.IsZero() {
		return m.Cause()
	}
	return m.Cause() + ", until " + m.Ends.UTC().Format("2 Jan 2006 15:04 UTC")
}

// Cause is Why without its end, for where that is told in the reader's zone.
func (m *Mute) Cause() string {
	var b strings.Builder
	if m.Sort == Silence {
		b.WriteString("silenced")
	} else {
		b.WriteString(string(m.Sort))
	}
	if m.Comment != "" {
		b.WriteString(": " + oneLine(m.Comment))
	}
	by := ", marked by "
	if m.Sort == Silence {
		by = ", by "
	}
	b.WriteString(by + m.Author)
	if !m.CreatedAt.IsZero() {
		b.WriteString(" on " + m.CreatedAt.UTC().Format("2 Jan 2006"))
	}
	if m.Weekly != nil {
		b.WriteString(", " + m.Weekly.String())
	}
	return b.String()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
