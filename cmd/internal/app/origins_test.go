package app

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// TestOriginsAreSharesOfWhatIsNamed: what is not followed by name is no origin and takes no share, and neither does what logs no more.
func TestOriginsAreSharesOfWhatIsNamed(t *testing.T) {
	got := originsOf(map[string]uint64{"b": 20, "a": 20, "c": 60, "gone": 0, rate.Other: 900})
	if d := cmp.Diff([]dashboards.Origin{{Name: "c", Share: .6}, {Name: "a", Share: .2}, {Name: "b", Share: .2}}, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	if got := originsOf(map[string]uint64{rate.Other: 5}); len(got) != 0 {
		t.Errorf("of lines that name none: %v", got)
	}
}
