// Package rate counts: lines and bytes of each series in each bucket of event time, exactly.
//
// The owner of a partition keeps its open buckets in memory and writes them whole, as absolute values, together with
// the offset that they reach, in one step that compares (epoch, sequence). So a retry changes nothing, a zombie is
// refused, and a backend that lost acknowledged writes is noticed.
package rate

import (
	"context"
	"errors"
	"hash/fnv"
	"strconv"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Shards is the fixed number of evaluation shards.
const Shards = 64

// The widths of buckets: fine ones are counted, coarse ones are made of complete fine ones.
const (
	Fine   = 10 * time.Second
	Coarse = 5 * time.Minute
)

// Errors of a Backend.
var (
	// ErrFenced: a higher epoch owns the partition. The caller is a zombie, or must claim again.
	ErrFenced = errors.New("rate: a newer owner has claimed the partition")
	// ErrSequence: the backend's sequence is not the one before this flush; it lost writes or never saw them. The
	// caller must claim again and read from the offset that it then gets.
	ErrSequence = errors.New("rate: the backend is not where this owner left it")
)

// Partition names a partition of a topic.
type Partition struct {
	Topic string
	ID    int
}

// String is topic/number.
func (p Partition) String() string { return p.Topic + "/" + strconv.Itoa(p.ID) }

// Checkpoint says how far a partition is counted. It is written with the counts that it stands for.
type Checkpoint struct {
	Next      int64              // the next offset to read
	Pending   []detector.Pending // records before Next that are read again, as joining them is not finished
	Watermark time.Time          // buckets that end at or before it get no more lines but late ones
	Updated   time.Time          // when it was written, by the owner's clock
	End       int64              // the log's end as last seen: End - Next is the lag
	Log       string             // which log Next is an offset of; empty where the broker does not tell
}

// Status is a partition as the backend knows it.
type Status struct {
	Partition  Partition
	Epoch      uint64
	Sequence   uint64
	Checkpoint Checkpoint
	Series     int // length of the dictionary
}

// Claim is what a new owner gets.
type Claim struct {
	Found      bool // false: nothing was ever written for the partition
	Sequence   uint64
	Checkpoint Checkpoint
	Dictionary []detector.Series // every series that the partition ever counted; the index is the number in blobs
}

// Block is a shard's cells of one bucket: an encoded list that Cells reads.
type Block struct {
	Width time.Duration // Fine or Coarse
	Start time.Time
	Shard int
	Data  []byte // not to be changed
}

// SampleSet is the samples of one series of the partition's dictionary, encoded.
type SampleSet struct {
	Series int
	Data   []byte
}

// Flush is what one write stores, whole or not at all.
type Flush struct {
	Sequence   uint64 // one more than the last
	Checkpoint Checkpoint
	First      int               // index of NewSeries[0] in the dictionary
	NewSeries  []detector.Series // appended to the dictionary
	Blocks     []Block           // each replaces what stood there
	Samples    []SampleSet       // each replaces what stood there
}

// Backend keeps counts. Methods return when ctx ends. Implementations are safe for concurrent use. Every error but
// ErrFenced and ErrSequence is one of the moment: the caller waits and tries again.
type Backend interface {
	// Claim makes epoch (1 or more) the owner of p if it is higher than the owner's so far, else it returns ErrFenced.
	Claim(ctx context.Context, p Partition, epoch uint64) (Claim, error)
	// Write stores f if epoch owns p, f.Sequence follows and the dictionary is f.First long; else it stores nothing and
	// returns ErrFenced (a higher epoch owns p) or ErrSequence. The sequence that this same epoch wrote last is a retry
	// and no error.
	Write(ctx context.Context, p Partition, epoch uint64, f Flush) error
	// Load is Blocks for the owner that wrote sequence last, in one step with that comparison: ErrFenced where a higher
	// epoch owns p, ErrSequence where the backend is not where this owner left it.
	Load(ctx context.Context, p Partition, epoch, sequence uint64, width time.Duration, starts []time.Time) ([]Block, error)
	// Blocks returns the blocks of p that start at one of starts, of these shards alone, in no order.
	Blocks(ctx context.Context, p Partition, width time.Duration, starts []time.Time, shards ShardSet) ([]Block, error)
	// Counted is Blocks of fine buckets, and in one step with them how far p is counted: the watermark of the checkpoint that
	// they stand with, zero where there is none.
	Counted(ctx context.Context, p Partition, starts []time.Time, shards ShardSet) ([]Block, time.Time, error)
	// Starts returns the starts of the buckets of p in [from, to), in order.
	Starts(ctx context.Context, p Partition, width time.Duration, from, to time.Time) ([]time.Time, error)
	// Dictionary returns the series of p from index first on.
	Dictionary(ctx context.Context, p Partition, first int) ([]detector.Series, error)
	// Samples returns the sample sets of the series of p with these indices; those without samples are left out.
	Samples(ctx context.Context, p Partition, series []int) ([]SampleSet, error)
	// Partitions returns the status of every partition that was ever claimed.
	Partitions(ctx context.Context) ([]Status, error)
	// SaveState keeps a shard's judge state, replacing what stood there; LoadState returns nil where there is none.
	SaveState(ctx context.Context, shard int, data []byte) error
	LoadState(ctx context.Context, shard int) ([]byte, error)
	// Expire removes fine buckets that start before fine and coarse ones that start before coarse, and samples of which the
	// time is over by the backend's own clock.
	Expire(ctx context.Context, fine, coarse time.Time) error
	// Forget removes all that is kept of p, its checkpoint too, and reports whether it did: it does not where another epoch than
	// this one owns p, or where a bucket of p is kept. The next owner finds nothing, as if p was never counted.
	Forget(ctx context.Context, p Partition, epoch uint64) (bool, error)
	// Ping reports whether the backend answers.
	Ping(ctx context.Context) error
	// Close releases connections. It may be called twice.
	Close() error
}

// ShardOf tells which evaluation shard judges s. Series of one service share a shard; those of a rule go by rule and
// key, those of the topic itself by topic.
func ShardOf(s detector.Series) int {
	h := fnv.New32a()
	switch s.Class {
	case detector.ClassRule:
		h.Write([]byte(s.Name))
		h.Write([]byte{0})
		h.Write([]byte(s.Key))
	case detector.ClassLoss, detector.ClassInput:
		h.Write([]byte(s.Name))
	default:
		h.Write([]byte(s.Service))
		h.Write([]byte{0})
		h.Write([]byte(s.Environment))
	}
	return int(h.Sum32() % Shards)
}
