package metric

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

var start = time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)

// daily is a series with a daily shape and noise, a row each five minutes.
func daily(rows int, seed uint64) []float64 {
	r := rand.New(rand.NewPCG(seed, 1))
	out := make([]float64, rows)
	for i := range out {
		out[i] = 100 + 40*math.Sin(float64(i)/288*2*math.Pi) + 3*r.NormFloat64()
	}
	return out
}

func scores(values []float64) []float64 {
	d := New(Options{})
	out := make([]float64, len(values))
	for i, v := range values {
		out[i], _ = d.Score(start.Add(time.Duration(i)*5*time.Minute), v)
	}
	return out
}

func TestNothingLaterIsUsed(t *testing.T) {
	values := daily(3000, 1)
	values[2000] = 400
	whole := scores(values)
	for _, n := range []int{10, 100, 800, 1500, 2001, 2999} {
		for i, s := range scores(values[:n]) {
			if s != whole[i] {
				t.Fatalf("row %d scores %g in a prefix of %d rows and %g in the whole", i, s, n, whole[i])
			}
		}
	}
}

func TestASpikeIsTheStrangestRow(t *testing.T) {
	for seed := range uint64(5) {
		values := daily(3000, seed)
		values[2500] = 400
		d, best, alerted := New(Options{}), 0, -1
		all := make([]float64, len(values))
		for i, v := range values {
			var alert bool
			all[i], alert = d.Score(start.Add(time.Duration(i)*5*time.Minute), v)
			if all[i] > all[best] {
				best = i
			}
			if alert && alerted < 0 {
				alerted = i
			}
		}
		if best != 2500 || alerted != 2500 {
			t.Errorf("seed %d: row %d is the strangest and %d pages first, want 2500", seed, best, alerted)
		}
	}
}

func TestHostileNumbers(t *testing.T) {
	tests := map[string]func(i int) float64{
		"constant":     func(int) float64 { return 7 },
		"zero":         func(int) float64 { return 0 },
		"huge jumps":   func(i int) float64 { return math.Pow(10, float64(i%20)) },
		"largest":      func(i int) float64 { return math.MaxFloat64 * float64(1-2*(i%2)) },
		"smallest":     func(i int) float64 { return math.SmallestNonzeroFloat64 * float64(i%3) },
		"negative":     func(i int) float64 { return -float64(i) },
		"alternating":  func(i int) float64 { return float64(i % 2) },
		"ten decimals": func(i int) float64 { return 1e-10 * float64(i%7) },
	}
	for name, f := range tests {
		t.Run(name, func(t *testing.T) {
			d := New(Options{})
			for i := range 5000 {
				at := start.Add(time.Duration(i) * time.Minute)
				if i%1000 == 999 {
					at = start // time goes backwards
				}
				if s, _ := d.Score(at, f(i)); math.IsNaN(s) || s < 0 || s > 1 {
					t.Fatalf("row %d scores %v", i, s)
				}
			}
		})
	}
}

func BenchmarkScore(b *testing.B) {
	values := daily(10_000, 1)
	d := New(Options{Scale: 750})
	i := 0
	for b.Loop() {
		d.Score(start.Add(time.Duration(i)*5*time.Minute), values[i%len(values)])
		i++
	}
}

// TestAWildValueBlindsNobody: after a row of ten thousand times the rest a strange hour is found as before.
func TestAWildValueBlindsNobody(t *testing.T) {
	for _, times := range []float64{1, 100, 1e4} {
		values := daily(6000, 3)
		values[2000] *= times
		for i := range 12 {
			values[4000+i] += 150
		}
		d, found := New(Options{}), false
		for i, v := range values {
			_, alert := d.Score(start.Add(time.Duration(i)*5*time.Minute), v)
			found = found || alert && i >= 4000 && i < 4012
		}
		if !found {
			t.Errorf("after a row of %g times the rest the hour is not found", times)
		}
	}
}
