package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
)

// bulk writes many rows with statements of several rows each. Its statements are prepared once for a transaction.
type bulk struct {
	head, tail string // before and after the VALUES
	columns    int
	rows       int // of one statement

	args []any
	full *sql.Stmt
}

func (b *bulk) add(ctx context.Context, tx *sql.Tx, values ...any) error {
	b.args = append(b.args, values...)
	if len(b.args) < b.rows*b.columns {
		return nil
	}
	if b.full == nil {
		var err error
		if b.full, err = tx.PrepareContext(ctx, b.sql(b.rows)); err != nil {
			return err
		}
	}
	_, err := b.full.ExecContext(ctx, b.args...)
	b.args = b.args[:0]
	return err
}

// flush writes what is left.
func (b *bulk) flush(ctx context.Context, tx *sql.Tx) error {
	if len(b.args) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, b.sql(len(b.args)/b.columns), b.args...)
	b.args = b.args[:0]
	return err
}

// close flushes and lets the statement go. A statement that is not closed ends with its transaction.
func (b *bulk) close(ctx context.Context, tx *sql.Tx) error {
	err := b.flush(ctx, tx)
	if b.full == nil {
		return err
	}
	if closed := b.full.Close(); err == nil {
		err = closed
	}
	b.full = nil
	return err
}

func (b *bulk) sql(rows int) string {
	var sb strings.Builder
	sb.WriteString(b.head)
	for r := range rows {
		if r > 0 {
			sb.WriteString(", ")
		}
		sb.WriteByte('(')
		for c := range b.columns {
			if c > 0 {
				sb.WriteString(", ")
			}
			sb.WriteString("$" + strconv.Itoa(r*b.columns+c+1))
		}
		sb.WriteByte(')')
	}
	sb.WriteString(b.tail)
	return sb.String()
}
