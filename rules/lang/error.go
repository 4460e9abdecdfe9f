package lang

import (
	"strings"
	"unicode/utf8"
)

// Error is a fault in an expression.
type Error struct {
	Offset  int    // in characters from the beginning of the expression
	Message string // what is wrong
	Mend    string // what to do about it; may be empty
	Source  string // the expression
}

// Error is the message with its mend.
func (e *Error) Error() string {
	if e.Mend == "" {
		return e.Message
	}
	return e.Message + ": " + e.Mend
}

// Caret is the line of the expression that is wrong, and below it a caret at the place.
func (e *Error) Caret() string {
	line, column := e.Source, e.Offset
	for {
		i := strings.IndexByte(line, '\n')
		if i < 0 || utf8.RuneCountInString(line[:i]) >= column {
			if i >= 0 {
				line = line[:i]
			}
			break
		}
		column -= utf8.RuneCountInString(line[:i]) + 1
		line = line[i+1:]
	}
	column = min(column, utf8.RuneCountInString(line))
	return strings.ReplaceAll(line, "\t", " ") + "\n" + strings.Repeat(" ", column) + "^"
}

// Nearest returns the name that name was probably meant to be, or "".
func Nearest(name string, names []string) string {
	best, bestDistance := "", len(name)/3+2
	for _, n := range names {
		if d := distance(strings.ToLower(name), strings.ToLower(n), bestDistance); d < bestDistance {
			best, bestDistance = n, d
		}
	}
	return best
}

// distance is the Damerau-Levenshtein distance (neighbours swapped count once), or limit where it is at least that.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit || len(a) > 64 || len(b) > 64 {
		return limit
	}
	var rows [3][65]int
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit)
}
