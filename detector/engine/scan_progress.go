package engine

import "time"

// progress tells how far a log is, by the times of its lines, though some lines have times that are far off: one stray
// line dated next year must not end the scan of today.
type progress struct {
	at  time.Time   // how far it is
	far []time.Time // of the last lines, where they are further ahead than farAhead
}

// Of a jump ahead: how large it must be to need others that confirm it, and how many lines in a row do.
const (
	farAhead   = time.Hour
	confirming = 3
)

// line takes the time of the next line.
func (p *progress) line(t time.Time) {
	switch {
	case p.at.IsZero():
		p.at = t
	case t.Sub(p.at) <= farAhead:
		p.far = p.far[:0]
		if t.After(p.at) {
			p.at = t
		}
	default:
		p.far = append(p.far, t)
		if len(p.far) < confirming {
			return
		}
		least := p.far[0]
		for _, f := range p.far[1:] {
			if f.Before(least) {
				least = f
			}
		}
		p.at = least
		rest := p.far[:0]
		for _, f := range p.far {
			switch {
			case f.Sub(least) > farAhead:
				rest = append(rest, f)
			case f.After(p.at):
				p.at = f
			}
		}
		p.far = rest
	}
}
