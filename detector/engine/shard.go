package engine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/incident"
)

// Shard judges the series of one evaluation shard, bucket after bucket. It knows neither clock nor backend: live
// traffic, scans and replays drive the same one. Not safe for concurrent use.
type Shard struct {
	width   time.Duration
	next    time.Time // start of the next bucket to step; zero before the first
	suite   Suite
	rules   detector.Judge // nil without rules
	tracker *incident.Tracker
}

// Suite is what the shard needs of the detectors beyond judging.
type Suite interface {
	detector.Judge
	// Near are the near misses of the last Step; the slice is used again.
	Near() []detector.Signal
	// Missed are the secrets and losses of a bucket that was judged, of which nothing is known: they were counted since.
	Missed(b *detector.Bucket) []detector.Signal
	// Alias says that the templates from and to of a service are one.
	Alias(service string, from, to detector.ShapeID)
	// Deploy says that a service has a new version.
	Deploy(service string, at time.Time)
	// BandAt is what is expected of a series in the bucket at t, and what would be normal; false while unknown.
	BandAt(s detector.Series, t time.Time) (expected, low, high float64, ok bool)
	// Outlines hands each what is expected of every service and level, and with templates of these too, as BandAt says it.
	Outlines(templates bool, each func(detector.Outline))
}

// NewShard returns a shard that has seen nothing.
func NewShard(width time.Duration, suite Suite, rules detector.Judge, tracker *incident.Tracker) *Shard {
	return &Shard{width: width, suite: suite, rules: rules, tracker: tracker}
}

// Next is the start of the bucket that Step takes next; zero before the first.
func (s *Shard) Next() time.Time { return s.next }

// Begin sets the bucket that a new shard judges first.
func (s *Shard) Begin(at time.Time) { s.next = at }

// Step judges a complete bucket.
func (s *Shard) Step(b *detector.Bucket) []detector.Change {
	s.next = b.End()
	signals := s.suite.Step(b)
	if s.rules != nil {
		signals = append(signals, s.rules.Step(b)...)
	}
	return s.tracker.Step(b.End(), signals)
}

// Peek judges an unfinished bucket at now: it can open and update incidents, and changes no baseline.
func (s *Shard) Peek(b *detector.Bucket, now time.Time) []detector.Change {
	return s.early(b.Start, b.End(), now, s.peek(b))
}

// Last judges the bucket in which the input ends, as Peek does, at its end.
func (s *Shard) Last(b *detector.Bucket) []detector.Change { return s.hand(b.End(), s.peek(b)) }

func (s *Shard) peek(b *detector.Bucket) []detector.Signal {
	signals := s.suite.Peek(b)
	if s.rules != nil {
		signals = append(signals, s.rules.Peek(b)...)
	}
	return signals
}

// moment is the least that an early call is away from either end of its bucket.
const moment = time.Millisecond

// early hands signals of a bucket that begins at start and is not judged to the incidents, at now or just before the end where that is
// earlier: at the end of a bucket is called what was judged, see incident.Early. A clock that is behind opens nothing before its bucket: whoever
// judges the bucket later would take its lines for others.
func (s *Shard) early(start, end, now time.Time, signals []detector.Signal) []detector.Change {
	return s.hand(laterOf(earlier(now, end.Add(-moment)), start.Add(moment)), signals)
}

// hand hands signals of an unfinished bucket to the incidents, at this time.
func (s *Shard) hand(at time.Time, signals []detector.Signal) []detector.Change {
	if len(signals) == 0 {
		return nil
	}
	for i := range signals {
		signals[i].Early, signals[i].At = true, at
	}
	return s.tracker.Early(at, signals)
}

// Near are the near misses of the last Step.
func (s *Shard) Near() []detector.NearMiss {
	var out []detector.NearMiss
	for _, sig := range s.suite.Near() {
		n := detector.NearMiss{
			SeriesKey: incident.SeriesKey(sig.Series), Service: sig.Service, Environment: sig.Environment, Kind: sig.Kind, At: sig.At,
			Observed: sig.Observed, Expected: sig.Expected, Unit: sig.Unit, Window: sig.Window, Strength: sig.Strength,
		}
		if sig.Series.Shape != 0 {
			n.TemplateID = sig.Series.Shape.String()
		}
		out = append(out, n)
	}
	return out
}

// Urgent tells at now of the secrets and losses in a bucket that need not be the next one. Of a bucket that was judged
// only those are told of which nothing was known a day before it or since: they were counted after it was judged.
func (s *Shard) Urgent(b *detector.Bucket, now time.Time) []detector.Change {
	found := detector.Bucket{Start: b.Start, Width: b.Width}
	for i := range b.Rows {
		if c := b.Rows[i].Series.Class; c == detector.ClassSecret || c == detector.ClassLoss {
			found.Rows = append(found.Rows, b.Rows[i])
		}
	}
	if len(found.Rows) == 0 {
		return nil
	}
	if b.Start.Before(s.next) {
		return s.early(b.Start, s.next, now, s.suite.Missed(&found))
	}
	return s.early(b.Start, b.End(), now, s.suite.Peek(&found))
}

// Open returns the unresolved incidents.
func (s *Shard) Open() []detector.Incident { return s.tracker.Open() }

// Act tells what a person did to an incident, which may be of another shard.
func (s *Shard) Act(a Act) {
	if a.Reopened {
		s.tracker.Reinstate(a.ID, a.At)
	} else {
		s.tracker.Dismiss(a.ID, a.At)
	}
}

// SetRules replaces the rules. The new ones take over the state of those that stayed the same.
func (s *Shard) SetRules(rules detector.Judge) error {
	if s.rules != nil && rules != nil {
		state, err := s.rules.AppendState(nil)
		if err != nil {
			return fmt.Errorf("engine: state of the old rules: %w", err)
		}
		if err := rules.Restore(state); err != nil {
			return fmt.Errorf("engine: the new rules do not take the state of the old: %w", err)
		}
	}
	s.rules = rules
	return nil
}

const shardVersion = 1

// AppendState appends the state in a versioned form: the next bucket, then detectors, rules and incidents, each led by
// its length.
func (s *Shard) AppendState(b []byte) ([]byte, error) {
	b = append(b, shardVersion)
	b = binary.AppendVarint(b, unixOrZero(s.next))
	parts := []func([]byte) ([]byte, error){s.suite.AppendState, nil, s.tracker.AppendState}
	if s.rules != nil {
		parts[1] = s.rules.AppendState
	}
	for _, part := range parts {
		at := len(b)
		if part != nil {
			var err error
			if b, err = part(b); err != nil {
				return nil, err
			}
		}
		b = slices.Insert(b, at, binary.AppendUvarint(nil, uint64(len(b)-at))...)
	}
	return b, nil
}

var errState = errors.New("engine: the saved state of a shard is not whole")

// Restore reads what AppendState wrote. After an error the shard must be thrown away.
func (s *Shard) Restore(b []byte) error {
	next, parts, err := stateParts(b)
	if err != nil {
		return err
	}
	s.next = next
	if err := s.suite.Restore(parts[0]); err != nil {
		return err
	}
	if s.rules != nil && len(parts[1]) > 0 {
		if err := s.rules.Restore(parts[1]); err != nil {
			return err
		}
	}
	return s.tracker.Restore(parts[2])
}

// stateParts are the next bucket and the states of detectors, rules and incidents in what AppendState wrote.
func stateParts(b []byte) (next time.Time, parts [3][]byte, err error) {
	if len(b) < 2 || b[0] != shardVersion {
		return next, parts, errState
	}
	at, n := binary.Varint(b[1:])
	if n <= 0 {
		return next, parts, errState
	}
	b = b[1+n:]
	for i := range parts {
		size, n := binary.Uvarint(b)
		if n <= 0 || uint64(len(b)-n) < size {
			return next, parts, errState
		}
		parts[i], b = b[n:n+int(size)], b[n+int(size):]
	}
	if at != 0 {
		next = time.Unix(at, 0).UTC()
	}
	return next, parts, nil
}

func unixOrZero(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}
