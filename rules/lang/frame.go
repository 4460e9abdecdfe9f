package lang

import (
	"errors"

	"github.com/tocsin-io/tocsin/detector"
)

// Frame is what one evaluation works on. It belongs to one goroutine and is used again and again.
type Frame struct {
	Event *detector.Event // for programs over lines
	Vars  []Value         // for programs over variables: by Variable.Slot
	// Resolve gives the canonical id of a template. Nil: every id is its own.
	Resolve func(detector.ShapeID) detector.ShapeID

	budget  int
	err     error
	pointer Value // what # stands for inside any(), all(), none(), one()
	hex     [16]byte
}

// Budget is what one evaluation may cost. A unit is about a nanosecond; a step costs a few, a search goes by the length
// of its text. One of a typical rule costs under 300.
const Budget = 1 << 20

// Errors of an evaluation. Each ends it, and the expression counts as false.
var (
	ErrBudget = errors.New("costs too much: stopped")
	ErrDivide = errors.New("divides by zero")
)

// spend takes cost from the budget and reports whether the evaluation may go on.
func (f *Frame) spend(cost int) bool {
	f.budget -= cost
	if f.budget < 0 {
		f.fail(ErrBudget)
		return false
	}
	return true
}

func (f *Frame) fail(err error) {
	if f.err == nil {
		f.err = err
	}
}

func (f *Frame) resolve(id detector.ShapeID) detector.ShapeID {
	if f.Resolve == nil {
		return id
	}
	return f.Resolve(id)
}
