package sketch

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

const all = Quantiles | Distinct | Values | Located

// add adds a value made of a number, sometimes as text.
func add(s *Summary, n int) {
	if s.Parts&Quantiles != 0 {
		s.AddNumber(float64(n) * 1.5)
	}
	s.AddText([]byte(fmt.Sprintf("value-%d", n)))
	if s.Places != nil {
		s.Places.Add("logs", n%5, int64(n/2), time.Unix(int64(n), 0).UTC(), fmt.Sprintf("host-%d", n%7), fmt.Sprintf("%08x", n%3))
	}
	if n%3 == 0 {
		s.Whole++
	}
}

// TestMergeIsTheSameInAnyOrder splits a stream over partitions, merges them in any order and any grouping, and compares
// with one summary that saw all.
func TestMergeIsTheSameInAnyOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 7))
	for round := range 20 {
		alone := New(all)
		parts := make([]*Summary, 1+random.IntN(6))
		for i := range parts {
			parts[i] = New(all)
		}
		for range random.IntN(6000) {
			n := random.IntN(4000)
			add(alone, n)
			add(parts[random.IntN(len(parts))], n)
		}
		random.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		for len(parts) > 1 {
			i := random.IntN(len(parts) - 1)
			if err := parts[i].Merge(parts[i+1]); err != nil {
				t.Fatal(err)
			}
			parts = slices.Delete(parts, i+1, i+2)
		}
		same(t, round, alone, parts[0])
	}
}

func same(t *testing.T, round int, a, b *Summary) {
	t.Helper()
	if a.Count != b.Count || a.Whole != b.Whole || a.Min != b.Min || a.Max != b.Max || math.Abs(a.Sum-b.Sum) > 1e-6*math.Abs(a.Sum) {
		t.Errorf("round %d: %+v, merged %+v", round, a, b)
	}
	if x, y := slices.Sorted(a.Hashes), slices.Sorted(b.Hashes); !slices.Equal(x, y) {
		t.Errorf("round %d: other values are kept: %d, merged %d", round, len(x), len(y))
	}
	for _, q := range []float64{0, 0.5, 0.95, 1} {
		x, okX := a.Quantile(q)
		y, okY := b.Quantile(q)
		if okX != okY || math.Abs(x-y) > 1e-9*math.Abs(x) {
			t.Errorf("round %d: quantile %g is %g, merged %g", round, q, x, y)
		}
	}
	x, y := float64(a.DistinctCount()), float64(b.DistinctCount())
	if math.Abs(x-y) > 0.02*x+1 {
		t.Errorf("round %d: %g distinct, merged %g", round, x, y)
	}
}

func TestEstimatesAreAsCloseAsTheySay(t *testing.T) {
	s := New(all)
	for n := range 10000 {
		add(s, n)
	}
	if got, ok := s.Quantile(0.95); !ok || math.Abs(got-9500*1.5) > 0.011*9500*1.5 {
		t.Errorf("p95 is %g", got)
	}
	if got := float64(s.DistinctCount()); math.Abs(got-10000) > 300 {
		t.Errorf("%g distinct", got)
	}
	small := New(Distinct)
	for n := range 1000 {
		add(small, n%100)
	}
	if got := small.DistinctCount(); got < 99 || got > 101 {
		t.Errorf("100 are counted as %d", got)
	}
}

func TestNumbersThatAreNoneAreRefused(t *testing.T) {
	s := New(Quantiles)
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if s.AddNumber(v) {
			t.Errorf("%g was taken", v)
		}
	}
	if _, ok := s.Quantile(0.5); ok || s.Count != 0 {
		t.Errorf("%+v", s)
	}
	for _, v := range []float64{-5, 0, 1e-300, 1e300, -1e300, math.MaxFloat64, math.SmallestNonzeroFloat64} {
		s.AddNumber(v)
	}
	data, err := s.AppendBinary(nil)
	if err != nil || len(data) > 64<<10 {
		t.Errorf("%d bytes, %v", len(data), err)
	}
}

func TestSizeOnTheWire(t *testing.T) {
	for _, c := range []struct{ distinct, most int }{{0, 100}, {10, 200}, {100, 800}, {1000, 6000}, {100000, 20000}} {
		a, b := New(Distinct), New(Distinct)
		for n := range c.distinct {
			add([]*Summary{a, b}[n%2], n)
		}
		if err := a.Merge(b); err != nil {
			t.Fatal(err)
		}
		data, err := a.AppendBinary(nil)
		if err != nil || len(data) > c.most {
			t.Errorf("%d distinct values take %d bytes (%v), at most %d are wanted", c.distinct, len(data), err, c.most)
		}
	}
}

func TestBinaryKeepsEverything(t *testing.T) {
	for parts := range all + 1 {
		for _, n := range []int{0, 1, 50, 5000} {
			s := New(parts)
			for i := range n {
				add(s, i)
			}
			data, err := s.AppendBinary([]byte("head"))
			if err != nil {
				t.Fatal(err)
			}
			got, used, err := Decode(append(data[4:], "tail"...))
			if err != nil || used != len(data)-4 || got.Parts != parts {
				t.Fatalf("parts %b of %d: used %d of %d: %v", parts, n, used, len(data)-4, err)
			}
			same(t, n, s, got)
			for cut := range min(len(data)-4, 200) {
				if _, _, err := Decode(data[4 : 4+cut]); err == nil {
					t.Fatalf("parts %b of %d: %d bytes of %d decode", parts, n, cut, len(data)-4)
				}
			}
		}
	}
	if err := New(Distinct).Merge(New(Values)); err == nil {
		t.Error("summaries of other parts were merged")
	}
}

// FuzzDecode: damaged data is an error, and what decodes can be used and written again.
func FuzzDecode(f *testing.F) {
	for parts := range all + 1 {
		s := New(parts)
		for i := range 40 {
			add(s, i)
		}
		data, err := s.AppendBinary(nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, n, err := Decode(data)
		if err != nil {
			return
		}
		if n > len(data) {
			t.Fatalf("used %d of %d bytes", n, len(data))
		}
		s.AddNumber(3)
		s.AddText([]byte("x"))
		s.Quantile(0.5)
		s.DistinctCount()
		other := New(s.Parts)
		if err := other.Merge(s); err != nil {
			t.Fatal(err)
		}
		first, err := s.AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		again, _, err := Decode(first)
		if err != nil {
			t.Fatalf("what was written does not decode: %v", err)
		}
		if second, _ := again.AppendBinary(nil); s.Parts&Distinct == 0 && !bytes.Equal(first, second) {
			t.Error("it is written in two ways")
		}
	})
}
