package store

import (
	"database/sql"
	"math"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector/rate"
)

// micros is how a time stands in a column; the zero time is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// fromMicros reads what micros wrote.
func fromMicros(v int64) time.Time {
	if v == 0 {
		return time.Time{}
	}
	return time.UnixMicro(v).UTC()
}

func nullMicros(t *time.Time) sql.NullInt64 {
	if t == nil || t.IsZero() {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: t.UnixMicro(), Valid: true}
}

// maxKey bounds, in bytes, a text that an index holds; Postgres refuses much longer ones.
const maxKey = 512

// clean makes a text one that a text column of Postgres takes: no NUL, valid UTF-8.
func clean(s string) string {
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "\uFFFD")
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// cut is clean and at most n bytes, ending between two characters.
func cut(s string, n int) string {
	return rate.Cut(clean(s), n)
}

// key is a text as an indexed column holds it.
func key(s string) string { return cut(s, maxKey) }

// finite replaces what JSON cannot hold.
func finite(f float64) float64 {
	switch {
	case math.IsNaN(f):
		return 0
	case math.IsInf(f, 1):
		return math.MaxFloat64
	case math.IsInf(f, -1):
		return -math.MaxFloat64
	}
	return f
}

// like is the pattern that finds text anywhere, without regard to case, in a column of lower case. Use it with ESCAPE '!'.
func like(text string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(strings.ToLower(clean(text))) + "%"
}
