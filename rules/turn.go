package rules

import (
	"math"
	"time"
)

// Turn is an evaluation that moved a series from one state to another.
type Turn struct {
	At       time.Time // end of the bucket, in event time
	Value    float64   // NaN where there was none
	Holds    bool      // what the condition said
	From, To State
	Reason   string // what was compared: "701 > 50"
}

// maxTurns is how many turns of a series are kept, the newest. They last as long as its evaluator, and are not saved: what a rule
// decides does not rest on them.
const maxTurns = 5

// turned notes a turn where the state is another one than from.
func (s *series) turned(from State, at time.Time, v verdict, reason func() string) {
	if s.machine.state == from {
		return
	}
	if len(s.turns) == maxTurns {
		s.turns = append(s.turns[:0:0], s.turns[1:]...)
	}
	value, ok := s.value.Number()
	if !ok {
		value = math.NaN()
	}
	s.turns = append(s.turns, Turn{At: at, Value: value, Holds: v == holds, From: from, To: s.machine.state, Reason: reason()})
}
