package sketch

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/DataDog/sketches-go/ddsketch"
	"github.com/DataDog/sketches-go/ddsketch/store"
)

// PartsOf tells what an encoded Summary keeps, without reading the rest of it; 0 where that cannot be told.
func PartsOf(b []byte) Parts {
	if len(b) < 2 || b[0] != version {
		return 0
	}
	return Parts(b[1])
}

// Decode reads one Summary from the front of b and returns how many bytes it took.
func Decode(b []byte) (*Summary, int, error) {
	r := reader{b: b}
	if v := r.byte(); r.err == nil && v != version {
		return nil, 0, fmt.Errorf("sketch: version %d is unknown", v)
	}
	parts := Parts(r.byte())
	if r.err == nil && parts&^(Quantiles|Distinct|Values|Located) != 0 {
		return nil, 0, fmt.Errorf("sketch: parts %b are unknown", parts)
	}
	s := New(parts)
	s.Count, s.Whole = r.uvarint(), r.uvarint()
	s.Sum, s.Min, s.Max = r.float(), r.float(), r.float()
	if s.quantiles != nil {
		if q := r.bytes(); r.err == nil {
			got, err := decodeQuantiles(q, s.quantiles)
			if err != nil {
				return nil, 0, fmt.Errorf("sketch: quantiles: %w", err)
			}
			s.quantiles = got
		}
	}
	if s.distinct != nil {
		if d := r.bytes(); r.err == nil {
			if err := s.distinct.UnmarshalBinary(d); err != nil {
				return nil, 0, fmt.Errorf("sketch: distinct: %w", err)
			}
		}
	}
	if s.values != nil {
		n := r.uvarint()
		if n > MaxValues {
			return nil, 0, fmt.Errorf("sketch: %d values, at most %d are kept", n, MaxValues)
		}
		for range n {
			s.values.add(r.uint64())
		}
	}
	if s.Places != nil && r.err == nil {
		got, err := r.places()
		if err != nil {
			return nil, 0, err
		}
		s.Places = got
	}
	if r.err != nil {
		return nil, 0, r.err
	}
	return s, r.n, nil
}

// decodeQuantiles reads a DDSketch of the mapping that like has. Data of another one, or that the library panics on, is
// an error.
func decodeQuantiles(b []byte, like *ddsketch.DDSketch) (got *ddsketch.DDSketch, err error) {
	defer func() {
		if r := recover(); r != nil {
			got, err = nil, fmt.Errorf("damaged: %v", r)
		}
	}()
	provider := func() store.Store { return store.NewCollapsingLowestDenseStore(maxBins) }
	if got, err = ddsketch.DecodeDDSketch(b, provider, like.IndexMapping); err != nil {
		return nil, err
	}
	if !got.IndexMapping.Equals(like.IndexMapping) {
		return nil, errors.New("of another accuracy")
	}
	least, most := like.Index(like.MinIndexableValue()), like.Index(like.MaxIndexableValue())
	for _, bins := range []store.Store{got.GetPositiveValueStore(), got.GetNegativeValueStore()} {
		if bins.IsEmpty() {
			continue
		}
		first, err := bins.MinIndex()
		last, err2 := bins.MaxIndex()
		if err != nil || err2 != nil || first < least || last > most {
			return nil, errors.New("bins that no number falls into")
		}
	}
	if n := got.GetCount(); math.IsNaN(n) || math.IsInf(n, 0) || n < 0 {
		return nil, errors.New("the counts are no numbers")
	}
	return got, nil
}

// reader takes values off the front of b and remembers the first error.
type reader struct {
	b   []byte
	n   int
	err error
}

func (r *reader) take(n int) []byte {
	if r.err != nil || n < 0 || len(r.b)-r.n < n {
		r.err = errShort
		return nil
	}
	out := r.b[r.n : r.n+n]
	r.n += n
	return out
}

func (r *reader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) uint64() uint64 {
	if b := r.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (r *reader) float() float64 { return math.Float64frombits(r.uint64()) }

func (r *reader) uvarint() uint64 {
	if r.err != nil {
		return 0
	}
	v, n := binary.Uvarint(r.b[r.n:])
	if n <= 0 {
		r.err = errShort
		return 0
	}
	r.n += n
	return v
}

func (r *reader) bytes() []byte {
	n := r.uvarint()
	if n > uint64(len(r.b)) {
		r.err = errShort
		return nil
	}
	return r.take(int(n))
}
