package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Alias says that a shape belongs to the template of another one. It is kept for ever.
type Alias struct {
	From, To detector.ShapeID
	Reason   string
	At       time.Time
}

// PutAliases adds aliases, replacing those of the same From.
func (s *Store) PutAliases(ctx context.Context, aliases []Alias) error {
	if len(aliases) == 0 {
		return nil
	}
	for _, a := range aliases {
		if a.From == a.To {
			return invalid("shape %s cannot be an alias of itself", a.From)
		}
	}
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		for _, a := range aliases {
			_, err := tx.ExecContext(ctx, `
				INSERT INTO template_aliases (from_id, to_id, reason, at) VALUES ($1, $2, $3, $4)
				ON CONFLICT (from_id) DO UPDATE SET to_id = excluded.to_id, reason = excluded.reason, at = excluded.at`,
				a.From.String(), a.To.String(), cut(a.Reason, maxEntryText), micros(a.At))
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store: aliases: %w", err)
	}
	return nil
}

// Aliases returns all of them.
func (s *Store) Aliases(ctx context.Context) ([]Alias, error) {
	return s.aliases(ctx, ``)
}

// AliasesOf returns those that lead to a template.
func (s *Store) AliasesOf(ctx context.Context, to detector.ShapeID) ([]Alias, error) {
	return s.aliases(ctx, ` WHERE to_id = $1`, to.String())
}

func (s *Store) aliases(ctx context.Context, where string, args ...any) ([]Alias, error) {
	var out []Alias
	err := each(ctx, s.read, func(row scanner) error {
		var a Alias
		var from, to string
		var at int64
		if err := row.Scan(&from, &to, &a.Reason, &at); err != nil {
			return err
		}
		var err error
		if a.From, err = detector.ParseShapeID(from); err != nil {
			return err
		}
		if a.To, err = detector.ParseShapeID(to); err != nil {
			return err
		}
		a.At = fromMicros(at)
		out = append(out, a)
		return nil
	}, `SELECT from_id, to_id, reason, at FROM template_aliases`+where+` ORDER BY from_id`, args...)
	if err != nil {
		return nil, fmt.Errorf("store: aliases: %w", s.scrub(err))
	}
	return out, nil
}
