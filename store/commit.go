package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
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
		if len(c.Changes) == 0 {
			return nil
		}
		if err := holds(ctx, tx, s.dialect.shareMutes); err != nil {
			return err
		}
		if err := s.lock(ctx, tx, c.Changes); err != nil {
			return err
		}
		all, err := s.mutes(ctx, tx, oldestEvent(s.now()))
		if err != nil {
			return err
		}
		var out []plan.Notification
		for _, ch := range c.Changes {
			told, err := s.applyEngine(ctx, tx, ch, all)
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

// lock takes the rows of all incidents that the changes may touch, in order, so that two commits do not wait for one
// another in a circle. Where a row comes in between all the same, the database finds the circle and one is run again.
func (s *Store) lock(ctx context.Context, tx *sql.Tx, changes []detector.Change) error {
	if s.dialect.forUpdate == "" {
		return nil // one writer
	}
	for part := range slices.Chunk(changes, s.dialect.bulkRows) {
		ids, identities := make([]any, len(part)), make([]any, len(part))
		marks := [2][]string{}
		for i, ch := range part {
			ids[i], identities[i] = ch.Incident.ID, identity(ch.Incident)
			marks[0] = append(marks[0], "$"+strconv.Itoa(i+1))
			marks[1] = append(marks[1], "$"+strconv.Itoa(len(part)+i+1))
		}
		in := strings.Join(marks[0], ", ")
		err := each(ctx, tx, func(scanner) error { return nil }, `SELECT id FROM incidents WHERE id IN (
				SELECT id FROM incidents WHERE id IN (`+in+`)
				UNION SELECT incident_id FROM incident_aliases WHERE id IN (`+in+`)
				UNION SELECT id FROM incidents WHERE status <> 'resolved' AND identity IN (`+strings.Join(marks[1], ", ")+`)
			) ORDER BY id`+s.dialect.forUpdate, append(ids, identities...)...)
		if err != nil {
			return err
		}
	}
	return nil
}
