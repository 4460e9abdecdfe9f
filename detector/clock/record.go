package clock

import "time"

// year2000 is its start in Unix seconds. A record that claims to be older has no time (0 and -1 say so), or was stamped
// by a clock that was never set.
const year2000 = 946_684_800

// RecordTime is the time that a record has which states t; zero where it has none. It rests on t alone, so that whoever
// reads the record again joins it to the same lines.
func RecordTime(t time.Time) time.Time {
	if t.Unix() < year2000 {
		return time.Time{}
	}
	return t
}

// nearLog is how near to where the log is an event's time must be, and how far from there its record's, for the event
// to be right and the record's clock to be off.
const nearLog = 5 * time.Minute

// Read tells when the events that follow were read, and how far the log was by the records before them. Both are zero
// where that is not known, as of a file.
func (c *Clock) Read(now, log time.Time) { c.now, c.log = now, log }

// undated is when an event counts whose record has no time: its own time, which no event has before it is written; now
// where it states none.
func (c *Clock) undated(own time.Time) time.Time {
	if own.IsZero() || !c.now.IsZero() && own.Sub(c.now) > c.opt.Bound {
		return c.now
	}
	return own
}

// recordOff tells whether it is the record's clock that is behind, not the event's that is ahead: the event lies where
// the log is, and the record far from there.
func (c *Clock) recordOff(own, received time.Time) bool {
	off := own.Sub(c.log)
	return !c.log.IsZero() && c.log.Sub(received) > nearLog && off <= c.opt.Bound && off >= -nearLog
}
