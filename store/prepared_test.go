package store

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
)

// TestPrepared: queries of more texts than are kept answer what the database answers, from many at once, also while the rows of
// a text that is forgotten are still read; and no more texts are kept than may be.
func TestPrepared(t *testing.T) {
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "p.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(5)
	p, ctx := newPrepared(db), t.Context()
	rows, err := p.QueryContext(ctx, `SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all sync.WaitGroup
	for g := range 4 {
		all.Go(func() {
			for i := range 2 * maxPrepared {
				text := fmt.Sprintf(`SELECT $1 + %d`, (i*7+g)%(maxPrepared+50))
				var got int
				if err := p.QueryRowContext(ctx, text, i).Scan(&got); err != nil || got != i+(i*7+g)%(maxPrepared+50) {
					t.Errorf("%s of %d: %d, %v", text, i, got, err)
					return
				}
				n := 0
				err := each(ctx, p, func(row scanner) error { n++; return row.Scan(&got) }, text+` UNION ALL SELECT 7`, i)
				if err != nil || n != 2 || got != 7 {
					t.Errorf("%s of %d: %d rows, %v", text, i, n, err)
					return
				}
			}
		})
	}
	all.Wait()
	sum := 0
	for rows.Next() {
		var n int
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
		sum += n
	}
	if err := rows.Err(); err != nil || sum != 6 {
		t.Errorf("rows of a text that is forgotten add up to %d, %v", sum, err)
	}
	if n := len(p.statements); n > maxPrepared {
		t.Errorf("%d texts are kept", n)
	}
	if _, err := p.QueryContext(ctx, `SELECT nothing FROM nowhere`); err == nil {
		t.Error("a table that is not there answers")
	}
	if err := p.QueryRowContext(ctx, `SELECT nothing FROM nowhere`).Scan(&sum); err == nil {
		t.Error("a table that is not there answers")
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := p.QueryContext(gone, `SELECT 1`); err == nil {
		t.Error("a query that its caller left answers")
	}
	for text, s := range p.statements {
		if s.asked != 0 {
			t.Errorf("%s: %d ask still", text, s.asked)
		}
	}
}
