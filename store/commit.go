package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sort"

	"github.com/tocsin-io/tocsin/detector"
)

// Commit is what a step of the engine leaves behind.
type Commit struct {
	Marks   []Mark
	Changes []detector.Change // in the order in which they happened
}

// Commit writes marks, incidents, timelines and notifications in one transaction, or nothing. ErrFenced where a higher
// epoch owns one of the shards. The same commit again changes nothing and tells nobody.
func (s *Store) Commit(ctx context.Context, c Commit) error {
	for _, ch := range c.Changes {
		if err := checkChange(ch); err != nil {
			return err
		}
	}
	marks := slices.Clone(c.Marks)
	sort.Slice(marks, func(i, j int) bool { return marks[i].Shard < marks[j].Shard })
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		for _, m := range marks {
			if _, err := moveShard(ctx, tx, m); err != nil {
				return err
			}
		}
		if err := s.lock(ctx, tx, c.Changes); err != nil {
			return err
		}
		var out []detector.Notification
		for _, ch := range c.Changes {
			told, err := s.applyEngine(ctx, tx, ch)
			if err != nil {
				return fmt.Errorf("incident %s: %w", ch.Incident.ID, err)
			}
			out = append(out, told...)
		}
		return s.enqueue(ctx, tx, out)
	})
	if err != nil {
		return fmt.Errorf("store: commit: %w", err)
	}
	return nil
}

func checkChange(ch detector.Change) error {
	switch in := ch.Incident; {
	case in == nil:
		return invalid("a change without an incident")
	case in.ID == "" || in.Kind == "":
		return invalid("an incident without id or kind")
	case in.SeriesKey == "":
		return invalid("incident %s has no series key, which is its identity", in.ID)
	case len(in.ID) > maxKey || clean(in.ID) != in.ID:
		return invalid("an incident's id is no plain text of at most %d bytes", maxKey)
	}
	return nil
}

// lock takes the rows of all incidents that are there, in order, so that two commits cannot wait for one another.
func (s *Store) lock(ctx context.Context, tx *sql.Tx, changes []detector.Change) error {
	if s.dialect.forUpdate == "" || len(changes) < 2 {
		return nil
	}
	ids := make([]string, len(changes))
	for i, ch := range changes {
		ids[i] = ch.Incident.ID
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		if err := each(ctx, tx, func(scanner) error { return nil },
			`SELECT id FROM incidents WHERE id = $1`+s.dialect.forUpdate, id); err != nil {
			return err
		}
	}
	return nil
}
