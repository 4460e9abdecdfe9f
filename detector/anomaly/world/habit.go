package world

import (
	"math"

	"github.com/tocsin-io/tocsin/detector"
)

// habits plants what a service does that is no incident: restarts, deployments, surges of traffic, a fall at the same
// hour each day, stalls of the shipper, new lines now and then, single errors that never were before.
func (w *World) habits(s *service) {
	r := w.rng
	last := w.end()
	for n := int64(between(r, 0, bucketsADay)); n < last; n += int64(between(r, .5, 3) * bucketsADay) {
		w.restart(s, n)
	}
	for n := int64(between(r, .2, 2.5) * bucketsADay); n < last; n += int64(between(r, 1, 4) * bucketsADay) {
		w.deploy(s, n)
	}
	for n := int64(between(r, 0, 2) * bucketsADay); n < last; n += int64(between(r, .7, 3) * bucketsADay) {
		length := int64(between(r, 60, 240))
		s.all = append(s.all, effect{from: n, to: n + length, grow: length / 4, times: between(r, 1.2, 1.8)})
	}
	falls := .15
	if w.cfg.Family == Real {
		falls = .35
	}
	if r.Float64() < falls {
		at, length, times := int64(between(r, 0, bucketsADay-400)), int64(between(r, 60, 200)), between(r, .3, .6)
		for day := range int64(w.cfg.Days) {
			from := day*bucketsADay + at + int64(between(r, -30, 30))
			s.all = append(s.all, effect{from: from, to: from + length, times: times})
		}
	}
	for n := int64(between(r, 0, 3) * bucketsADay); n < last; n += int64(between(r, 1, 5) * bucketsADay) {
		s.stalls = append(s.stalls, [2]int64{n, n + 1 + int64(r.IntN(3))})
	}
	for n := int64(between(r, 0, 1) * bucketsADay); n < last; n += int64(between(r, .1, 1) * bucketsADay) {
		t := w.template(detector.LevelInfo)
		t.habit, t.rate, t.clump, t.from = clumps, logBetween(r, .0005, .05), between(r, 1, 4), n
		if r.Float64() < .2 {
			t.level, t.habit, t.to = detector.LevelError, steady, n+int64(between(r, 180, 900))
			t.rate = 1.2 / float64(t.to-n)
		}
		s.templates = append(s.templates, t)
	}
}

func (w *World) end() int64 { return int64(w.cfg.Days) * bucketsADay }

// restart is silence for 20 to 40 seconds, then lines that only a start writes.
func (w *World) restart(s *service, n int64) {
	length := 2 + int64(w.rng.IntN(3))
	s.zero = append(s.zero, [2]int64{n, n + length})
	if s.boot == nil {
		s.boot = w.template(detector.LevelInfo)
		s.boot.habit, s.boot.rate = boot, between(w.rng, 2, 12)
		s.templates = append(s.templates, s.boot)
	}
	s.boot.starts = append(s.boot.starts, n+length)
}

// deploy is a restart after which two steady templates are worded differently.
func (w *World) deploy(s *service, n int64) {
	w.restart(s, n)
	retired := 0
	for _, i := range w.rng.Perm(len(s.templates)) {
		t := s.templates[i]
		if t.habit != steady || t.level != detector.LevelInfo || t.to != math.MaxInt64 || t.from >= n || i == 0 {
			continue
		}
		t.to = n
		next := w.template(t.level)
		next.rate, next.phi, next.bytes, next.from = t.rate, t.phi, t.bytes, n
		s.templates = append(s.templates, next)
		if retired++; retired == 2 {
			break
		}
	}
	s.busy = append(s.busy, [2]int64{n - 120, n + 360})
}
