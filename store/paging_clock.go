package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// paceAtOnce bounds the groups that one call of Pace looks at.
const paceAtOnce = 200

// Pace writes the messages for which the time has come: of groups that waited, reminders, steps of escalation, digests. It
// is called every second, on every replica; each message is written once. It reports whether it wrote any.
func (s *Store) Pace(ctx context.Context) (bool, error) {
	now := micros(s.now())
	var due []string
	all := each(ctx, s.read, func(row scanner) error {
		var id string
		err := row.Scan(&id)
		due = append(due, id)
		return err
	}, `SELECT id FROM page_groups WHERE ended_at = 0 AND due_at <= $1 UNION SELECT id FROM page_groups WHERE ended_at = 0 AND follow_at <= $1
		ORDER BY id LIMIT $2`, now, paceAtOnce)
	wrote := false
	for _, id := range due {
		if ctx.Err() != nil {
			break
		}
		var told []plan.Notification
		err := s.inTx(ctx, func(tx *sql.Tx) error {
			g, err := s.group(ctx, tx, `g.id = $1`, id)
			if err != nil || g == nil || g.ended != 0 {
				return err // another replica was faster
			}
			if told, err = s.tick(ctx, tx, g, fromMicros(now)); err != nil {
				return fmt.Errorf("group %s of route %s: %w", id, g.route, err)
			}
			return s.enqueue(ctx, tx, told)
		})
		wrote = wrote || err == nil && len(told) > 0
		all = errors.Join(all, err) // one that fails does not hold up the others
	}
	if all != nil {
		return wrote, fmt.Errorf("store: pace: %w", s.scrub(all))
	}
	return wrote, nil
}

func (s *Store) tick(ctx context.Context, tx *sql.Tx, g *group, now time.Time) (told []plan.Notification, err error) {
	p, known := s.policy(g, nil)
	if g.due <= micros(now) {
		if told, err = s.flush(ctx, tx, g, p, known, now, nil, ""); err != nil {
			return nil, err
		}
	}
	if g.ended != 0 || g.follow > micros(now) {
		return told, nil
	}
	more, err := s.follow(ctx, tx, g, p, known, now)
	return append(told, more...), err
}

// schedule sets when the next reminder or step of escalation is due, after a message.
func (g *group) schedule(p plan.Policy, known bool, st standing, now time.Time) {
	switch {
	case st.open == 0 || g.ended != 0 || g.sort != plan.Alone && g.sort != plan.Shared:
		g.follow = never
	case !known: // the route may be one of a newer configuration: whoever knows it goes on
	case g.follow == never:
		if g.sent != 0 { // it was taken, or over, and is not any more
			g.base, g.step = micros(now), 0
		}
		g.follow = g.next(p, now)
	case g.base > micros(now): // a silence ended: it counts from now
		g.base = micros(now)
		g.follow = g.next(p, now)
	}
}

// next is when a person is to be called again who has not acknowledged.
func (g *group) next(p plan.Policy, now time.Time) int64 {
	next := int64(spent)
	if g.step < len(p.Steps) {
		next = max(g.base+p.Steps[g.step].After.Microseconds(), micros(now))
	}
	if p.Repeat > 0 {
		next = min(next, micros(now.Add(p.Repeat)))
	}
	return next
}

// follow reminds, or takes the next step of escalation.
func (s *Store) follow(ctx context.Context, tx *sql.Tx, g *group, p plan.Policy, known bool, now time.Time) ([]plan.Notification, error) {
	all, err := members(ctx, tx, g)
	if err != nil {
		return nil, err
	}
	st := stand(g.sort, all)
	open := slices.ContainsFunc(st.shown, func(m member) bool { return m.told != "" && m.Status == detector.StatusOpen && !m.hidden })
	switch {
	case !known:
		g.follow = micros(now.Add(lookAgain))
		return nil, updateGroup(ctx, tx, g)
	case !open:
		g.follow = never
		if st.open > 0 { // silenced: it is looked at again when that ends
			g.follow = micros(now.Add(lookAgain))
			g.base = g.follow // to go on from there at the latest
		}
		return nil, updateGroup(ctx, tx, g)
	case p.MutedUntil.After(now):
		g.follow = micros(p.MutedUntil)
		return nil, updateGroup(ctx, tx, g)
	}
	st.read = len(all)
	// An opening is told as one, not in passing.
	st.shown = slices.DeleteFunc(st.shown, func(m member) bool { return m.told == "" || m.again() })
	due := g.step < len(p.Steps) && g.base+p.Steps[g.step].After.Microseconds() <= micros(now)
	if !due && g.step < len(p.Steps) {
		if due, err = unreached(ctx, tx, g); err != nil { // nobody is there who could acknowledge
			return nil, err
		}
	}
	if !due {
		if p.Repeat <= 0 || g.base+p.Repeat.Microseconds() > micros(now) { // it was only looked at again
			g.follow = g.next(p, fromMicros(g.base))
			return nil, updateGroup(ctx, tx, g)
		}
	}
	back, err := allBack(ctx, tx, st.shown)
	if err != nil {
		return nil, err
	}
	if back { // it is about to resolve by itself, or to call again
		g.follow = micros(now.Add(lookAgain))
		return nil, updateGroup(ctx, tx, g)
	}
	if !due {
		g.follow = g.next(p, now)
		return s.say(ctx, tx, g, p, st, plan.Reminded, g.receivers, nil, now)
	}
	fresh, again, err := s.escalate(ctx, tx, g, p.Steps[g.step].Receivers)
	if err != nil {
		return nil, err
	}
	g.step++
	g.receivers = append(g.receivers, fresh...)
	g.follow = g.next(p, now)
	told, err := s.say(ctx, tx, g, p, st, plan.Escalated, fresh, nil, now)
	if err != nil || len(again) == 0 {
		return told, err
	}
	more, err := s.say(ctx, tx, g, p, st, plan.Reminded, again, nil, now)
	return append(told, more...), err
}

// unreached reports whether every page of the group was given up, so that nobody has heard of it.
func unreached(ctx context.Context, tx *sql.Tx, g *group) (bool, error) {
	w := &where{}
	w.add(`thread = ? AND group_id = ?`, g.thread, g.id)
	in(w, "event", plan.Paging())
	var dead, others int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(CASE WHEN state = 'dead' THEN 1 END), COUNT(CASE WHEN state IN ('sent', 'pending') THEN 1 END)
		FROM outbox`+w.sql(), w.args...).Scan(&dead, &others)
	return dead > 0 && others == 0, err
}

// hurry lets the group of a page that was given up look at once whether anybody has heard of it.
func hurry(ctx context.Context, tx *sql.Tx, notification string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE page_groups SET follow_at = $2 WHERE id = (SELECT group_id FROM outbox WHERE id = $1)
		AND ended_at = 0 AND follow_at > $2 AND follow_at < $3`, notification, micros(now), int64(spent))
	return err
}

// allBack reports whether everything that is open is back inside what is expected and waits only to resolve.
func allBack(ctx context.Context, tx *sql.Tx, shown []member) (bool, error) {
	for _, m := range shown {
		if m.Status != detector.StatusOpen || m.hidden {
			continue
		}
		entries, err := timeline(ctx, tx, m.ID)
		if err != nil {
			return false, err
		}
		if _, back := wording.Back(&detector.Incident{Timeline: entries}); !back {
			return false, nil
		}
	}
	return true, nil
}

// escalate tells those who hear of the group for the first time from those who know of all that is in it, through this group
// or otherwise: they are reminded, and go on to hear of it as before.
func (s *Store) escalate(ctx context.Context, tx *sql.Tx, g *group, receivers []string) (fresh, known []string, err error) {
	all, knows := map[string]bool{}, map[string]map[string]bool{} // by receiver: incidents
	note := func(incident string, names ...string) {
		all[incident] = true
		for _, r := range names {
			if knows[r] == nil {
				knows[r] = map[string]bool{}
			}
			knows[r][incident] = true
		}
	}
	err = each(ctx, tx, func(row scanner) error {
		var incident, receiver, group, list string
		if err := row.Scan(&incident, &receiver, &list, &group); err != nil {
			return err
		}
		names, err := decodeList(list)
		if receiver != "" {
			names = append(names, receiver)
		}
		if group == g.id {
			names = nil
		}
		note(incident, names...)
		return err
	}, `SELECT m.incident_id, '', g.receivers, g.id FROM page_members m JOIN page_members x ON x.incident_id = m.incident_id
			JOIN page_groups g ON g.id = x.group_id AND g.ended_at = 0 WHERE m.group_id = $1
		UNION SELECT m.incident_id, o.receiver, '', '' FROM page_members m JOIN outbox o ON o.incident_id = m.incident_id
			AND o.group_id = '' AND o.state <> 'withdrawn' WHERE m.group_id = $1`, g.id)
	for _, r := range receivers {
		if slices.Contains(g.receivers, r) || len(knows[key(r)]) == len(all) {
			known = append(known, r)
		} else {
			fresh = append(fresh, r)
		}
	}
	return fresh, known, err
}
