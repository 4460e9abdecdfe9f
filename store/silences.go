package store

import (
	"context"
	"fmt"
	"time"
)

// Silence keeps incidents that a matcher selects from paging for a time.
type Silence struct {
	ID        string
	Matcher   string // an expr over the incident's labels
	Author    string
	Comment   string
	Starts    time.Time
	Ends      time.Time
	CreatedAt time.Time
}

// PutSilence adds a silence, or changes the one with its id.
func (s *Store) PutSilence(ctx context.Context, x Silence) error {
	switch {
	case x.ID == "" || x.Matcher == "" || x.Author == "":
		return invalid("a silence needs an id, a matcher and an author")
	case !x.Ends.After(x.Starts):
		return invalid("a silence must end after it starts")
	}
	_, err := s.write.ExecContext(ctx, `
		INSERT INTO silences (id, matcher, author, comment, starts_at, ends_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET matcher = excluded.matcher, author = excluded.author, comment = excluded.comment,
			starts_at = excluded.starts_at, ends_at = excluded.ends_at`,
		key(x.ID), cut(x.Matcher, maxEntryText), key(x.Author), cut(x.Comment, maxEntryText), micros(x.Starts), micros(x.Ends), micros(x.CreatedAt))
	if err != nil {
		return fmt.Errorf("store: silence: %w", s.scrub(err))
	}
	return nil
}

// EndSilence ends one at a time, if it has not ended before; ErrNotFound where there is none.
func (s *Store) EndSilence(ctx context.Context, id string, at time.Time) error {
	n, err := changed(s.write.ExecContext(ctx, `UPDATE silences SET ends_at = CASE WHEN ends_at > $2 THEN $2 ELSE ends_at END WHERE id = $1`, key(id), micros(at)))
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("store: silence %s: %w", key(id), s.scrub(err))
	}
	return nil
}

// Silences returns those that end after a time, by their end.
func (s *Store) Silences(ctx context.Context, endingAfter time.Time) ([]Silence, error) {
	var out []Silence
	err := each(ctx, s.read, func(row scanner) error {
		var x Silence
		var starts, ends, created int64
		if err := row.Scan(&x.ID, &x.Matcher, &x.Author, &x.Comment, &starts, &ends, &created); err != nil {
			return err
		}
		x.Starts, x.Ends, x.CreatedAt = fromMicros(starts), fromMicros(ends), fromMicros(created)
		out = append(out, x)
		return nil
	}, `SELECT id, matcher, author, comment, starts_at, ends_at, created_at FROM silences WHERE ends_at > $1 ORDER BY ends_at, id`, micros(endingAfter))
	if err != nil {
		return nil, fmt.Errorf("store: silences: %w", s.scrub(err))
	}
	return out, nil
}
