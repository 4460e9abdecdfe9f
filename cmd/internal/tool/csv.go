package tool

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
)

// maxRow bounds a row of a table, in bytes: a quote that is never closed must not take in the whole file.
const maxRow = 4 << 20

var errLongRow = fmt.Errorf("the row is longer than %d MiB: is a quote in it not closed?", maxRow>>20)

// bounded reads so many bytes at most.
type bounded struct {
	r    io.Reader
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errLongRow
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// csvTable is a CSV file that is read row by row.
type csvTable struct {
	csv   *csv.Reader
	bound *bounded
}

// Read returns the next row, valid until the next call.
func (t csvTable) Read() ([]string, error) {
	t.bound.left = maxRow
	return t.csv.Read()
}

// rows calls fn with each row. An error begins with the number of its line.
func (t csvTable) rows(ctx context.Context, fn func(row []string) error) error {
	line := 1
	for n := 0; ; n++ {
		row, err := t.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			if errors.Is(err, csv.ErrFieldCount) {
				err = fmt.Errorf("the row has %d fields and the header %d", len(row), t.csv.FieldsPerRecord)
			}
			return fmt.Errorf("%d: %w", bad.StartLine, cause(err))
		}
		if err != nil {
			return fmt.Errorf("%d: %w", line+1, err)
		}
		if err = fn(row); err == nil && n&1023 == 0 {
			err = ctx.Err()
		}
		last := len(row) - 1
		line, _ = t.csv.FieldPos(last)
		if err != nil {
			line, _ = t.csv.FieldPos(0)
			return fmt.Errorf("%d: %w", line, err)
		}
	}
}

// cause is what is wrong without the line, which the message has already.
func cause(err error) error {
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		return bad.Err
	}
	return err
}
