package engine

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// replayBucket is a bucket that is not complete, or that is being judged.
type replayBucket struct {
	at   map[detector.Series]int32 // of the rows
	rows []detector.Row
	late uint64
}

// row is the row of a series, valid until the next call.
func (b *replayBucket) row(s detector.Series) *detector.Row {
	i, ok := b.at[s]
	if !ok {
		i = int32(len(b.rows))
		b.at[s] = i
		b.rows = append(b.rows, detector.Row{Series: s})
	}
	return &b.rows[i]
}

// bucket is the one that starts at start.
func (r *Replay) bucket(start time.Time) *replayBucket {
	b := r.open[start.Unix()]
	if b == nil {
		b = r.spare
		if r.spare = nil; b == nil {
			b = &replayBucket{at: make(map[detector.Series]int32)}
		}
		r.open[start.Unix()] = b
	}
	return b
}

// take makes the bucket that starts at start, with rows under their templates, in a fixed order. It is valid until it is
// released.
func (r *Replay) take(start time.Time) *detector.Bucket {
	bucket := &detector.Bucket{Start: start.UTC(), Width: r.o.Bucket}
	b := r.open[start.Unix()]
	if b == nil {
		return bucket
	}
	delete(r.open, start.Unix())
	bucket.Late, bucket.Rows = b.late, b.rows
	canonicalRows(bucket, r.Templates, nil)
	r.judging = b
	return bucket
}

// maxSpare is up to how many rows the room of a judged bucket is used again: clearing a map costs what it once held.
const maxSpare = 1 << 14

// release gives back the room of the bucket that was taken last.
func (r *Replay) release() {
	b := r.judging
	r.judging = nil
	if b == nil || r.spare != nil || len(b.rows) > maxSpare {
		return
	}
	clear(b.at)
	clear(b.rows)
	b.rows, b.late = b.rows[:0], 0
	r.spare = b
}
