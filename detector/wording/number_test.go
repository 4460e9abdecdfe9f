package wording_test

import (
	"math"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector/wording"
)

func TestFigure(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 0.31: "0.31", 0.312: "0.31", 4.5: "4.5", 61.84: "61.8", 448: "448", 448.4: "448", 1956: "1,956", 9999: "9,999",
		9999.7: "10,000", 48210: "48,200", 1234567: "1,230,000", 0.004: "under 0.01", 9.999: "10", 99.97: "100", -3: "-3",
		math.Inf(1): "unknown", math.NaN(): "unknown",
	} {
		if got := wording.Figure(v); got != want {
			t.Errorf("Figure(%v) = %q, want %q", v, got, want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{wording.Count(0), "0"},
		{wording.Count(999), "999"},
		{wording.Count(1956), "1,956"},
		{wording.Count(12470), "12,470"},
		{wording.Count(math.MaxUint64), "18,446,744,073,709,551,615"},
		{wording.Number(48210), "48,210"},
		{wording.Number(48210.5), "48,200"},
		{wording.Percent(0.226), "22.6 %"},
		{wording.Percent(0.09), "9 %"},
		{wording.Percent(0.0004), "<0.1 %"},
		{wording.Percent(0), "0 %"},
		{wording.Percent(1), "100 %"},
		{wording.Percent(0.99999), ">99.9 %"},
		{wording.Ratio(4.5), "4.5"},
		{wording.Ratio(3.1085), "3.1"},
		{wording.Ratio(448.2), "448"},
		{wording.Bytes(512), "512 B"},
		{wording.Bytes(4.2e9), "4.2 GB"},
		{wording.Bytes(61.8e6), "61.8 MB"},
		{wording.Bytes(999.6), "1 kB"},
		{wording.Times(1), "once"},
		{wording.Times(1006), "1,006 times"},
		{wording.Plural(2, "host", "hosts"), "hosts"},
		{wording.Rate(1006, 5*time.Minute), "3.35 a second"},
		{wording.Rate(12, time.Hour), "12 an hour"},
		{wording.Rate(0, time.Minute), "0 a day"},
		{wording.Amount(0.09, "share"), "9 %"},
		{wording.Amount(214, "ms"), "214 ms"},
		{wording.Amount(1956, "lines"), "1,956"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	if a, b := wording.BytePair(4.2e9, 0.6e9); a != "4.2 GB" || b != "0.6 GB" {
		t.Errorf("%s, %s", a, b)
	}
	if a, b := wording.BytePair(4.2e9, 3e6); a != "4.2 GB" || b != "3 MB" {
		t.Errorf("%s, %s", a, b)
	}
}

func TestDurations(t *testing.T) {
	const week = 7 * 24 * time.Hour
	for d, want := range map[time.Duration]string{
		0: "0 s", 600 * time.Millisecond: "0.6 s", 40 * time.Second: "40 s", 14*time.Minute + 18*time.Second: "14 min 18 s",
		3*time.Hour + 52*time.Minute: "3 h 52 min", 9*time.Minute + 10*time.Second: "9 min 10 s", time.Hour: "1 h",
		52 * time.Hour: "2 d 4 h", 214 * week: "214 weeks", 59*time.Second + 700*time.Millisecond: "1 min", 25 * time.Millisecond: "25 ms",
		time.Microsecond: "under 1 ms", -40 * time.Second: "-40 s", 24*time.Hour - time.Second: "1 d",
	} {
		if got := wording.Duration(d); got != want {
			t.Errorf("Duration(%v) = %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{
		time.Second: "a second", 10 * time.Second: "10 seconds", time.Minute: "a minute", 90 * time.Second: "90 seconds",
		5 * time.Minute: "5 minutes", time.Hour: "an hour", 90 * time.Minute: "90 minutes", 2 * time.Hour: "2 hours",
		2*time.Hour + 51*time.Minute: "2 h 51 min", 24 * time.Hour: "a day", 48 * time.Hour: "2 days", week: "a week", 0: "no time",
	} {
		if got := wording.InWords(d); got != want {
			t.Errorf("InWords(%v) = %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{0: "", 214 * week: "214 weeks", 75 * time.Hour: "3 days", 9 * time.Hour: "9 hours"} {
		if got := wording.OnceIn(d); got != want {
			t.Errorf("OnceIn(%v) = %q, want %q", d, got, want)
		}
	}
}
