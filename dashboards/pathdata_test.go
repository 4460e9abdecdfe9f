package dashboards

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

// TestCoordinates: a coordinate is its value rounded to a tenth, without digits that say nothing.
func TestCoordinates(t *testing.T) {
	for v, want := range map[float64]string{0: "0", -0.04: "0", 0.06: "0.1", 12: "12", 12.34: "12.3", -3.55: "-3.6", 699.96: "700", 1e16: "10000000000000000", math.Inf(1): "+Inf", math.Inf(-1): "-Inf"} {
		if got := px(v); got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
	if got := px(math.NaN()); got != "NaN" {
		t.Errorf("NaN: %q", got)
	}
	random := rand.New(rand.NewPCG(3, 1))
	for range 1000 {
		v := (random.Float64() - .5) * math.Pow(10, float64(random.IntN(18)))
		got, err := strconv.ParseFloat(px(v), 64)
		if want := math.Round(v*10) / 10; err != nil || got != want {
			t.Fatalf("%v: %s, want %v", v, px(v), want)
		}
	}
}
