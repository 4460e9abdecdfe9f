package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
)

// endless is the end of what holds until it is taken back.
const endless = math.MaxInt64

func endMicros(t time.Time) int64 {
	if t.IsZero() {
		return endless
	}
	return micros(t)
}

// PutMute adds a silence or mark, and applies it at once to what is unresolved: pages that were not sent yet are withdrawn.
// It is seen by every replica from then on. One with an id that is there already is the same act again: it changes nothing,
// least of all what somebody did to it since.
func (s *Store) PutMute(ctx context.Context, m mute.Mute) error {
	if m.ID == "" {
		return invalid("a silence needs an id")
	}
	if err := m.Check(); err != nil {
		return invalid("%v", err)
	}
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		if err := holds(ctx, tx, s.dialect.holdMutes); err != nil {
			return err
		}
		if err := putMute(ctx, tx, &m); err != nil {
			return err
		}
		return s.review(ctx, tx, "")
	})
	if err != nil {
		return fmt.Errorf("store: silence: %w", err)
	}
	return nil
}

// holds takes one of the dialect's locks on silences and marks. A commit holds them while it makes incidents of what it
// knows of them, so a silence that comes meanwhile waits, and then sees those incidents. The lock comes before those of
// settling and of incidents, in every transaction. A database with one writer needs none.
func holds(ctx context.Context, tx *sql.Tx, lock string) error {
	if lock == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, lock)
	return err
}

// besideExpr ends the identity of what has an expression. Replicas of a version without expressions, which run beside this
// one during an upgrade, read the other fields alone: no incident has such an identity, so that they hold nothing back by it.
const besideExpr = "+expr"

func putMute(ctx context.Context, tx *sql.Tx, m *mute.Mute) error {
	weekly := ""
	if m.Weekly != nil {
		b, err := json.Marshal(m.Weekly)
		if err != nil {
			return err
		}
		weekly = string(b)
	}
	identity := m.Match.Identity
	if clean(m.Match.Expr) != "" {
		identity += besideExpr
	}
	n, err := changed(tx.ExecContext(ctx, `
		INSERT INTO mutes (id, sort, service, environment, kind, template_id, rule, identity, weekly, starts_at, ends_at,
			author, comment, incident_id, created_at, expr, critical)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
		ON CONFLICT (id) DO NOTHING`,
		key(m.ID), string(m.Sort), key(m.Match.Service), key(m.Match.Environment), string(m.Match.Kind), m.Match.TemplateID,
		key(m.Match.Rule), identity, clean(weekly), micros(m.Starts), endMicros(m.Ends), key(m.Author),
		cut(m.Comment, maxEntryText), key(m.Incident), micros(m.CreatedAt),
		clean(m.Match.Expr), m.Critical))
	if err != nil || n == 0 {
		return err
	}
	return appendAudit(ctx, tx, AuditEntry{
		At: m.CreatedAt, Actor: m.Author, Action: string(m.Sort) + ".created", Subject: m.ID, Text: m.Match.String() + ": " + m.Comment,
	})
}

// EndMute ends a silence or takes a mark back, in the name of actor, if it has not ended before. What it held back and is
// still open pages. ErrNotFound where there is none.
func (s *Store) EndMute(ctx context.Context, id, actor string, at time.Time) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		// In the order of all others: whoever settles may be about to write into this silence.
		if err := holds(ctx, tx, s.dialect.holdMutes); err != nil {
			return err
		}
		if _, err := next(ctx, tx, "settle", 1); err != nil {
			return err
		}
		m, err := scanMute(tx.QueryRowContext(ctx, muteQuery+` WHERE m.id = $1`, key(id)))
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil || m.Ended(at) {
			return err
		}
		if err := endMute(ctx, tx, &m, actor, at); err != nil {
			return err
		}
		return s.review(ctx, tx, m.ID)
	})
	if err != nil {
		return fmt.Errorf("store: silence %s: %w", key(id), err)
	}
	return nil
}

func endMute(ctx context.Context, tx *sql.Tx, m *mute.Mute, actor string, at time.Time) error {
	if _, err := tx.ExecContext(ctx, `UPDATE mutes SET ends_at = $2, ended_by = $3 WHERE id = $1`, key(m.ID), micros(at), key(actor)); err != nil {
		return err
	}
	err := appendAudit(ctx, tx, AuditEntry{At: at, Actor: actor, Action: string(m.Sort) + ".ended", Subject: m.ID, Text: m.Match.String()})
	if err != nil {
		return err
	}
	if m.Incident != "" {
		there := false
		if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM incidents WHERE id = $1)`, key(m.Incident)).Scan(&there); err != nil {
			return err
		}
		if there {
			e := detector.Entry{At: at, Kind: detector.EntryUnmuted, Actor: actor, Text: "took back: " + m.Why()}
			return addEntries(ctx, tx, m.Incident, []detector.Entry{e})
		}
	}
	return nil
}

const muteQuery = `SELECT m.id, m.sort, m.service, m.environment, m.kind, m.template_id, m.rule, m.identity, m.weekly,
	m.starts_at, m.ends_at, m.author, m.comment, m.incident_id, m.created_at, COALESCE(a.to_id, ''), m.ended_by,
	m.expr, m.critical, m.noticed_end
	FROM mutes m LEFT JOIN template_aliases a ON a.from_id = m.template_id`

func scanMute(row scanner) (mute.Mute, error) {
	var m mute.Mute
	var weekly string
	var starts, ends, created, noticed int64
	err := row.Scan(&m.ID, &m.Sort, &m.Match.Service, &m.Match.Environment, &m.Match.Kind, &m.Match.TemplateID, &m.Match.Rule,
		&m.Match.Identity, &weekly, &starts, &ends, &m.Author, &m.Comment, &m.Incident, &created, &m.Match.Canonical, &m.EndedBy,
		&m.Match.Expr, &m.Critical, &noticed)
	if err != nil {
		return m, err
	}
	m.Match.Identity = strings.TrimSuffix(m.Match.Identity, besideExpr)
	m.Starts, m.CreatedAt, m.Noticed = fromMicros(starts), fromMicros(created), fromMicros(noticed)
	if ends != endless {
		m.Ends = fromMicros(ends)
	}
	if weekly != "" {
		m.Weekly = &mute.Weekly{}
		if err := json.Unmarshal([]byte(weekly), m.Weekly); err != nil {
			return m, fmt.Errorf("schedule of silence %s: %w", m.ID, err)
		}
	}
	return m, nil
}

// Mutes returns the silences and marks that end after a time, newest first.
func (s *Store) Mutes(ctx context.Context, endingAfter time.Time) ([]mute.Mute, error) {
	out, err := s.mutes(ctx, s.read, endingAfter)
	if err != nil {
		return nil, fmt.Errorf("store: silences: %w", s.scrub(err))
	}
	return out, nil
}

func (s *Store) mutes(ctx context.Context, q queryer, endingAfter time.Time) ([]mute.Mute, error) {
	var out []mute.Mute
	err := each(ctx, q, func(row scanner) error {
		m, err := scanMute(row)
		// What cannot be read covers nothing, nor does a zone that this machine does not know: a page too many is better than
		// one too few.
		_ = m.Match.Compile(&s.selectors)
		if m.Weekly != nil {
			_ = m.Weekly.Compile(&s.zones)
		}
		out = append(out, m)
		return err
	}, muteQuery+` WHERE m.ends_at > $1 ORDER BY m.created_at DESC, m.id`, micros(endingAfter))
	return out, err
}
