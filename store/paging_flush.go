package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// standing is how a group stands when it may tell.
type standing struct {
	all     []member
	shown   []member // those that a message lists
	opens   []member // of which nobody was told
	again   bool     // what was over is open again
	waits   bool     // something is hidden that may have to be told later
	open    int      // of shown
	taken   int      // of shown: acknowledged
	pending bool     // something untold is not over
	read    int      // members, also those that are left out here
}

// stand looks at the members. A list of what called nobody holds also what was over before it was told.
func stand(sort plan.Sort, all []member) standing {
	st := standing{all: all}
	for _, m := range all {
		switch {
		case m.told == "" && m.hidden:
			st.waits = st.waits || m.Status != detector.StatusResolved
			continue
		case m.told == "" && m.Status == detector.StatusResolved && sort != plan.Over:
			continue
		}
		st.shown = append(st.shown, m)
		if m.opens() || m.told == "" && sort == plan.Over {
			st.opens = append(st.opens, m)
		}
		st.again = st.again || m.again()
		st.pending = st.pending || m.told == ""
		switch m.Status {
		case detector.StatusOpen:
			st.open++
		case detector.StatusAcknowledged:
			st.taken++
		}
	}
	return st
}

// flush tells what a group has to tell. in is the incident whose change is told, event that change; nil and empty where the
// clock is the reason.
func (s *Store) flush(ctx context.Context, tx *sql.Tx, g *group, p plan.Policy, known bool, now time.Time, in *detector.Incident, event detector.ChangeEvent) ([]plan.Notification, error) {
	all, err := members(ctx, tx, g)
	if err != nil {
		return nil, err
	}
	st := stand(g.sort, all)
	read := len(all)
	if g.due = never; st.waits {
		g.due = micros(now.Add(lookAgain))
	}
	if g.sort == plan.Daily {
		return s.flushDigest(ctx, tx, g, st, now)
	}
	var told []plan.Notification
	held := g.hold(p, st, now)
	if held {
		st = stand(g.sort, asleep(g.sort, all))
	} else if st.wakes() && g.sort != plan.Over {
		ok, err := s.afford(ctx, tx, g, p, st)
		if err != nil {
			return nil, err
		}
		if !ok {
			if told, err = s.collapse(ctx, tx, g, p, all, now); err != nil {
				return nil, err
			}
			all = asleep(g.sort, all)
			st = stand(g.sort, all)
		}
	}
	if !st.wakes() && (g.sent == 0 || unchanged(st) && !g.news) { // there is nothing to say
		g.end(st, len(all), held, p.Week, now)
		return told, updateGroup(ctx, tx, g)
	}
	what := eventOf(g, st, event)
	if what == plan.Digested {
		g.base = micros(now)
	}
	g.end(st, len(all), held, p.Week, now)
	g.schedule(p, known, st, now)
	st.read = read
	more, err := s.say(ctx, tx, g, p, st, what, g.receivers, in, now)
	return append(told, more...), err
}

// wakes reports whether there is something to call people for.
func (st *standing) wakes() bool { return len(st.opens) > 0 || st.again }

// hold says whether what wakes has to wait, and until when: for the end of a mute time, or, of the list of what is beyond a
// budget, for the next time that it calls. What else there is to say is said.
func (g *group) hold(p plan.Policy, st standing, now time.Time) bool {
	switch again := g.base + overInterval.Microseconds(); {
	case !st.wakes():
		return false
	case p.MutedUntil.After(now):
		if g.sent == 0 {
			g.base = micros(p.MutedUntil)
		}
		g.due = min(g.due, micros(p.MutedUntil))
		return true
	case g.sort == plan.Over && g.sent != 0 && micros(now) < again:
		g.due = min(g.due, again)
		return true
	}
	return false
}

// asleep leaves out what wakes.
func asleep(sort plan.Sort, all []member) []member {
	return slices.DeleteFunc(slices.Clone(all), func(m member) bool {
		return m.opens() || m.again() || sort == plan.Over && m.told == ""
	})
}

// end ends a group that has nothing more to tell: one whose incidents are over, and the list of a week once that is over too.
// One incident alone has its group for as long as it is kept.
func (g *group) end(st standing, members int, held bool, week, now time.Time) {
	over := st.open+st.taken == 0 && !st.waits && !held && !st.pending
	switch {
	case g.sort == plan.Shared && over, g.sort == plan.Alone && members == 0, g.sort == plan.Over && over && g.labels["week"] != weekName(week):
		g.ended, g.due, g.follow = micros(now), never, never
	case g.sort == plan.Over:
		g.due = min(g.due, micros(now.Add(24*time.Hour)))
	}
}

// eventOf is what a group that was told, or now is, tells by its standing; hint is the change that is the reason.
func eventOf(g *group, st standing, hint detector.ChangeEvent) detector.ChangeEvent {
	switch {
	case g.sort == plan.Over && (len(st.opens) > 0 || st.again):
		return plan.Digested
	case g.sort == plan.Over:
		return detector.ChangeUpdated
	case len(st.opens) > 0:
		return detector.ChangeOpened
	case st.again:
		return detector.ChangeReopened
	case st.open+st.taken == 0 && settled(st, detector.StatusResolved):
		return detector.ChangeUpdated // as before
	case st.open+st.taken == 0:
		return detector.ChangeResolved
	case st.open == 0 && !settled(st, detector.StatusAcknowledged):
		return detector.ChangeAcknowledged
	case g.sort == plan.Alone && hint == detector.ChangeAcknowledged:
		return hint // given to another person
	}
	return detector.ChangeUpdated
}

// unchanged reports whether the message before says how everything is.
func unchanged(st standing) bool {
	return !slices.ContainsFunc(st.shown, func(m member) bool { return m.told != m.Status })
}

func weekName(week time.Time) string { return week.UTC().Format(time.RFC3339) }

// settled reports whether the message before gave nothing a status other than now and one, or resolved.
func settled(st standing, status detector.Status) bool {
	for _, m := range st.shown {
		if m.told != status && m.told != detector.StatusResolved {
			return false
		}
	}
	return true
}

// say writes a message of the group for receivers, and where they are all of the group's, notes what it says of each member.
func (s *Store) say(ctx context.Context, tx *sql.Tx, g *group, p plan.Policy, st standing, event detector.ChangeEvent, receivers []string, in *detector.Incident, now time.Time) ([]plan.Notification, error) {
	shown := st.shown
	if len(shown) == 0 {
		return nil, updateGroup(ctx, tx, g)
	}
	body := &plan.Group{ID: g.id, Sort: g.sort, Route: g.route, Labels: g.labels, Since: fromMicros(g.opened)}
	if g.sort == plan.Over {
		body.Budget = p.Budget
	}
	items := make([]plan.Item, len(shown))
	for i, m := range shown {
		items[i] = m.Item
	}
	body.Of(items)
	if g.sort == plan.Shared {
		var err error
		if body.Earlier, err = leftOut(ctx, tx, g.id, st.read); err != nil {
			return nil, err
		}
	}
	if in == nil || in.ID != body.Items[0].ID {
		var err error
		if in, err = full(ctx, tx, body.Items[0].ID); err != nil {
			return nil, err
		}
	}
	mention := g.mention
	if len(p.Mention) > 0 {
		mention = p.Mention
	}
	out := make([]plan.Notification, 0, len(receivers))
	for _, r := range receivers {
		if !s.router.Receives(r) {
			continue // nobody would ever send it
		}
		out = append(out, plan.Notification{
			Notification: detector.Notification{
				ID: notificationID(g.id, event, r, int64(g.messages), 0), Receiver: r, Event: event, Incident: *in,
			},
			Thread: g.thread, Group: body, Mention: mention,
		})
	}
	g.messages++
	if !slices.Equal(receivers, g.receivers) { // the others were not told
		return out, updateGroup(ctx, tx, g)
	}
	g.sent, g.news = micros(now), false
	for _, m := range shown {
		if m.told == m.Status {
			continue
		}
		if _, err := tx.ExecContext(ctx, `UPDATE page_members SET told = $3 WHERE group_id = $1 AND incident_id = $2`, g.id, m.ID, string(m.Status)); err != nil {
			return nil, err
		}
	}
	return out, updateGroup(ctx, tx, g)
}

// flushDigest sends the digest and ends it: what comes later stands in the next one.
func (s *Store) flushDigest(ctx context.Context, tx *sql.Tx, g *group, st standing, now time.Time) ([]plan.Notification, error) {
	st.shown = slices.DeleteFunc(slices.Clone(st.all), func(m member) bool { return m.hidden })
	g.ended, g.due = micros(now), never
	return s.say(ctx, tx, g, plan.Policy{}, st, plan.Digested, g.receivers, nil, now)
}
