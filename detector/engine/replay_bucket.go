package engine

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// replayBucket is a bucket that is not complete, or that is being judged.
type replayBucket struct {
	start int64                     // in Unix seconds
	at    []int32                   // places of the rows by the number of their series, from 1; 0: none
	near  bool                      // soon judged: at is used
	other map[detector.Series]int32 // places of the other rows
	rows  []detector.Row
	late  uint64
}

// row is the row of a series of a number, valid until the next call.
func (b *replayBucket) row(s detector.Series, number int32) *detector.Row {
	if number == noNumber || !b.near {
		return b.otherRow(s)
	}
	if n := int(number) + 1; n > len(b.at) {
		b.at = append(b.at, make([]int32, n-len(b.at))...)
	}
	if b.at[number] == 0 {
		b.rows = append(b.rows, detector.Row{Series: s})
		b.at[number] = int32(len(b.rows))
	}
	return &b.rows[b.at[number]-1]
}

func (b *replayBucket) otherRow(s detector.Series) *detector.Row {
	i, ok := b.other[s]
	if !ok {
		if b.other == nil {
			b.other = make(map[detector.Series]int32)
		}
		i = int32(len(b.rows))
		b.other[s] = i
		b.rows = append(b.rows, detector.Row{Series: s})
	}
	return &b.rows[i]
}

// nearBuckets is how many buckets beyond those that wait for late lines may be near: stray times open any number of
// others.
const nearBuckets = 8

// bucket is the one that starts at start.
func (r *Replay) bucket(start time.Time) *replayBucket {
	at := start.Unix()
	if r.recent != nil && r.recent.start == at {
		return r.recent
	}
	b := r.open[at]
	if b == nil {
		b = r.spare
		if r.spare = nil; b == nil {
			b = &replayBucket{}
		}
		b.start, b.near = at, start.Sub(r.next) < r.o.Lateness+nearBuckets*r.o.Bucket
		r.open[at] = b
	}
	r.recent = b
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
	r.recent = nil
	bucket.Late, bucket.Rows = b.late, b.rows
	canonicalRows(bucket, r.Templates, nil)
	r.judging = b
	return bucket
}

// maxSpare is up to how many rows the room of a judged bucket is used again: clearing it costs what it once held.
const maxSpare = 1 << 14

// release gives back the room of the bucket that was taken last.
func (r *Replay) release() {
	b := r.judging
	r.judging = nil
	if b == nil || r.spare != nil || len(b.rows) > maxSpare {
		return
	}
	clear(b.at)
	b.other = nil
	clear(b.rows)
	b.rows, b.late = b.rows[:0], 0
	r.spare = b
}
