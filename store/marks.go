package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
)

// remember keeps or takes back what an act says about the future, and returns for review what that touches: the empty id
// for a new mark, those of the marks that ended.
func remember(ctx context.Context, tx *sql.Tx, r *record, a Act) (touched []string, err error) {
	switch a.Kind {
	case detector.EntryExpected, detector.EntryNoise:
		m := a.Mark
		if m == nil {
			if !r.Kind.Lasting() {
				return nil, nil
			}
			m = &mute.Mute{Match: mute.Match{Identity: mute.Identity(&r.Incident)}}
		}
		if m.Match == (mute.Match{}) {
			return nil, nil
		}
		return []string{""}, mark(ctx, tx, r, a, *m)
	case detector.EntryReopened:
		return takeBack(ctx, tx, r, a)
	}
	return nil, nil
}

// mark writes a mark down. It covers what has happened from the onset of its incident on.
func mark(ctx context.Context, tx *sql.Tx, r *record, a Act, m mute.Mute) error {
	m.Sort = mute.Expected
	if a.Kind == detector.EntryNoise {
		m.Sort = mute.Noise
	}
	id := r.Identity()
	m.ID = notificationID(r.ID, detector.ChangeEvent(a.Kind), m.Match.String()+string(id[:]), micros(a.At), 0)[:16]
	m.Author, m.Comment, m.Incident, m.CreatedAt = a.Actor, a.Text, r.ID, a.At
	if m.Starts.IsZero() {
		m.Starts = earlier(a.At, r.Onset)
	}
	if err := m.Check(); err != nil {
		return invalid("%v", err)
	}
	if !m.Match.Covers(&r.Incident) {
		return invalid("the mark does not match the incident that it is made on")
	}
	return putMute(ctx, tx, &m)
}

// takeBack ends the marks that were made on an incident, or that cover it.
func takeBack(ctx context.Context, tx *sql.Tx, r *record, a Act) (ended []string, err error) {
	by := ""
	if r.Muted != nil && mute.Sort(r.Muted.As).Marked() {
		by = r.Muted.By
	}
	var found []mute.Mute
	err = each(ctx, tx, func(row scanner) error {
		m, err := scanMute(row)
		found = append(found, m)
		return err
	}, muteQuery+` WHERE (m.incident_id = $1 OR m.id = $3) AND m.ends_at > $2 ORDER BY m.id`, r.ID, micros(a.At), by)
	if err != nil {
		return nil, err
	}
	for i := range found {
		if err := endMute(ctx, tx, &found[i], a.Actor, a.At); err != nil {
			return nil, err
		}
		ended = append(ended, found[i].ID)
	}
	if by != "" {
		cover(r, nil)
	}
	return ended, nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) && !b.IsZero() {
		return b
	}
	return a
}
