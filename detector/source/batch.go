package source

import (
	"fmt"

	"github.com/tocsin-io/tocsin/detector"
)

// Batch is what one Next brought. Its records, with their bytes, and its gaps are valid until the next call.
type Batch struct {
	Records []detector.Record // in the order of their offsets
	Gaps    []Gap             // offsets below Next that will never be read, in order
	Next    int64             // the offset that will be read next: all below it is in Records, in Gaps, or holds no record
	First   int64             // the oldest offset that the log still has
	End     int64             // the log's end: one above its newest offset; above Next unless the broker just said that Next is the end
	Told    int64             // the log's end as the broker told it last, however long ago
	Held    bool              // the broker just said that a transaction is open at Next: what stands from there on is handed out once it has ended
	Trouble error             // why nothing could be read; it is tried again. Nil when the partition answers
}

// Bounds is how far a partition's log reaches.
type Bounds struct {
	First int64  // the oldest offset that it has
	End   int64  // one above the newest
	Log   string // which log it is: another one after the topic was made anew. Empty where the broker is older than Kafka 2.8
}

// Gap is a range of offsets that hold nothing that can be read, though something stood there or should.
type Gap struct {
	From, To int64 // To is exclusive
	Reason   GapReason
}

// Len is the number of offsets.
func (g Gap) Len() int64 { return g.To - g.From }

// GapReason says what became of the offsets of a Gap.
type GapReason string

// The reasons of gaps.
const (
	GapTrimmed   GapReason = "trimmed"   // retention removed them before they were read
	GapCompacted GapReason = "compacted" // compaction removed them
	GapCorrupt   GapReason = "corrupt"   // the checksum is wrong, or they cannot be decompressed or taken apart
	GapFormat    GapReason = "format"    // they are in a format older than Kafka 0.11
)

// AnewError: the topic was deleted and made anew. Offsets now mean other records; the caller asks for the Bounds and
// decides where to go on, with SeekTo.
type AnewError struct {
	Topic     string
	Partition int
}

// Error says so.
func (e *AnewError) Error() string {
	return fmt.Sprintf("kafka: topic %s of %s/%d was deleted and made anew", e.Topic, e.Topic, e.Partition)
}

// OutOfRangeError: the offset to read from is above the log's end, as after a broker lost its newest records, or after
// a topic was made anew on a broker that gives topics no ids. The caller decides where to go on, with SeekTo.
type OutOfRangeError struct {
	Topic     string
	Partition int
	Offset    int64
	First     int64
	End       int64
}

// Error says where the log ends.
func (e *OutOfRangeError) Error() string {
	return fmt.Sprintf("kafka: offset %d of %s/%d is above the log's end: it holds %d to %d; the topic was made anew or lost its newest records",
		e.Offset, e.Topic, e.Partition, e.First, e.End)
}

// Walk calls record and gap in the order of offsets, so that what stands before each record is dealt with first. It
// ends with the first error.
func (b *Batch) Walk(record func(*detector.Record) error, gap func(Gap) error) error {
	gaps := b.Gaps
	for i := range b.Records {
		for len(gaps) > 0 && gaps[0].From < b.Records[i].Offset {
			if err := gap(gaps[0]); err != nil {
				return err
			}
			gaps = gaps[1:]
		}
		if err := record(&b.Records[i]); err != nil {
			return err
		}
	}
	for _, g := range gaps {
		if err := gap(g); err != nil {
			return err
		}
	}
	return nil
}
