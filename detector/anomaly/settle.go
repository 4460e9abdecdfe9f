package anomaly

import (
	"fmt"
	"slices"

	"github.com/tocsin-io/tocsin/detector"
)

// episode is one cause in one service: the alarm that explains the rest, and what it explains.
//
// The primary's series and direction stay what they were when the episode began, so the incident keeps its identity; its
// kind may rise (surge or error_spike to masked_error, fall to silence). What alarms within ten minutes of the last new
// alarm, or began when the episode did, belongs to it. The episode ends when none of it was heard for 40 minutes; an
// alarm of the same series until then continues it.
type episode struct {
	primary member
	kind    detector.Kind // of the primary, the highest so far
	onset   int64
	grown   int64 // bucket of the last new alarm
	heard   int64 // bucket in which any of it held
	members []member
}

// member is the identity of an alarm inside a service: what it is of, and its direction.
type member struct {
	key  detector.Series
	role role
	fam  family
}

// family groups the kinds that are one matter when they are of one series.
type family uint8

const (
	famUp family = iota
	famDown
	famMix
	famValue
)

func familyOf(k detector.Kind) family {
	switch k {
	case detector.KindFall, detector.KindSilence:
		return famDown
	case detector.KindMix:
		return famMix
	case detector.KindLatency:
		return famValue
	}
	return famUp
}

func (c *candidate) member() member {
	if c.value != nil {
		return member{key: c.value.key, fam: familyOf(c.kind)}
	}
	return member{key: c.of.series(), role: c.of.role, fam: familyOf(c.kind)}
}

// maxMembers bounds what one episode remembers of its parts.
const maxMembers = 256

func (e *episode) has(m member) bool { return e.primary == m || slices.Contains(e.members, m) }

// takes tells whether a new alarm belongs to the episode.
func (e *episode) takes(c *candidate, env *moment) bool {
	ten := env.minutes(10)
	if c.began-e.grown <= ten {
		return true
	}
	if familyOf(c.kind) == famDown && e.primary.fam == famDown && e.primary.role == roleTotal {
		return true // a service that is silent explains every template that is
	}
	if e.primary.fam == famMix && c.of != nil && c.of.role == roleTemplate && c.kind != detector.KindNewError && env.n-e.heard <= 2*ten {
		return true // the templates of a changed mix are told one by one, late
	}
	if c.kind != detector.KindNewError && c.rank < rankErrors && env.n-e.heard <= ten && env.n-e.onset <= 4*ten {
		return true // what lasts explains a template or value that follows it late
	}
	return c.onset >= e.onset-ten && c.onset <= e.grown+ten
}

// settle decides for every candidate whether it is a primary or explained by one, and appends the signals: primaries
// first, then at most eight of what each service's primaries explain.
func (v *service) settle(out []detector.Signal, env *moment) []detector.Signal {
	v.episodes = slices.DeleteFunc(v.episodes, func(e *episode) bool { return env.n-e.heard > env.minutes(40) })
	if len(v.signals) == 0 {
		return out
	}
	slices.SortStableFunc(v.signals, byRank)
	var minor []detector.Signal
	said := make(map[member]bool, len(v.signals))
	for i := range v.signals {
		c := &v.signals[i]
		m := c.member()
		if said[m] {
			continue
		}
		said[m] = true
		if secret := v.ofSecret(c, env); secret != "" {
			if len(minor) < minorInFlight {
				sig := v.describe(c, env)
				sig.ExplainedBy = secret
				minor = append(minor, sig)
			}
			continue
		}
		e := v.home(c, m, env)
		switch {
		case e == nil: // a notice that belongs to nothing
			sig := v.describe(c, env)
			sig.Severity = detector.SeverityNotice
			out = append(out, sig)
		case e.primary == m:
			out = append(out, v.primary(e, c, env))
		case len(minor) < minorInFlight:
			sig := v.describe(c, env)
			sig.ExplainedBy = name(e.kind, e.primary.key)
			minor = append(minor, sig)
		}
	}
	return append(out, minor...)
}

// home finds the episode of a candidate, or begins one; nil for a notice that belongs to none.
func (v *service) home(c *candidate, m member, env *moment) *episode {
	for _, e := range v.episodes {
		if e.has(m) {
			e.heard = env.n
			return e
		}
	}
	for _, e := range v.episodes {
		if e.takes(c, env) {
			if len(e.members) < maxMembers {
				e.members = append(e.members, m)
			}
			if !c.notice {
				e.grown = max(e.grown, c.began)
			}
			e.heard = env.n
			return e
		}
	}
	if c.notice {
		return nil
	}
	e := &episode{primary: m, kind: c.kind, onset: c.onset, grown: env.n, heard: env.n}
	v.episodes = append(v.episodes, e)
	return e
}

// primary is the signal of an episode's primary. A flood that hides a new error is a masked_error from then on.
func (v *service) primary(e *episode, c *candidate, env *moment) detector.Signal {
	sig := v.describe(c, env)
	if m := e.kind; m != c.kind && m == detector.KindSilence && c.kind == detector.KindFall {
		sig.Kind = m
	}
	e.kind = sig.Kind
	if e.primary.fam != famUp || c.of == nil {
		return sig
	}
	if h := v.hidden(c.of, e.onset, env); h != nil {
		sig.Kind, sig.Hidden = detector.KindMaskedError, h
		e.kind = sig.Kind
	}
	return sig
}

// ofSecret names the secret that a new template or error came with: the line that logs it is news for one reason only.
func (v *service) ofSecret(c *candidate, env *moment) string {
	if v.secretBegan == 0 || c.of == nil || c.of.role != roleTemplate || c.kind != detector.KindNewError {
		return ""
	}
	if d := c.of.born - v.secretBegan; d < -1 || d > 1 {
		return ""
	}
	return name(detector.KindSecret, v.secretID)
}

// secret remembers when the newest secret began.
func (v *service) secret(s detector.Series, n int64) {
	if v.secretID != s || v.secretBegan == 0 {
		v.secretID, v.secretBegan = s, n
	}
}

// name is a kind and series as text, for Signal.ExplainedBy.
func name(k detector.Kind, s detector.Series) string {
	text := fmt.Sprintf("%s of %s", k, s.Service)
	if s.Level != detector.LevelNone {
		text += " " + s.Level.String()
	}
	if s.Shape != 0 {
		text += " " + s.Shape.String()
	}
	if s.Name != "" {
		text += " " + s.Name
	}
	if s.Key != "" {
		text += " " + s.Key
	}
	return text
}
