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

// flush tells what a group has to tell. in is the incident whose change is told, event that change; nil and empty where
// the clock is the reason.
func (s *Store) flush(ctx context.Context, tx *sql.Tx, g *group, p plan.Policy, known bool, now time.Time, in *detector.Incident, event detector.ChangeEvent) ([]plan.Notification, error) {
	all, err := members(ctx, tx, g.id)
	if err != nil {
		return nil, err
	}
	st := stand(g.sort, all)
	g.due = never
	calmed := false
	if g.sort == plan.Over && g.sent != 0 && micros(now) < g.base+overInterval.Microseconds() {
		calmed = g.calm(&st)
	}
	wakes := len(st.opens) > 0 || st.again
	if st.waits {
		g.due = min(g.due, micros(now.Add(lookAgain)))
	}
	switch {
	case g.sort == plan.Daily:
		return s.flushDigest(ctx, tx, g, st, now)
	case wakes && p.MutedUntil.After(now):
		if g.sent == 0 {
			g.base = micros(p.MutedUntil)
		}
		g.due = micros(p.MutedUntil)
		return nil, updateGroup(ctx, tx, g)
	case g.sent == 0 && !wakes:
		if !st.pending && !st.waits && g.sort == plan.Shared {
			g.ended = micros(now) // over before it was told
		}
		return nil, updateGroup(ctx, tx, g)
	case (calmed || in == nil && (st.waits || g.sort == plan.Over)) && !wakes && unchanged(st): // it was only looked at
		g.endOver(st, p.Week, now)
		return nil, updateGroup(ctx, tx, g)
	}
	what := eventOf(g, st, event)
	if wakes && g.sort != plan.Over {
		ok, err := s.afford(ctx, tx, g, p, st)
		if err != nil {
			return nil, err
		}
		if !ok && g.sent == 0 {
			return s.collapse(ctx, tx, g, p, st, now)
		}
		if !ok { // it is shown where the group was told, and calls nobody
			what = detector.ChangeUpdated
		}
	}
	if what == detector.ChangeResolved && g.sort == plan.Shared && !st.waits {
		g.ended = micros(now)
	}
	if what == plan.Digested {
		g.base = micros(now)
	}
	g.schedule(p, known, st, now)
	g.endOver(st, p.Week, now)
	return s.say(ctx, tx, g, p, st, what, g.receivers, in, now)
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

// endOver ends the list of a week's pages beyond the budget once the week and all incidents are over.
func (g *group) endOver(st standing, week, now time.Time) {
	switch {
	case g.sort != plan.Over:
	case g.labels["week"] != weekName(week) && st.open+st.taken == 0 && unchanged(st):
		g.ended, g.due = micros(now), never
	default:
		g.due = min(g.due, micros(now.Add(24*time.Hour)))
	}
}

// calm leaves what would call again so soon to a later message; it reports whether there was such.
func (g *group) calm(st *standing) bool {
	if len(st.opens) == 0 && !st.again {
		return false
	}
	g.due = g.base + overInterval.Microseconds()
	st.shown = slices.DeleteFunc(st.shown, func(m member) bool { return m.told == "" || m.again() })
	st.opens, st.again, st.pending = nil, false, false
	return true
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

// say writes a message of the group for receivers, and notes what it says of each member.
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
	g.sent = micros(now)
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

// afford takes a page from the week's budget of the group's route; false where none is left. What is exempt is told all the
// same, and counted.
func (s *Store) afford(ctx context.Context, tx *sql.Tx, g *group, p plan.Policy, st standing) (bool, error) {
	if p.Budget <= 0 {
		return true, nil
	}
	exempt := slices.ContainsFunc(st.shown, func(m member) bool { return m.exempt && (m.opens() || m.again()) })
	_, err := tx.ExecContext(ctx, `INSERT INTO page_budgets (route, week, used) VALUES ($1, $2, 0) ON CONFLICT (route, week) DO NOTHING`,
		key(g.route), micros(p.Week))
	if err != nil {
		return false, err
	}
	n, err := changed(tx.ExecContext(ctx, `UPDATE page_budgets SET used = used + 1 WHERE route = $1 AND week = $2 AND (used < $3 OR $4)`,
		key(g.route), micros(p.Week), p.Budget, exempt))
	return n > 0, err
}

// collapse moves what the budget does not let through into the group that lists what was beyond it this week.
func (s *Store) collapse(ctx context.Context, tx *sql.Tx, g *group, p plan.Policy, st standing, now time.Time) ([]plan.Notification, error) {
	labels := map[string]string{"week": weekName(p.Week)}
	over, err := s.group(ctx, tx, `g.ended_at = 0 AND g.identity = $1`, groupIdentity(g.route, plan.Over, labels))
	if err != nil {
		return nil, err
	}
	if over == nil {
		over = newGroup(g.route, plan.Over, labels, st.opens[0].ID, now)
		over.receivers, over.mention = g.receivers, g.mention
		if err := insertGroup(ctx, tx, over); err != nil {
			return nil, err
		}
	}
	for _, m := range st.all {
		if err := joinGroup(ctx, tx, over.id, m.ID, m.exempt, now); err != nil {
			return nil, err
		}
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM page_members WHERE group_id = $1`, g.id); err != nil {
		return nil, err
	}
	g.ended, g.due = micros(now), never
	if err := updateGroup(ctx, tx, g); err != nil {
		return nil, err
	}
	over.due = min(over.due, micros(now))
	if over.sent != 0 {
		over.due = max(over.due, over.base+overInterval.Microseconds())
	}
	if over.due > micros(now) {
		return nil, updateGroup(ctx, tx, over)
	}
	return s.flush(ctx, tx, over, p, true, now, nil, "")
}
