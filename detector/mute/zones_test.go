package mute

import "testing"

// A zone is read once, however many silences are in it and however often they are looked at.
func TestZonesAreReadOnce(t *testing.T) {
	var zones Zones
	a, b := Weekly{From: "22:00", To: "06:00", Zone: "Europe/Berlin"}, Weekly{From: "12:00", To: "13:00", Zone: "Europe/Berlin"}
	for _, w := range []*Weekly{&a, &b} {
		if err := w.Compile(&zones); err != nil {
			t.Fatal(err)
		}
	}
	if a.compiled.zone != b.compiled.zone {
		t.Error("the zone was read twice")
	}
	for range 2 {
		if err := (&Weekly{From: "12:00", To: "13:00", Zone: "Europe/Nowhere"}).Compile(&zones); err == nil {
			t.Error("a zone that there is not")
		}
	}
}
