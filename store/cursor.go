package store

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// Limits of one part of a list.
const (
	defaultLimit = 100
	maxLimit     = 500
)

func limitOf(n int) int {
	if n <= 0 {
		return defaultLimit
	}
	return min(n, maxLimit)
}

// A cursor is the key of the last row that was given out, with the name of its list, so that a cursor of another list is
// refused instead of misread.
func cursor(list string, parts ...string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(list + "\x00" + strings.Join(parts, "\x00")))
}

const maxCursor = 1024

// readCursor returns the n parts of a cursor of this list.
func readCursor(list, c string, n int) ([]string, error) {
	if len(c) > maxCursor {
		return nil, ErrCursor
	}
	b, err := base64.RawURLEncoding.DecodeString(c)
	if err != nil {
		return nil, ErrCursor
	}
	parts := strings.Split(string(b), "\x00")
	if len(parts) != n+1 || parts[0] != list {
		return nil, ErrCursor
	}
	for _, p := range parts[1:] {
		if clean(p) != p {
			return nil, ErrCursor
		}
	}
	return parts[1:], nil
}

// where collects conditions. In their texts ? stands for the next argument.
type where struct {
	conditions []string
	args       []any
}

func (w *where) add(condition string, args ...any) {
	var b strings.Builder
	for _, r := range condition {
		if r != '?' {
			b.WriteRune(r)
			continue
		}
		w.args = append(w.args, args[0])
		args = args[1:]
		b.WriteString("$" + strconv.Itoa(len(w.args)))
	}
	w.conditions = append(w.conditions, b.String())
}

// in adds that a column is one of values; nothing where there are none.
func in[T ~string](w *where, column string, values []T) {
	if len(values) == 0 {
		return
	}
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = key(string(v))
	}
	w.add(column+" IN (?"+strings.Repeat(", ?", len(values)-1)+")", args...)
}

// after adds that a row comes behind the cursor's: its first number parts are numbers.
func (w *where) after(list, condition, c string, numbers int) error {
	if c == "" {
		return nil
	}
	parts, err := readCursor(list, c, strings.Count(condition, "?"))
	if err != nil {
		return err
	}
	args := make([]any, len(parts))
	for i, p := range parts {
		args[i] = p
		if i < numbers {
			n, err := strconv.ParseInt(p, 10, 64)
			if err != nil {
				return fmt.Errorf("%w", ErrCursor)
			}
			args[i] = n
		}
	}
	w.add(condition, args...)
	return nil
}

func (w *where) sql() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conditions, " AND ")
}
