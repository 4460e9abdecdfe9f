package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/notifier/plan"
)

// PageGroup is how a route that keeps state stands with an incident. Times are zero where there is none.
type PageGroup struct {
	ID        string
	Route     string
	Sort      plan.Sort
	Labels    map[string]string
	Receivers []string // those of the route, and those it was escalated to
	OpenedAt  time.Time
	BaseAt    time.Time // from when escalation counts
	SentAt    time.Time // of the last message
	DueAt     time.Time // of the next message
	FollowAt  time.Time // of the next reminder or step of escalation
	Step      int       // steps of escalation that were taken
	Incidents int
	EndedAt   time.Time
}

// PageGroups returns the groups that an incident is in, oldest first.
func (s *Store) PageGroups(ctx context.Context, incident string) ([]PageGroup, error) {
	var groups []*group
	err := each(ctx, s.read, func(row scanner) error {
		g, err := scanGroup(row)
		groups = append(groups, g)
		return err
	}, `SELECT `+groupColumns+` FROM page_members m JOIN page_groups g ON g.id = m.group_id WHERE m.incident_id = $1 ORDER BY g.opened_at, g.id`, incident)
	var out []PageGroup
	for _, g := range groups {
		if err != nil {
			break
		}
		v := PageGroup{
			ID: g.id, Route: g.route, Sort: g.sort, Labels: g.labels, Receivers: g.receivers, OpenedAt: fromMicros(g.opened),
			BaseAt: fromMicros(g.base), SentAt: fromMicros(g.sent), Step: g.step, EndedAt: fromMicros(g.ended),
		}
		if g.due < spent {
			v.DueAt = fromMicros(g.due)
		}
		if g.follow < spent {
			v.FollowAt = fromMicros(g.follow)
		}
		err = s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM page_members WHERE group_id = $1`, g.id).Scan(&v.Incidents)
		out = append(out, v)
	}
	if err != nil {
		return nil, fmt.Errorf("store: groups of incident %s: %w", key(incident), s.scrub(err))
	}
	return out, nil
}

// OpenOfGroup returns the incidents of a group that are open, by id. ErrNotFound where there is no such group.
func (s *Store) OpenOfGroup(ctx context.Context, id string) ([]string, error) {
	var there bool
	err := s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM page_groups WHERE id = $1)`, key(id)).Scan(&there)
	var out []string
	if err == nil && !there {
		err = ErrNotFound
	}
	if err == nil {
		err = each(ctx, s.read, func(row scanner) error {
			var incident string
			err := row.Scan(&incident)
			out = append(out, incident)
			return err
		}, `SELECT i.id FROM page_members m JOIN incidents i ON i.id = m.incident_id WHERE m.group_id = $1 AND i.status = 'open' ORDER BY i.id`, key(id))
	}
	if err != nil {
		return nil, fmt.Errorf("store: group %s: %w", key(id), s.scrub(err))
	}
	return out, nil
}

// BudgetUsed is how many pages a route has sent in the week that began at a time.
func (s *Store) BudgetUsed(ctx context.Context, route string, week time.Time) (int, error) {
	var used int
	err := s.read.QueryRowContext(ctx, `SELECT used FROM page_budgets WHERE route = $1 AND week = $2`, key(route), micros(week)).Scan(&used)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("store: budget of route %s: %w", key(route), s.scrub(err))
	}
	return used, nil
}
