package anomaly

import (
	"math"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// TestATemplateWithAClockOfItsOwn: health checks and the errors of a poller go on through the night of their service. They are no
// surge then and, on the day on which they first run, none either.
func TestATemplateWithAClockOfItsOwn(t *testing.T) {
	b := newBench(Options{})
	day := func(days int, even ...line) (told []detector.Signal) {
		for range days * 24 * 12 {
			at := 2 * math.Pi * float64(b.n) / 8640
			b.lines = append([]line(nil), even...)
			for i := range 8 {
				b.lines = append(b.lines, line{"shop", detector.LevelInfo, detector.ShapeID(100 + i), (1 + float64(i)) * (1.05 + math.Sin(at))})
			}
			told = append(told, b.run(30)...)
		}
		return told
	}
	checks := line{"shop", detector.LevelInfo, 300, .4}
	errors := line{"shop", detector.LevelError, 301, .08}
	day(2, checks, errors)
	for _, s := range day(3, checks, errors) {
		t.Errorf("%s of %s at %s: %.1f, expected %.1f", s.Kind, s.Series.Shape, s.At, s.Observed, s.Expected)
	}
	for id, least := range map[detector.ShapeID]float32{300: .8, 301: .7} {
		if e := b.suite.order[0].templates[templateKey{b.level(id), id}].day.even; e < least {
			t.Errorf("template %d is held to follow the day of its service, evenness %.2f, want %.2f", id, e, least)
		}
	}
	if e := b.suite.order[0].templates[templateKey{detector.LevelInfo, 100}].day.even; e > .1 {
		t.Errorf("a template that follows the day of its service has evenness %.2f", e)
	}
	later := line{"shop", detector.LevelInfo, 302, .3}
	for _, s := range day(1, checks, errors, later) {
		if s.Series.Shape == 302 {
			t.Errorf("%s on its first day at %s: %.1f, expected %.1f", s.Kind, s.At, s.Observed, s.Expected)
		}
	}
}

// TestClocksSayNothingOfTraffic: on a day without the usual course what follows traffic is far over what its night had, and five health
// checks are where they always are. That is one service on another day, and none of its templates.
func TestClocksSayNothingOfTraffic(t *testing.T) {
	b := newBench(Options{})
	day := func(flat bool) (told []detector.Signal) {
		for range 24 * 12 {
			traffic := 1.05 + math.Sin(2*math.Pi*float64(b.n)/8640)
			if flat {
				traffic = max(traffic, .4)
			}
			b.lines = b.lines[:0]
			for i := range 5 {
				b.lines = append(b.lines, line{"shop", detector.LevelInfo, detector.ShapeID(200 + i), 1})
			}
			for i := range 4 {
				b.lines = append(b.lines, line{"shop", detector.LevelInfo, detector.ShapeID(100 + i), (1 + float64(i)) * traffic})
			}
			told = append(told, b.run(30)...)
		}
		return told
	}
	for range 5 {
		day(false)
	}
	for _, s := range day(true) {
		if s.Series.Shape != 0 {
			t.Errorf("%s of %s at %s: %.1f, expected %.1f", s.Kind, s.Series.Shape, s.At, s.Observed, s.Expected)
		}
	}
}

func (b *bench) level(id detector.ShapeID) detector.Level {
	for _, l := range b.lines {
		if l.shape == id {
			return l.level
		}
	}
	return detector.LevelNone
}

// TestARampTellsOfTheDay: the level of the hour follows growth, so what was expected is told by the day.
func TestARampTellsOfTheDay(t *testing.T) {
	rates := shop()
	b := newBench(Options{}, shop()...)
	b.run(3 * 8640)
	for i := range 900 {
		b.lines[3].rate = rates[3].rate * (1 + 2*min(1, float64(i)/720))
		for _, s := range b.run(1) {
			if s.Kind != detector.KindRamp {
				continue
			}
			if usual := rates[3].rate * 60; math.Abs(s.Expected-usual) > .2*usual || s.Observed < 1.2*usual {
				t.Errorf("%.0f lines in ten minutes, expected %.0f, want about %.0f", s.Observed, s.Expected, usual)
			}
			return
		}
	}
	t.Error("growth to three times in two hours was not called")
}
