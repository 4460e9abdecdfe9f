package rules

import "time"

// State is where a series of a rule is.
type State string

// The states of a series. It resolves by going from firing to inactive.
const (
	StateInactive State = "inactive" // the condition does not hold
	StatePending  State = "pending"  // it holds, but not yet for as long as `for` asks
	StateFiring   State = "firing"   // it holds, or has not been false for as long as `keep` asks
)

// verdict is what a bucket says about a condition.
type verdict uint8

const (
	holdsNot verdict = iota
	holds
	undecided // data is missing: the state stays as it is
)

// machine is the state of one series:
//
//	inactive => pending   the condition holds, `for` is not over
//	inactive => firing    it holds, and there is no `for`
//	pending  => firing    it held for `for`
//	pending  => inactive  it held no longer
//	firing   => inactive  it has not held for `keep`: resolved
//
// All times are ends of buckets, in event time.
type machine struct {
	state   State
	since   time.Time // when the state was entered; zero where it never changed
	held    time.Time // the first bucket of this excursion in which it held
	cleared time.Time // while firing: the first bucket in which it did not hold any more; zero while it holds
	reason  string    // why it is in this state
}

// step takes the verdict on the bucket that ends at `at`. Reason is asked for only where the state changes.
func (m *machine) step(at time.Time, v verdict, wait, keep time.Duration, reason func() string) {
	if v == undecided {
		return
	}
	switch m.state {
	case StatePending:
		if v == holdsNot {
			m.enter(StateInactive, at, "held less than "+short(wait)+": "+reason())
		} else if at.Sub(m.held) >= wait {
			m.enter(StateFiring, at, because(reason(), wait))
		}
	case StateFiring:
		switch {
		case v == holds:
			m.cleared = time.Time{}
		case m.cleared.IsZero():
			m.cleared = at
			fallthrough
		default:
			if at.Sub(m.cleared) >= keep {
				m.enter(StateInactive, at, "has not held for "+short(keep)+": "+reason())
			}
		}
	default:
		if v == holdsNot {
			return
		}
		m.held = at
		if wait > 0 {
			m.enter(StatePending, at, reason())
		} else {
			m.enter(StateFiring, at, reason())
		}
	}
}

// because is the reason for which a series fires that had to hold for so long.
func because(reason string, wait time.Duration) string {
	if wait <= 0 {
		return reason
	}
	return "held for " + short(wait) + ": " + reason
}

func (m *machine) enter(s State, at time.Time, reason string) {
	m.state, m.since, m.cleared, m.reason = s, at, time.Time{}, reason
}
