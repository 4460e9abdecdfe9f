package store

import (
	"errors"
	"fmt"

	"github.com/tocsin-io/tocsin/detector"
)

// Errors that callers tell apart with errors.Is.
var (
	// ErrFenced: a higher epoch owns the shard. The caller is a zombie, or must claim again.
	ErrFenced = errors.New("store: a newer owner has claimed the shard")
	// ErrNotFound: there is no such row.
	ErrNotFound = errors.New("store: not found")
	// ErrCursor: the cursor is not one that this list returned.
	ErrCursor = errors.New("store: the cursor is not one that this list returned: start again without it")
	// ErrAmbiguous: a prefix of an id fits several.
	ErrAmbiguous = errors.New("store: the id is ambiguous: give more of its digits")
	// ErrInvalid: a value was refused; the text says why.
	ErrInvalid = errors.New("store: invalid")
)

// RefusedError says that an act does not fit the state of its incident. Error is a sentence for a person.
type RefusedError struct {
	Incident string
	Act      detector.EntryKind
	Status   detector.Status
	Reason   string
}

// Error is the sentence.
func (e *RefusedError) Error() string { return e.Reason }

func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrInvalid, fmt.Sprintf(format, args...))
}
