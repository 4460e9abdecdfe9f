package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/notifier/plan"
)

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

// collapse moves what the budget does not let through into the group that lists what was beyond it this week. Whatever else the
// group has told stays there.
func (s *Store) collapse(ctx context.Context, tx *sql.Tx, g *group, p plan.Policy, all []member, now time.Time) ([]plan.Notification, error) {
	receivers := slices.DeleteFunc(slices.Clone(g.receivers), func(r string) bool { return !slices.Contains(p.Receivers, r) })
	if len(receivers) == 0 {
		receivers = g.receivers
	}
	var over *group
	for _, m := range all {
		if !m.opens() && !m.again() {
			continue
		}
		if over == nil {
			var err error
			if over, err = s.overBudget(ctx, tx, g, p, receivers, m.ID, now); err != nil {
				return nil, err
			}
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM page_members WHERE group_id = $1 AND incident_id = $2`, g.id, m.ID); err != nil {
			return nil, err
		}
		if err := joinGroup(ctx, tx, over.id, m.ID, m.exempt, now); err != nil {
			return nil, err
		}
	}
	if over == nil {
		return nil, nil
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

// overBudget is the group that lists what was beyond the budget of this week, locked; it may begin with an incident.
func (s *Store) overBudget(ctx context.Context, tx *sql.Tx, g *group, p plan.Policy, receivers []string, incident string, now time.Time) (*group, error) {
	labels := map[string]string{"week": weekName(p.Week)}
	over, err := s.group(ctx, tx, `g.ended_at = 0 AND g.identity = $1`, groupIdentity(g.route, plan.Over, labels, receivers))
	if err != nil || over != nil {
		return over, err
	}
	over = newGroup(g.route, plan.Over, labels, receivers, incident, now)
	over.mention = g.mention
	return over, insertGroup(ctx, tx, over)
}
