package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// Routes that keep state tell of groups. Whatever is known of a group stands in its row; a change of an incident or the
// clock (Pace) locks the row, writes the next messages into the outbox and moves the row, in one transaction. So each
// message is written once, whichever replica does it and whenever one dies. Locks: incidents, groups, budgets, the counter of the
// outbox.

const (
	overInterval = 6 * time.Hour    // between messages of what is beyond a budget
	soon         = time.Second      // what people do is shown, all that they do at once in one message
	lookAgain    = 30 * time.Second // at what waits for an explanation, a silence or a mark to end
)

// membership is a group that an incident is in.
type membership struct {
	id, route string
	receivers []string
	over      bool
}

func memberships(ctx context.Context, tx *sql.Tx, incident string) ([]membership, error) {
	var out []membership
	err := each(ctx, tx, func(row scanner) error {
		var m membership
		var receivers string
		if err := row.Scan(&m.id, &m.route, &receivers, &m.over); err != nil {
			return err
		}
		var err error
		m.receivers, err = decodeList(receivers)
		out = append(out, m)
		return err
	}, `SELECT g.id, g.route, g.receivers, g.ended_at <> 0 FROM page_members m JOIN page_groups g ON g.id = m.group_id
		WHERE m.incident_id = $1 ORDER BY g.id`, incident)
	return out, err
}

// pace lets the groups of an incident, and those that take it now, tell of a change if that is due. carried are the
// receivers that hear of the incident through groups.
func (s *Store) pace(ctx context.Context, tx *sql.Tx, in *detector.Incident, event detector.ChangeEvent, takes []plan.Take) (told []plan.Notification, carried map[string]bool, err error) {
	had, err := memberships(ctx, tx, in.ID)
	if err != nil || len(had)+len(takes) == 0 {
		return nil, nil, err
	}
	now := fromMicros(micros(s.now()))
	carried = map[string]bool{}
	var groups []*group
	for _, m := range had {
		if m.over {
			continue
		}
		g, err := s.group(ctx, tx, `g.id = $1`, m.id)
		if err != nil {
			return nil, nil, err
		}
		if g != nil && g.ended == 0 {
			groups = append(groups, g)
		}
	}
	for _, t := range takes {
		if in.Status != detector.StatusOpen || slices.ContainsFunc(groups, func(g *group) bool { return g.route == t.Route }) {
			continue
		}
		g, err := s.take(ctx, tx, in, t, now)
		if err != nil {
			return nil, nil, err
		}
		if g != nil {
			groups = append(groups, g)
		}
	}
	for _, m := range had {
		again := slices.ContainsFunc(groups, func(g *group) bool { return g.route == m.route })
		if m.over && (again || !plan.Pages(event)) { // they heard that it was over, and hear of it anew as the route says
			for _, r := range m.receivers {
				carried[r] = true
			}
		}
	}
	for _, g := range groups {
		p, known := s.policy(g, takes)
		for _, r := range g.receivers {
			carried[r] = true
		}
		more, err := s.touch(ctx, tx, g, p, known, in, event, now)
		if err != nil {
			return nil, nil, err
		}
		told = append(told, more...)
	}
	return told, carried, nil
}

// policy is how the group's route is configured now; false where it is gone: the group then goes on without waits.
func (s *Store) policy(g *group, takes []plan.Take) (plan.Policy, bool) {
	for _, t := range takes {
		if t.Route == g.route {
			return t.Policy, true
		}
	}
	return s.router.Policy(g.route)
}

// take puts an incident into the group that a route has for it, which may begin with it. Nil where every receiver of the
// route hears of it already without a group.
func (s *Store) take(ctx context.Context, tx *sql.Tx, in *detector.Incident, t plan.Take, now time.Time) (*group, error) {
	receivers, err := unheard(ctx, tx, in.ID, t.Receivers)
	if err != nil || len(receivers) == 0 {
		return nil, err
	}
	sort, labels := plan.Shared, t.Labels
	switch {
	case !t.DigestAt.IsZero():
		sort, labels = plan.Daily, nil
	case labels == nil:
		sort, labels = plan.Alone, map[string]string{"incident": in.ID}
	}
	g, err := s.group(ctx, tx, `g.ended_at = 0 AND g.identity = $1`, groupIdentity(t.Route, sort, labels))
	if err != nil {
		return nil, err
	}
	if g == nil {
		g = newGroup(t.Route, sort, labels, in.ID, now)
		g.receivers, g.mention = t.Receivers, t.Mention
		switch sort {
		case plan.Alone:
			g.thread, g.receivers = in.ID, receivers
			g.due = max(g.opened, micros(t.NotBefore))
		case plan.Daily:
			g.due = micros(t.DigestAt)
		default:
			g.due = max(micros(now.Add(t.Wait)), micros(t.NotBefore))
		}
		if err := insertGroup(ctx, tx, g); err != nil {
			return nil, err
		}
	} else if g.sent != 0 {
		g.due = min(g.due, max(g.sent+t.Interval.Microseconds(), micros(now), micros(t.NotBefore)))
	}
	return g, joinGroup(ctx, tx, g.id, in.ID, t.Exempt, now)
}

// unheard are the receivers that are not told of an incident by a route without state.
func unheard(ctx context.Context, tx *sql.Tx, incident string, receivers []string) ([]string, error) {
	heard := map[string]bool{}
	err := each(ctx, tx, func(row scanner) error {
		var r string
		err := row.Scan(&r)
		heard[r] = true
		return err
	}, `SELECT DISTINCT receiver FROM outbox WHERE incident_id = $1 AND group_id = '' AND state <> 'withdrawn'`, incident)
	var out []string
	for _, r := range receivers {
		if !heard[key(r)] {
			out = append(out, r)
		}
	}
	return out, err
}

// touch says when a group tells of a change of its member, and tells of it if that is now.
func (s *Store) touch(ctx context.Context, tx *sql.Tx, g *group, p plan.Policy, known bool, in *detector.Incident, event detector.ChangeEvent, now time.Time) ([]plan.Notification, error) {
	var told detector.Status
	err := tx.QueryRowContext(ctx, `SELECT told FROM page_members WHERE group_id = $1 AND incident_id = $2`, g.id, in.ID).Scan(&told)
	if err != nil {
		return nil, err
	}
	next := g.sent + p.Interval.Microseconds()
	switch {
	case g.sort == plan.Daily:
		next = g.due
	case g.sent == 0:
		next = g.due // unless nothing was to be told before
		if g.due == never {
			next = micros(now)
			if in.Status == detector.StatusOpen {
				next = micros(now.Add(p.Wait))
			}
		}
		if plan.Pages(event) && g.opened+p.Wait.Microseconds() < micros(now) { // it stands for itself again
			next = micros(now)
		}
	case g.sort == plan.Over && told == "":
		next = g.base + overInterval.Microseconds()
	case g.sort != plan.Alone && in.Status != told && (in.Status == detector.StatusAcknowledged || told == detector.StatusAcknowledged):
		next = micros(now.Add(soon))
	case told == "" && in.Status != detector.StatusOpen:
		next = never
	}
	g.due = min(g.due, max(next, micros(now)))
	if g.due > micros(now) {
		return nil, updateGroup(ctx, tx, g)
	}
	return s.flush(ctx, tx, g, p, known, now, in, event)
}
