package detector

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/tocsin-io/tocsin/detector/sketch"
)

// ShapeID is the 64-bit hash of a line's masked tokens: the same on every replica. 0 means none.
type ShapeID uint64

// OverflowShape counts the lines of a service and level for whose shapes no room was left.
const OverflowShape ShapeID = 1

// String is 16 lower-case hex digits, as template_id is printed everywhere.
func (id ShapeID) String() string { return fmt.Sprintf("%016x", uint64(id)) }

// MarshalJSON is what String prints: more digits than readers of JSON numbers keep.
func (id ShapeID) MarshalJSON() ([]byte, error) { return json.Marshal(id.String()) }

// UnmarshalJSON reads what String prints, and a number.
func (id *ShapeID) UnmarshalJSON(b []byte) error {
	var n uint64
	if json.Unmarshal(b, &n) == nil {
		*id = ShapeID(n)
		return nil
	}
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return fmt.Errorf("a template id is 16 hex digits: %w", err)
	}
	parsed, err := ParseShapeID(text)
	*id = parsed
	return err
}

// ParseShapeID reads what String prints.
func ParseShapeID(s string) (ShapeID, error) {
	n, err := strconv.ParseUint(s, 16, 64)
	if err != nil || len(s) != 16 {
		return 0, fmt.Errorf("template id %q is not 16 hex digits", s)
	}
	return ShapeID(n), nil
}

// Class tells what a series counts.
type Class uint8

// The classes of a Series, with the fields each one uses.
const (
	ClassLine   Class = iota // lines: Service, Environment, Level, Shape
	ClassRule                // a rule's group: Name (the rule), Key (the canonical group key)
	ClassSecret              // a secret: Service, Environment, Name (its kind), Key (the key it stood under)
	ClassLoss                // offsets that were never read: see LossSeries
	ClassSkew                // lines of a host whose clock is off: Service, Environment, Name (ahead or behind), Key (host), with a Summary of seconds
	ClassSlot                // values of a numeric slot: Service, Environment, Level, Shape, Key (slot number), with a Summary
	ClassLate                // lines for buckets that were complete already, in the bucket that was open: Service, Environment
	ClassInput               // records that a partition brought, by their own times: Name (topic), Key (partition)
	ClassField               // lines with a value of a field: Service, Environment, Level (error for errors, else none), Name (field), Key (value); a sample where there are many
)

// Series is the identity of what is counted. It is comparable. Sums (a service, a service and level, a template of
// several shapes) are not counted apart: they are added up from the lines.
type Series struct {
	Class       Class
	Level       Level
	Shape       ShapeID
	Service     string
	Environment string
	Name        string
	Key         string
}

// Bucket is what one shard counted in one bucket of event time.
type Bucket struct {
	Start time.Time     // a multiple of Width since the epoch, UTC
	Width time.Duration // 10 s unless configured
	Rows  []Row         // each series at most once; a series that is absent had nothing
	Gap   bool          // some partition's data is known to be incomplete: nothing may be judged as a fall or silence
	Late  uint64        // lines that came into older buckets while this one was open
}

// End is the first instant after the bucket.
func (b Bucket) End() time.Time { return b.Start.Add(b.Width) }

// Row is what one series counted in one bucket.
type Row struct {
	Series  Series
	Lines   uint64
	Bytes   uint64
	Summary *sketch.Summary // nil but for rule series that need more than a count, and for numeric slots
}
