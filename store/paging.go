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
	sort      plan.Sort
	receivers []string
	over      bool
}

func memberships(ctx context.Context, tx *sql.Tx, incident string) ([]membership, error) {
	var out []membership
	err := each(ctx, tx, func(row scanner) error {
		var m membership
		var receivers string
		if err := row.Scan(&m.id, &m.route, &m.sort, &receivers, &m.over); err != nil {
			return err
		}
		var err error
		m.receivers, err = decodeList(receivers)
		out = append(out, m)
		return err
	}, `SELECT g.id, g.route, g.sort, g.receivers, g.ended_at <> 0 FROM page_members m JOIN page_groups g ON g.id = m.group_id
		WHERE m.incident_id = $1 ORDER BY g.id`, incident)
	return out, err
}

// pace lets the groups of an incident, and those that take it now, tell of a change if that is due. carried are the
// receivers that hear of the incident through groups.
func (s *Store) pace(ctx context.Context, tx *sql.Tx, in *detector.Incident, out outcome, takes []plan.Take) (told []plan.Notification, carried map[string]bool, err error) {
	event := out.event
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
	joined := map[string]plan.Take{} // by group
	for _, t := range takes {
		listed := slices.ContainsFunc(had, func(m membership) bool { return m.over && m.sort == plan.Daily && m.route == t.Route })
		if in.Status != detector.StatusOpen || slices.ContainsFunc(groups, func(g *group) bool { return g.route == t.Route }) ||
			listed && !plan.Pages(event) { // the digest of another day has told of it
			continue
		}
		g, err := s.take(ctx, tx, in, t, groups, now)
		if err != nil {
			return nil, nil, err
		}
		if g != nil {
			groups, joined[g.id] = append(groups, g), t
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
		status, err := toldStatus(ctx, tx, g.id, in.ID)
		if err != nil {
			return nil, nil, err
		}
		for _, r := range g.receivers {
			carried[r] = true
		}
		t, fresh := joined[g.id]
		if i := slices.IndexFunc(takes, func(t plan.Take) bool { return t.Route == g.route }); i >= 0 {
			t = takes[i]
		}
		if g.sort == plan.Alone && out.news == plan.More {
			p.Interval = max(p.Interval, plan.Rest)
		}
		g.touch(p, t.NotBefore, fresh, status, in, event, now)
		if g.due > micros(now) {
			if err := updateGroup(ctx, tx, g); err != nil {
				return nil, nil, err
			}
			continue
		}
		more, err := s.flush(ctx, tx, g, p, known, now, in, event)
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
// route hears of it already: without a group, or through one of groups, as under a route that had another name.
func (s *Store) take(ctx context.Context, tx *sql.Tx, in *detector.Incident, t plan.Take, groups []*group, now time.Time) (*group, error) {
	receivers, err := unheard(ctx, tx, in.ID, t.Receivers)
	if err != nil {
		return nil, err
	}
	receivers = slices.DeleteFunc(receivers, func(r string) bool {
		return slices.ContainsFunc(groups, func(g *group) bool { return slices.Contains(g.receivers, r) })
	})
	if len(receivers) == 0 {
		return nil, nil
	}
	sort, labels := plan.Shared, t.Labels
	switch {
	case !t.DigestAt.IsZero():
		sort, labels = plan.Daily, nil
	case labels == nil:
		sort, labels = plan.Alone, map[string]string{"incident": in.ID}
	}
	g, err := s.group(ctx, tx, `g.ended_at = 0 AND g.identity = $1`, groupIdentity(t.Route, sort, labels, receivers))
	if err != nil {
		return nil, err
	}
	if g == nil {
		g = newGroup(t.Route, sort, labels, receivers, in.ID, now)
		g.mention = t.Mention
		switch sort {
		case plan.Alone:
			g.thread = in.ID
			g.due = max(g.opened, micros(t.NotBefore))
		case plan.Daily:
			g.due = micros(t.DigestAt)
		default:
			g.due = max(micros(now.Add(t.Wait)), micros(t.NotBefore))
		}
		if err := insertGroup(ctx, tx, g); err != nil {
			return nil, err
		}
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

// lookAtGroups lets the groups that have told of something look again at an incident which may be told of from now on.
func lookAtGroups(ctx context.Context, tx *sql.Tx, incident string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE page_groups SET due_at = $2 WHERE ended_at = 0 AND sort <> 'digest' AND sent_at <> 0 AND due_at > $2
		AND id IN (SELECT group_id FROM page_members WHERE incident_id = $1)`, incident, micros(now))
	return err
}

func toldStatus(ctx context.Context, tx *sql.Tx, group, incident string) (detector.Status, error) {
	var told detector.Status
	err := tx.QueryRowContext(ctx, `SELECT told FROM page_members WHERE group_id = $1 AND incident_id = $2`, group, incident).Scan(&told)
	return told, err
}

// touch says when the group tells of a change of its member, which the message before gave the status told. An opening waits
// until notBefore; joined tells that the member has come just now.
func (g *group) touch(p plan.Policy, notBefore time.Time, joined bool, told detector.Status, in *detector.Incident, event detector.ChangeEvent, now time.Time) {
	wakes := in.Status == detector.StatusOpen && (told == "" || told == detector.StatusResolved)
	wait := now
	if joined {
		wait = now.Add(p.Wait)
	}
	next := g.sent + p.Interval.Microseconds()
	switch {
	case g.sort == plan.Daily:
		next = g.due
	case g.sent == 0 && g.due == never && !wakes:
		next = micros(now)
	case g.sent == 0 && (g.due == never || plan.Pages(event) && g.opened < micros(now) && g.opened+p.Wait.Microseconds() <= micros(now)):
		next = micros(wait) // nothing was to be told before, or it stands for itself again
	case g.sent == 0:
		next = g.due
	case g.sort == plan.Over && (told == "" || wakes):
		next = g.base + overInterval.Microseconds()
	case g.sort != plan.Alone && in.Status != told && (in.Status == detector.StatusAcknowledged || told == detector.StatusAcknowledged):
		next = micros(now.Add(soon))
	case told == "" && in.Status != detector.StatusOpen:
		next = never
	}
	if wakes && g.sort != plan.Daily {
		next = max(next, micros(notBefore))
	}
	g.news = g.news || g.sent != 0 && told == in.Status
	g.due = min(g.due, max(next, micros(now)))
}
