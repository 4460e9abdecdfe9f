package notifier

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector/wording"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// Standing is how a route that keeps state stands with an incident. Times are zero where there is none.
type Standing struct {
	Sort      plan.Sort
	Labels    map[string]string
	Incidents int
	SentAt    time.Time // of the last message
	DueAt     time.Time // of the next one
	FollowAt  time.Time // of the next reminder or step of escalation
	BaseAt    time.Time // from when escalation counts
	EndedAt   time.Time
	Step      int // steps that were taken
}

// Say is what a route does with an incident beyond naming its receivers, a sentence for each: its group, when its messages
// are sent, until when it is muted, how much of its budget is used, and who is told next. used are the pages that it has sent
// this week. None where the route keeps no state.
func (r *Router) Say(route string, standing []Standing, used int, loc *time.Location) []string {
	p, ok := r.Policy(route)
	if !ok {
		return nil
	}
	now := r.o.Now()
	w := words{now, loc}
	var out []string
	if p.MutedUntil.After(now) {
		out = append(out, "muted until "+w.at(p.MutedUntil)+": it wakes nobody before")
	}
	i := slices.IndexFunc(standing, func(s Standing) bool { return s.EndedAt.IsZero() })
	switch {
	case i >= 0:
		out = append(out, w.group(standing[i], p)...)
	case len(standing) > 0:
		out = append(out, "its group was over at "+w.at(standing[len(standing)-1].EndedAt))
	case !p.DigestAt.IsZero():
		out = append(out, "it would be listed in the digest of "+w.at(p.DigestAt))
	default:
		out = append(out, w.policy(p)...)
	}
	if p.Budget > 0 {
		out = append(out, fmt.Sprintf("budget: %d of %d pages this week are used", used, p.Budget))
	}
	return out
}

type words struct {
	now time.Time
	loc *time.Location
}

// at is a time of day, with its day where that is another one.
func (w words) at(t time.Time) string {
	t, now := t.In(w.loc), w.now.In(w.loc)
	if t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04")
	}
	return t.Format("Mon 2 Jan 15:04")
}

func (w words) group(s Standing, p plan.Policy) []string {
	var out []string
	n := strconv.Itoa(s.Incidents) + " " + wording.Plural(uint64(s.Incidents), "incident", "incidents")
	switch s.Sort {
	case plan.Shared:
		g := plan.Group{Labels: s.Labels}
		out = append(out, "in the group "+wording.Middle(wording.Clean(g.Where()), 120)+" with "+n)
	case plan.Daily:
		return append(out, "listed in the digest of "+w.at(s.DueAt)+" with "+n)
	case plan.Over:
		out = append(out, "beyond the week's budget: it stands in a list of "+n)
	}
	if !s.SentAt.IsZero() {
		out = append(out, "last message at "+w.at(s.SentAt))
	}
	if !s.DueAt.IsZero() && (s.SentAt.IsZero() || s.Sort == plan.Shared) {
		out = append(out, "next message at "+w.at(s.DueAt))
	}
	if !s.FollowAt.IsZero() {
		out = append(out, w.next(s, p))
	}
	return out
}

// next says what comes unless somebody acknowledges.
func (w words) next(s Standing, p plan.Policy) string {
	if s.Step < len(p.Steps) {
		step := p.Steps[s.Step]
		if !s.BaseAt.Add(step.After).After(s.FollowAt) {
			return "next escalation at " + w.at(s.FollowAt) + " to " + strings.Join(step.Receivers, ", ") + " unless acknowledged"
		}
	}
	return "next reminder at " + w.at(s.FollowAt) + " unless acknowledged"
}

// policy says what the route would do with an incident that it has not taken yet.
func (w words) policy(p plan.Policy) []string {
	var out []string
	if p.Wait > 0 {
		out = append(out, "a group collects for "+wording.Duration(p.Wait)+" before its first message")
	}
	for _, s := range p.Steps {
		out = append(out, "escalated after "+wording.Duration(s.After)+" to "+strings.Join(s.Receivers, ", ")+" unless acknowledged")
	}
	if p.Repeat > 0 {
		out = append(out, "repeated every "+wording.Duration(p.Repeat)+" unless acknowledged")
	}
	return out
}
