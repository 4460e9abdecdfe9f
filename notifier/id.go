package notifier

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
)

// notificationID is the idempotency key: 32 hex digits of a hash of what is told to whom. A change that is written
// again after a crash gets the same one, so the outbox keeps one row.
func notificationID(incident string, event detector.ChangeEvent, receiver, ordinal string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{incident, string(event), receiver, ordinal}, "\x1f")))
	return hex.EncodeToString(sum[:16])
}

// ordinal tells changes of one incident and event apart: openings and resolvings by how often the incident was
// reopened; acts of people, which have no number, and updates by how many entries the timeline has and when.
func ordinal(ch detector.Change) string {
	in := ch.Incident
	switch ch.Event {
	case detector.ChangeOpened, detector.ChangeReopened:
		return strconv.Itoa(in.Reopened)
	case detector.ChangeResolved:
		s := strconv.Itoa(in.Reopened)
		if in.ResolvedAt != nil {
			s += "@" + strconv.FormatInt(in.ResolvedAt.UnixNano(), 10)
		}
		return s
	}
	return strconv.Itoa(len(in.Timeline)) + "@" + strconv.FormatInt(in.UpdatedAt.UnixNano(), 10)
}
