// Package sketch holds summaries of values that can be merged: what one partition counted and what another counted add
// up to what one alone would have counted.
package sketch

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/DataDog/sketches-go/ddsketch"
	"github.com/axiomhq/hyperloglog"
	"github.com/cespare/xxhash/v2"
)

// Parts says what a Summary keeps beside count, sum, least and greatest.
type Parts uint8

// The parts. They may be combined.
const (
	Quantiles Parts = 1 << iota // a DDSketch with 1 % relative error over 17 decades below the greatest number
	Distinct                    // a HyperLogLog, all but exact while small, and then small itself
	Values                      // the MaxValues smallest hashes of distinct texts
	Located                     // Places: where the lines stand
)

// MaxValues bounds the texts that one Summary can name; further ones are only counted by Distinct.
const MaxValues = 1024

const (
	accuracy = 0.01
	// maxBins bounds the quantiles to 16 KiB, whatever numbers lines hold: smaller ones are counted as one.
	maxBins = 2048
)

// Summary is what was seen of one value in one bucket. The zero value is not ready: use New.
type Summary struct {
	Parts Parts
	Count uint64  // values added, numbers and texts
	Whole uint64  // for shares: lines of the whole of which Count is the part
	Sum   float64 // of the numbers
	Min   float64 // +Inf while there is none
	Max   float64 // -Inf while there is none

	Places *Places // with the part Located

	quantiles *ddsketch.DDSketch
	distinct  *hyperloglog.Sketch
	values    *smallest
}

// New returns an empty Summary that keeps parts.
func New(parts Parts) *Summary {
	s := &Summary{Parts: parts, Min: math.Inf(1), Max: math.Inf(-1)}
	if parts&Quantiles != 0 {
		// The error is of the accuracy alone, which is a constant in range.
		s.quantiles, _ = ddsketch.LogCollapsingLowestDenseDDSketch(accuracy, maxBins)
	}
	if parts&Distinct != 0 {
		s.distinct = hyperloglog.New14()
	}
	if parts&Values != 0 {
		s.values = &smallest{}
	}
	if parts&Located != 0 {
		s.Places = &Places{}
	}
	return s
}

// AddNumber adds a number. NaN and infinities are ignored and reported as false.
func (s *Summary) AddNumber(v float64) bool {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return false
	}
	s.Count++
	s.Sum += v
	s.Min = min(s.Min, v)
	s.Max = max(s.Max, v)
	if s.quantiles != nil {
		if err := s.quantiles.Add(v); err != nil {
			return false
		}
	}
	return true
}

// AddText adds a text, of which only a hash is kept.
func (s *Summary) AddText(v []byte) {
	s.Count++
	h := xxhash.Sum64(v)
	if s.distinct != nil {
		s.distinct.InsertHash(h)
	}
	if s.values != nil {
		s.values.add(h)
	}
}

// Quantile returns the q-quantile (0 to 1) of the numbers; false where there are none or they are not kept.
func (s *Summary) Quantile(q float64) (float64, bool) {
	if s.quantiles == nil || s.quantiles.IsEmpty() {
		return 0, false
	}
	v, err := s.quantiles.GetValueAtQuantile(q)
	return v, err == nil
}

// DistinctCount estimates how many distinct texts there were; 0 where they are not kept.
func (s *Summary) DistinctCount() uint64 {
	if s.distinct == nil {
		return 0
	}
	return s.distinct.Estimate()
}

// Hashes calls yield with the hash of each kept text, in no order.
func (s *Summary) Hashes(yield func(uint64) bool) {
	if s.values == nil {
		return
	}
	for _, h := range s.values.heap {
		if !yield(h) {
			return
		}
	}
}

// Merge adds o to s. Both must keep the same parts.
func (s *Summary) Merge(o *Summary) error {
	if s.Parts != o.Parts {
		return fmt.Errorf("sketch: merge of parts %b into %b", o.Parts, s.Parts)
	}
	s.Count += o.Count
	s.Whole += o.Whole
	s.Sum += o.Sum
	s.Min = min(s.Min, o.Min)
	s.Max = max(s.Max, o.Max)
	if s.quantiles != nil {
		if err := s.quantiles.MergeWith(o.quantiles); err != nil {
			return fmt.Errorf("sketch: merge quantiles: %w", err)
		}
	}
	if s.distinct != nil {
		if err := s.distinct.Merge(o.distinct); err != nil {
			return fmt.Errorf("sketch: merge distinct: %w", err)
		}
	}
	if s.values != nil {
		for _, h := range o.values.heap {
			s.values.add(h)
		}
	}
	if s.Places != nil {
		s.Places.Merge(o.Places)
	}
	return nil
}

const version = 1

var errShort = errors.New("sketch: data ends early")

// led puts before what stands in b from at on how long it is.
func led(b []byte, at int) []byte {
	var size [binary.MaxVarintLen64]byte
	return slices.Insert(b, at, size[:binary.PutUvarint(size[:], uint64(len(b)-at))]...)
}

// AppendBinary appends s in a versioned form that Decode reads.
func (s *Summary) AppendBinary(b []byte) ([]byte, error) {
	b = append(b, version, byte(s.Parts))
	b = binary.AppendUvarint(b, s.Count)
	b = binary.AppendUvarint(b, s.Whole)
	for _, f := range [...]float64{s.Sum, s.Min, s.Max} {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(f))
	}
	if s.quantiles != nil {
		at := len(b)
		s.quantiles.Encode(&b, false)
		b = led(b, at)
	}
	if s.distinct != nil {
		d, err := s.distinct.MarshalBinary()
		if err != nil {
			return nil, fmt.Errorf("sketch: encode distinct: %w", err)
		}
		b = binary.AppendUvarint(b, uint64(len(d)))
		b = append(b, d...)
	}
	if s.values != nil {
		b = binary.AppendUvarint(b, uint64(len(s.values.heap)))
		for _, h := range slices.Sorted(s.Hashes) {
			b = binary.LittleEndian.AppendUint64(b, h)
		}
	}
	if s.Places != nil {
		b = appendPlaces(b, s.Places)
	}
	return b, nil
}
