package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// ReceiverStats is what became of a receiver's notifications.
type ReceiverStats struct {
	Receiver    string
	Sent        int // created since the time that was asked for
	Waiting     int
	Failed      int // tried without success, will be tried again
	Dead        int // given up since that time
	LastError   string
	FailingFrom time.Time // since when it fails; zero where it does not
	Oldest      time.Time // when the oldest of those that are to be sent was written; zero where there is none
}

// Receivers returns the statistics of every receiver that has unsent notifications or some since a time.
func (s *Store) Receivers(ctx context.Context, since time.Time) ([]ReceiverStats, error) {
	var out []ReceiverStats
	err := each(ctx, s.read, func(row scanner) error {
		var r ReceiverStats
		var waitsFrom, deadFrom, lastSent, oldest sql.NullInt64
		if err := row.Scan(&r.Receiver, &r.Sent, &r.Waiting, &r.Failed, &r.Dead, &waitsFrom, &deadFrom, &lastSent, &oldest); err != nil {
			return err
		}
		// What was given up counts as failing until something was sent well again.
		switch {
		case waitsFrom.Valid:
			r.FailingFrom = fromMicros(waitsFrom.Int64)
		case deadFrom.Valid && deadFrom.Int64 >= lastSent.Int64:
			r.FailingFrom = fromMicros(deadFrom.Int64)
		}
		if oldest.Valid {
			r.Oldest = fromMicros(oldest.Int64)
		}
		out = append(out, r)
		return nil
	}, `SELECT receiver, SUM(CASE WHEN state = 'sent' THEN 1 ELSE 0 END),
			SUM(CASE WHEN state = 'pending' AND error = '' THEN 1 ELSE 0 END),
			SUM(CASE WHEN state = 'pending' AND error <> '' THEN 1 ELSE 0 END),
			SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END), MIN(CASE WHEN state = 'pending' THEN failing_from END),
			MAX(CASE WHEN state = 'dead' THEN failing_from END), MAX(sent_at),
			MIN(CASE WHEN state = 'pending' THEN CASE WHEN failing_from IS NULL AND not_before > created_at THEN not_before ELSE created_at END END)
		FROM (
			SELECT receiver, state, error, failing_from, sent_at, created_at, not_before FROM outbox WHERE state = 'pending'
			UNION ALL
			SELECT receiver, state, error, failing_from, sent_at, created_at, not_before FROM outbox WHERE created_at >= $1 AND state IN ('sent', 'dead')
		) AS o GROUP BY receiver ORDER BY receiver`, micros(since))
	for i := range out {
		if err != nil || out[i].Failed+out[i].Dead == 0 {
			continue
		}
		err = s.read.QueryRowContext(ctx, `SELECT error FROM outbox WHERE receiver = $1 AND state IN ('pending', 'dead') AND error <> ''
			ORDER BY sequence DESC LIMIT 1`, out[i].Receiver).Scan(&out[i].LastError)
		if errors.Is(err, sql.ErrNoRows) {
			err = nil // sent since
		}
	}
	if err != nil {
		return nil, fmt.Errorf("store: receivers: %w", s.scrub(err))
	}
	return out, nil
}
