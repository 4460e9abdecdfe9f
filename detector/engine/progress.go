package engine

import "time"

// Progress tells how far a log is, by the times of its lines, though some lines have times that are far off: one stray
// line dated next year, be it the first, must not end the scan of today.
type Progress struct {
	at   time.Time
	sure bool        // enough lines were met to believe the first ones
	far  []time.Time // of the last lines, where they are further ahead than farAhead
}

// Of a jump ahead: how large it must be to need others that confirm it, and how many lines in a row do.
const (
	farAhead   = time.Hour
	confirming = 3
)

// At is how far the log is; zero before the first line.
func (p *Progress) At() time.Time { return p.at }

// Line takes the time of the next line.
func (p *Progress) Line(t time.Time) {
	if p.sure && t.Sub(p.at) <= farAhead {
		p.far = p.far[:0]
		if t.After(p.at) {
			p.at = t
		}
		return
	}
	p.far = append(p.far, t)
	if len(p.far) >= confirming {
		p.sure = true
		p.at = agreed(p.far)
		p.far = p.far[:copy(p.far, beyond(p.far, p.at))]
	} else if !p.sure {
		p.at = agreed(p.far)
	}
}

// agreed is the latest of times that is near the earliest one.
func agreed(times []time.Time) time.Time {
	least := times[0]
	for _, t := range times {
		if t.Before(least) {
			least = t
		}
	}
	at := least
	for _, t := range times {
		if t.After(at) && t.Sub(least) <= farAhead {
			at = t
		}
	}
	return at
}

// beyond are the last times that are still far ahead of at.
func beyond(times []time.Time, at time.Time) []time.Time {
	n := len(times)
	for n > 0 && times[n-1].Sub(at) > farAhead {
		n--
	}
	return times[n:]
}
