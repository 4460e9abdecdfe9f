package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// A silence that is about to end while what it holds back goes on is told of before: whoever works on it can make it longer,
// and the page that follows is no surprise. It is told to those who will be paged, once for an end.

// ending are the silences of which people are to be told now.
func ending(all []mute.Mute, now time.Time) []mute.Mute {
	var out []mute.Mute
	for i := range all {
		m := &all[i]
		from, ok := m.NoticeFrom()
		if ok && !now.Before(from) && m.Holds(now) && !m.Noticed.Equal(fromMicros(micros(m.Ends))) {
			out = append(out, *m)
		}
	}
	return out
}

// held is the condition of incidents that would page if nothing covered them.
const held = `muted_by <> '' AND status = 'open' AND severity = 'page' AND explained_by = ''`

// AnnounceMutes tells of silences that are about to end while they hold back what would page. It is called every half a minute,
// on every replica; one that covers only what another goes on to cover is looked at each time.
func (s *Store) AnnounceMutes(ctx context.Context) error {
	due, err := s.announceDue(ctx)
	if err == nil && due {
		err = s.inTx(ctx, func(tx *sql.Tx) error { return s.announce(ctx, tx) })
	}
	if err != nil {
		return fmt.Errorf("store: announce the end of silences: %w", s.scrub(err))
	}
	return nil
}

// announceDue reports whether a silence that is about to end holds back what would page. It writes nothing.
func (s *Store) announceDue(ctx context.Context) (bool, error) {
	covered, err := s.coverers(ctx, s.read, held)
	if err != nil || len(covered) == 0 {
		return false, err
	}
	now := s.now()
	all, err := s.mutes(ctx, s.read, now)
	return slices.ContainsFunc(ending(all, now), func(m mute.Mute) bool { return covered[m.ID] }), err
}

// announce tells of silences that are about to end and hold something back, in one transaction with the note that it did.
func (s *Store) announce(ctx context.Context, tx *sql.Tx) error {
	if _, err := next(ctx, tx, "settle", 1); err != nil { // one replica at a time
		return err
	}
	now := fromMicros(micros(s.now()))
	all, err := s.mutes(ctx, tx, oldestEvent(now)) // marks are held against event time
	if err != nil {
		return err
	}
	var told []plan.Notification
	for _, m := range ending(all, now) {
		more, err := s.announceOne(ctx, tx, &m, all, now)
		if err != nil {
			return fmt.Errorf("silence %s: %w", m.ID, err)
		}
		if len(more) == 0 {
			continue // something may open yet
		}
		told = append(told, more...)
		if _, err := tx.ExecContext(ctx, `UPDATE mutes SET noticed_end = $2 WHERE id = $1`, key(m.ID), micros(m.Ends)); err != nil {
			return err
		}
	}
	return s.enqueue(ctx, tx, told)
}

// announceOne words the notice of one; none where nothing that it covers would page.
func (s *Store) announceOne(ctx context.Context, tx *sql.Tx, m *mute.Mute, all []mute.Mute, now time.Time) ([]plan.Notification, error) {
	var ids []string
	err := each(ctx, tx, func(row scanner) error {
		var id string
		err := row.Scan(&id)
		ids = append(ids, id)
		return err
	}, `SELECT id FROM incidents WHERE muted_by = $1 AND `+held+` ORDER BY id`, key(m.ID))
	if err != nil {
		return nil, err
	}
	who, items := map[string]bool{}, []plan.Item(nil)
	first := map[string]detector.Incident{}
	for _, id := range ids {
		r, err := s.load(ctx, tx, `i.id = $1`, id)
		if err != nil {
			return nil, err
		}
		is := r.Incident                               // it is silenced yet, which the message says
		cover(r, covering(all, r, r.engineAt, m.Ends)) // as it will be then
		if r.Muted != nil || r.Silenced || !r.Page {
			continue
		}
		p := s.router.Route(detector.Change{Incident: &r.Incident, Event: detector.ChangeOpened})
		for _, n := range p.Tell {
			who[n.Receiver] = true
		}
		for _, t := range p.Takes {
			for _, name := range t.Receivers {
				who[name] = true
			}
		}
		first[id] = is
		items = append(items, plan.Item{
			ID: id, Kind: r.Kind, Service: r.Service, Environment: r.Environment, Severity: r.Severity, Status: r.Status,
			Title: r.Title, OpenedAt: r.OpenedAt,
		})
	}
	if len(items) == 0 {
		return nil, nil
	}
	g := &plan.Group{ID: m.ID, Sort: plan.Held, Since: m.Starts, Silence: m.Match.String() + ", " + m.Cause(), Ends: m.Ends}
	g.Of(items)
	var out []plan.Notification
	for _, name := range slices.Sorted(maps.Keys(who)) {
		if !s.router.Receives(name) {
			continue
		}
		out = append(out, plan.Notification{
			Notification: detector.Notification{
				ID: notificationID(m.ID, plan.Expiring, name, micros(m.Ends), 0), Receiver: name, Event: plan.Expiring, Incident: first[g.Items[0].ID],
			},
			Thread: m.ID + "-" + fmt.Sprint(micros(m.Ends)), Group: g, Mention: []string{},
		})
	}
	return out, nil
}
