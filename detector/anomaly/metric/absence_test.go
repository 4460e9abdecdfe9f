package metric

import (
	"math/rand/v2"
	"testing"
	"time"
)

// humps is a series with a hump by day, from 9 to 18 o'clock, a row each five minutes.
func humps(days int, seed uint64) []float64 {
	r := rand.New(rand.NewPCG(seed, 2))
	out := make([]float64, days*288)
	for i := range out {
		out[i] = 20 + 2*r.NormFloat64()
		if hour := i % 288 / 12; hour >= 9 && hour < 18 {
			out[i] += 60
		}
	}
	return out
}

// alarms are the rows that score over one half.
func alarms(values []float64, at func(i int) time.Time) []int {
	d := New(Options{})
	var out []int
	for i, v := range values {
		if s, _ := d.Score(at(i), v); s > .5 {
			out = append(out, i)
		}
	}
	return out
}

func fiveMinutes(i int) time.Time { return start.Add(time.Duration(i) * 5 * time.Minute) }

func between(rows []int, from, to int) (n int) {
	for _, i := range rows {
		if i >= from && i < to {
			n++
		}
	}
	return n
}

func TestAHumpThatDoesNotComeIsFound(t *testing.T) {
	for seed := range uint64(5) {
		values := humps(14, seed)
		from, to := 10*288+9*12, 10*288+18*12
		for i := from; i < to; i++ {
			values[i] -= 60
		}
		got := alarms(values, fiveMinutes)
		if between(got, from, to) == 0 {
			t.Errorf("seed %d: no alarm from row %d to %d: %v", seed, from, to, got)
		}
		if n := between(alarms(humps(14, seed), fiveMinutes), 0, 14*288); n > 6 {
			t.Errorf("seed %d: %d alarms in two weeks of nothing", seed, n)
		}
	}
}

func TestAHoleInTheRowsShiftsNoDay(t *testing.T) {
	for seed := range uint64(5) {
		values := humps(20, seed)
		cut := 12*288 + 77
		holed := append(append([]float64{}, values[:cut]...), values[cut+200:]...)
		at := func(i int) time.Time {
			if i >= cut {
				i += 200
			}
			return fiveMinutes(i)
		}
		if n := between(alarms(holed, at), cut+30, len(holed)); n > 3 {
			t.Errorf("seed %d: %d alarms in the week after a hole", seed, n)
		}
	}
}

func TestAValueThatIsHeldIsFoundOnce(t *testing.T) {
	for seed := range uint64(5) {
		values := humps(10, seed)
		for i := 2000; i < 2060; i++ {
			values[i] = values[1999]
		}
		d, pages := New(Options{}), 0
		for i, v := range values {
			if _, alert := d.Score(fiveMinutes(i), v); alert && i >= 2000 && i < 2060 {
				pages++
				if i != 1999+leastRun {
					t.Errorf("seed %d: paged at row %d, want %d", seed, i, 1999+leastRun)
				}
			}
		}
		if pages != 1 {
			t.Errorf("seed %d: %d pages about one held value", seed, pages)
		}
	}
	// What often repeats is not held.
	r := rand.New(rand.NewPCG(1, 1))
	d := New(Options{})
	for i := range 5000 {
		if _, alert := d.Score(fiveMinutes(i), float64(r.IntN(3)/2)); alert {
			t.Fatalf("row %d of a series of noughts and ones pages", i)
		}
	}
}
