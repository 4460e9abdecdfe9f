package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/tocsin-io/tocsin/detector"
)

// lasting reports whether a person's word that an incident was expected holds for the next one of its series and kind.
// It does where the series says all about it: a string that is no secret, an error or a template that is known by now. A
// surge that was expected yesterday may be an outage today, so there the word is about that one incident.
func lasting(k detector.Kind) bool {
	switch k {
	case detector.KindSecret, detector.KindNewError, detector.KindNewTemplate:
		return true
	}
	return false
}

// remember keeps or takes back what an act says about the future.
func remember(ctx context.Context, tx *sql.Tx, r *record, a Act) error {
	var err error
	switch {
	case !lasting(r.Kind):
	case a.Kind == detector.EntryExpected:
		_, err = tx.ExecContext(ctx, `
			INSERT INTO expectations (identity, incident_id, actor, text, at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (identity) DO UPDATE SET incident_id = excluded.incident_id, actor = excluded.actor, text = excluded.text, at = excluded.at`,
			identity(&r.Incident), r.ID, a.Actor, a.Text, micros(a.At))
	case a.Kind == detector.EntryReopened:
		_, err = tx.ExecContext(ctx, `DELETE FROM expectations WHERE identity = $1`, identity(&r.Incident))
	}
	return err
}

// expected returns what a person said about the series and kind of in; false where nobody did.
func expected(ctx context.Context, q queryer, in *detector.Incident) (detector.Entry, bool, error) {
	e := detector.Entry{Kind: detector.EntryExpected, At: in.UpdatedAt}
	if !lasting(in.Kind) {
		return e, false, nil
	}
	var where string
	err := q.QueryRowContext(ctx, `SELECT incident_id, actor, text FROM expectations WHERE identity = $1`, identity(in)).Scan(&where, &e.Actor, &e.Text)
	if errors.Is(err, sql.ErrNoRows) {
		return e, false, nil
	}
	if e.Text == "" {
		e.Text = "as said on incident " + where
	}
	return e, err == nil, err
}
