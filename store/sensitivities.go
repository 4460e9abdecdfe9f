package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Sensitivity is how readily a service is called abnormal, in the words of the configuration.
type Sensitivity struct {
	Service string
	Pages   string // quiet, normal, keen
	Notices string // the same; empty: as pages
	Actor   string // who said so
	At      time.Time
}

// PutSensitivity sets that of a service; without Pages the person's word is taken back, and the configuration holds again.
// Every replica sees it when it reads Sensitivities next. The same act again, by who, when and to what, changes nothing:
// neither the audit nor what somebody set since.
func (s *Store) PutSensitivity(ctx context.Context, x Sensitivity) error {
	if x.Service == "" || x.Actor == "" {
		return invalid("a sensitivity needs a service and an actor")
	}
	entry := AuditEntry{At: x.At, Actor: x.Actor, Action: "sensitivity.set", Subject: x.Service, Text: "as configured"}
	if x.Pages != "" {
		entry.Text = "pages " + x.Pages + ", notices " + x.Notices
	}
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		// The same act twice at once: one waits for the other. The lock of silences will do, as both are rare.
		if err := holds(ctx, tx, s.dialect.holdMutes); err != nil {
			return err
		}
		if had, err := hasAudit(ctx, tx, entry); err != nil || had {
			return err
		}
		var err error
		if x.Pages == "" {
			_, err = tx.ExecContext(ctx, `DELETE FROM sensitivities WHERE service = $1`, key(x.Service))
		} else {
			_, err = tx.ExecContext(ctx, `
				INSERT INTO sensitivities (service, pages, notices, actor, at) VALUES ($1, $2, $3, $4, $5)
				ON CONFLICT (service) DO UPDATE SET pages = excluded.pages, notices = excluded.notices, actor = excluded.actor, at = excluded.at`,
				key(x.Service), key(x.Pages), key(x.Notices), key(x.Actor), micros(x.At))
		}
		if err != nil {
			return err
		}
		return appendAudit(ctx, tx, entry)
	})
	if err != nil {
		return fmt.Errorf("store: sensitivity: %w", err)
	}
	return nil
}

// Sensitivities returns what people have set, by service.
func (s *Store) Sensitivities(ctx context.Context) ([]Sensitivity, error) {
	var out []Sensitivity
	err := each(ctx, s.read, func(row scanner) error {
		var x Sensitivity
		var at int64
		err := row.Scan(&x.Service, &x.Pages, &x.Notices, &x.Actor, &at)
		x.At = fromMicros(at)
		out = append(out, x)
		return err
	}, `SELECT service, pages, notices, actor, at FROM sensitivities ORDER BY service`)
	if err != nil {
		return nil, fmt.Errorf("store: sensitivities: %w", s.scrub(err))
	}
	return out, nil
}
