package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Shape is a shape of one service, environment and level.
type Shape struct {
	ID          detector.ShapeID
	Service     string
	Environment string
	Level       detector.Level
	Text        string // masked
	First, Last time.Time
	Sequence    int64  // given by PutShapes: rises with every new or changed one
	Data        []byte // whatever else the template stage keeps of it; opaque here
}

const maxShapeText = 16 << 10

// PutShapes adds shapes and moves the times of those that are there. Their sequence rises only where Data changed, so
// that replicas are not told of what they know.
func (s *Store) PutShapes(ctx context.Context, shapes []Shape) error {
	if len(shapes) == 0 {
		return nil
	}
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		last, err := next(ctx, tx, "shapes", len(shapes))
		if err != nil {
			return err
		}
		put := bulk{
			head: `INSERT INTO shapes (id, service, environment, level, text, search, first_seen, last_seen, sequence, data) VALUES `,
			tail: ` ON CONFLICT (id, service, environment, level) DO UPDATE SET
				first_seen = CASE WHEN excluded.first_seen < shapes.first_seen THEN excluded.first_seen ELSE shapes.first_seen END,
				last_seen = CASE WHEN excluded.last_seen > shapes.last_seen THEN excluded.last_seen ELSE shapes.last_seen END,
				sequence = CASE WHEN excluded.data IS NULL OR excluded.data = shapes.data THEN shapes.sequence ELSE excluded.sequence END,
				data = COALESCE(excluded.data, shapes.data)`,
			columns: 10, rows: s.dialect.bulkRows,
		}
		seen := make(map[string]bool, len(shapes))
		for i, sh := range shapes {
			id := sh.ID.String() + "\x00" + key(sh.Service) + "\x00" + key(sh.Environment) + "\x00" + sh.Level.String()
			if seen[id] {
				// One statement may not touch a row twice: what is there is written first.
				if err := put.flush(ctx, tx); err != nil {
					return err
				}
				clear(seen)
			}
			seen[id] = true
			text := cut(sh.Text, maxShapeText)
			if err := put.add(ctx, tx, sh.ID.String(), key(sh.Service), key(sh.Environment), int(sh.Level), text, cut(strings.ToLower(text), maxSearch),
				micros(sh.First), micros(sh.Last), last-int64(len(shapes)-1-i), sh.Data); err != nil {
				return err
			}
		}
		return put.close(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("store: shapes: %w", err)
	}
	return nil
}

const shapeColumns = `id, service, environment, level, text, first_seen, last_seen, sequence, data`

func scanShape(row scanner) (Shape, error) {
	var sh Shape
	var id string
	var first, last int64
	if err := row.Scan(&id, &sh.Service, &sh.Environment, &sh.Level, &sh.Text, &first, &last, &sh.Sequence, &sh.Data); err != nil {
		return sh, err
	}
	sh.First, sh.Last = fromMicros(first), fromMicros(last)
	var err error
	sh.ID, err = detector.ParseShapeID(id)
	return sh, err
}

// Shapes returns shapes with a higher sequence than after, in its order, at most limit.
func (s *Store) Shapes(ctx context.Context, after int64, limit int) ([]Shape, error) {
	return s.shapes(ctx, `SELECT `+shapeColumns+` FROM shapes WHERE sequence > $1 ORDER BY sequence LIMIT $2`, after, limit)
}

// Seen is when a shape of one service, environment and level was met last.
type Seen struct {
	ID          detector.ShapeID
	Service     string
	Environment string
	Level       detector.Level
	Last        time.Time
}

// ShapesSeen calls take for each shape that was met at or after since, as PutShapes was told, oldest first.
func (s *Store) ShapesSeen(ctx context.Context, since time.Time, take func(Seen)) error {
	err := each(ctx, s.read, func(row scanner) error {
		var seen Seen
		var id string
		var last int64
		if err := row.Scan(&id, &seen.Service, &seen.Environment, &seen.Level, &last); err != nil {
			return err
		}
		var err error
		if seen.ID, err = detector.ParseShapeID(id); err != nil {
			return err
		}
		seen.Last = fromMicros(last)
		take(seen)
		return nil
	}, `SELECT id, service, environment, level, last_seen FROM shapes WHERE last_seen >= $1 ORDER BY last_seen`, micros(since))
	if err != nil {
		return fmt.Errorf("store: shapes: %w", s.scrub(err))
	}
	return nil
}

// Shape returns what is known of one id, in every service that logs it.
func (s *Store) Shape(ctx context.Context, id detector.ShapeID) ([]Shape, error) {
	return s.shapes(ctx, `SELECT `+shapeColumns+` FROM shapes WHERE id = $1 ORDER BY first_seen, service, environment, level`, id.String())
}

func (s *Store) shapes(ctx context.Context, query string, args ...any) ([]Shape, error) {
	var out []Shape
	err := each(ctx, s.read, func(row scanner) error {
		sh, err := scanShape(row)
		if err == nil {
			out = append(out, sh)
		}
		return err
	}, query, args...)
	if err != nil {
		return nil, fmt.Errorf("store: shapes: %w", s.scrub(err))
	}
	return out, nil
}

// ShapeFilter selects shapes for a list. Empty fields select all.
type ShapeFilter struct {
	Service     string
	Environment string
	Levels      []detector.Level
	Text        string    // in the first 600 bytes of the masked text, without regard to case
	Since       time.Time // first seen at or after it
	Canonical   bool      // leave out those that an alias leads away from
	Cursor      string
	Limit       int // 1 to 500; 0: 100
}

func (f ShapeFilter) where() *where {
	w := &where{}
	if f.Service != "" {
		w.add(`service = ?`, key(f.Service))
	}
	if f.Environment != "" {
		w.add(`environment = ?`, key(f.Environment))
	}
	if len(f.Levels) > 0 {
		args := make([]any, len(f.Levels))
		for i, l := range f.Levels {
			args[i] = int(l)
		}
		w.add(`level IN (?`+strings.Repeat(", ?", len(args)-1)+`)`, args...)
	}
	if f.Text != "" {
		w.add(`search LIKE ? ESCAPE '!'`, like(f.Text))
	}
	if !f.Since.IsZero() {
		w.add(`first_seen >= ?`, micros(f.Since))
	}
	if f.Canonical {
		w.add(`NOT EXISTS (SELECT 1 FROM template_aliases a WHERE a.from_id = shapes.id)`)
	}
	return w
}

// ListShapes returns shapes newest first by when they were first seen, and the cursor of the next part, empty at the end.
func (s *Store) ListShapes(ctx context.Context, f ShapeFilter) ([]Shape, string, error) {
	w := f.where()
	if err := w.after("shapes", "(first_seen, id, service, environment, level) < (?, ?, ?, ?, CAST(? AS INTEGER))", f.Cursor, 1); err != nil {
		return nil, "", err
	}
	limit := limitOf(f.Limit)
	const order = ` ORDER BY first_seen DESC, id DESC, service DESC, environment DESC, level DESC`
	out, err := s.shapes(ctx, `SELECT `+shapeColumns+` FROM shapes WHERE (id, service, environment, level) IN (
		SELECT id, service, environment, level FROM shapes`+w.sql()+order+` LIMIT `+strconv.Itoa(limit+1)+`)`+order, w.args...)
	if err != nil || len(out) <= limit {
		return out, "", err
	}
	out = out[:limit]
	l := out[limit-1]
	return out, cursor("shapes", strconv.FormatInt(micros(l.First), 10), l.ID.String(), l.Service, l.Environment, strconv.Itoa(int(l.Level))), nil
}
