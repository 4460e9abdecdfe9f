// Package world makes workloads to judge detectors on: services that log for days with the habits of real ones (jobs,
// batches, restarts, deployments, surges of traffic, weekends), and incidents of which it says what, where and when.
//
// A world is a pure function of its family and seed. It is for tests and benchmarks.
package world

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/sketch"
)

// Width of the buckets.
const Width = 10 * time.Second

const perMinute = 6

// Family says how traffic is shaped.
type Family string

// The families.
const (
	Designed Family = "designed" // smooth days
	Real     Family = "real"     // steep days, uneven weeks, habitual falls, as public web and cloud series have them
	Cloud    Family = "cloud"    // of no shape of the other two: a check that what was tuned on them holds elsewhere
)

// Config of a world. The zero value of a field means its default.
type Config struct {
	Family   Family
	Seed     uint64
	Services int // 20
	Days     int // 4; incidents are in the days from Quiet on
	Quiet    int // 2
	Each     int // how many incidents of each kind; 2
	// Only, where not empty, are the kinds of incidents to make.
	Only []What
	// Just, where not empty, is the only service that logs: the rest of the world is as it was.
	Just string
}

// World is a workload. Next yields its buckets in order.
type World struct {
	Incidents []*Incident
	Begin     time.Time
	Buckets   int64

	cfg      Config
	rng      *rand.Rand
	n        int64
	services []*service
	shapes   uint64
	bucket   detector.Bucket
}

type service struct {
	name      string
	rng       *rand.Rand // what it logs does not depend on other services
	curve     []float64
	hosts     []float64 // in each minute; of the cloud family
	templates []*template
	busy      [][2]int64 // stretches that an incident or a deployment has taken
	zero      [][2]int64 // restarts and silences
	stalls    [][2]int64
	held      map[*template]float64
	all       []effect
	slot      *slot
	boot      *template
	size      []effect
}

// effect multiplies a rate in a stretch of buckets; grow lets it come linearly over the first buckets.
type effect struct {
	from, to, grow int64
	times          float64
}

func (e effect) at(n int64) float64 {
	if n < e.from || n >= e.to {
		return 1
	}
	if g := n - e.from; g < e.grow {
		return 1 + (e.times-1)*float64(g)/float64(e.grow)
	}
	return e.times
}

// New makes the world of a family and seed.
func New(c Config) *World {
	if c.Family == "" {
		c.Family = Designed
	}
	c.Services, c.Days, c.Each = orElse(c.Services, 20), orElse(c.Days, 4), orElse(c.Each, 2)
	c.Quiet = min(orElse(c.Quiet, 2), c.Days)
	family := uint64(1)
	switch c.Family {
	case Real:
		family = 2
	case Cloud:
		family = 3
	}
	w := &World{cfg: c, rng: rand.New(rand.NewPCG(c.Seed, family)), shapes: 1000}
	w.Begin = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).AddDate(0, 0, w.rng.IntN(7))
	w.Buckets = int64(c.Days) * minutesADay * perMinute
	holiday := -1
	if w.rng.Float64() < .2 {
		holiday = c.Quiet + w.rng.IntN(max(1, c.Days-c.Quiet))
	}
	for i := range c.Services {
		s := w.makeService(i, holiday)
		s.rng = rand.New(rand.NewPCG(c.Seed<<8+family, uint64(i)))
		w.services = append(w.services, s)
	}
	w.plant()
	return w
}

func orElse(v, otherwise int) int {
	if v == 0 {
		return otherwise
	}
	return v
}

// Next is the next bucket, false at the end. It is valid until the next call.
func (w *World) Next() (*detector.Bucket, bool) {
	if w.n >= w.Buckets {
		return nil, false
	}
	b := &w.bucket
	*b = detector.Bucket{Start: w.Begin.Add(time.Duration(w.n) * Width), Width: Width, Rows: b.Rows[:0]}
	for _, s := range w.services {
		if w.cfg.Just == "" || w.cfg.Just == s.name {
			s.fill(w.n, b)
		}
	}
	w.n++
	return b, true
}

func within(all [][2]int64, n int64) bool {
	for _, s := range all {
		if n >= s[0] && n < s[1] {
			return true
		}
	}
	return false
}

func (s *service) fill(n int64, b *detector.Bucket) {
	traffic := s.curve[n/perMinute]
	for _, e := range s.all {
		traffic *= e.at(n)
	}
	size := 1.0
	for _, e := range s.size {
		size *= e.at(n)
	}
	zero, stalled := within(s.zero, n), within(s.stalls, n)
	for _, t := range s.templates {
		flow := traffic
		if t.habit == perHost {
			flow = s.hosts[n/perMinute] * min(1, traffic/s.curve[n/perMinute])
		}
		x := t.draw(s.rng, n, flow)
		if zero {
			x = 0
		}
		if stalled && x > 0 {
			s.held[t] += x
			continue
		}
		if len(s.held) > 0 {
			x += s.held[t]
			delete(s.held, t)
		}
		if x <= 0 {
			continue
		}
		b.Rows = append(b.Rows, detector.Row{
			Series: detector.Series{Class: detector.ClassLine, Service: s.name, Environment: "prod", Level: t.level, Shape: t.shape},
			Lines:  uint64(x), Bytes: uint64(x * t.bytes * size),
		})
	}
	if s.slot != nil && !zero && !stalled {
		if sum := s.slot.draw(s.rng, n, traffic); sum != nil {
			b.Rows = append(b.Rows, detector.Row{Series: s.slot.key, Lines: sum.Count, Summary: sum})
		}
	}
}

// slot is a numeric value in a template's lines: a duration in milliseconds, log-normal, a little slower under traffic.
type slot struct {
	key     detector.Series
	rate    float64
	median  float64
	spread  float64
	wander  float64
	now     float64
	effects []effect
}

func (s *slot) draw(r *rand.Rand, n int64, traffic float64) *sketch.Summary {
	if n%perMinute == 0 {
		s.now = .97*s.now + .243*s.wander*r.NormFloat64()
	}
	count := min(poisson(r, s.rate*traffic), 30)
	if count == 0 {
		return nil
	}
	sum := sketch.New(sketch.Quantiles)
	times := s.median * exp(s.now+.05*traffic)
	for _, e := range s.effects {
		times *= e.at(n)
	}
	for range int(count) {
		sum.AddNumber(times * exp(s.spread*r.NormFloat64()))
	}
	return sum
}

func (w *World) name(i int) string { return fmt.Sprintf("svc-%02d", i) }

// Seed is that of the configuration.
func (w *World) Seed() uint64 { return w.cfg.Seed }

// Series is how many templates log in the course of the world.
func (w *World) Series() int {
	n := 0
	for _, s := range w.services {
		n += len(s.templates)
	}
	return n
}

// N is the number of the bucket that Next yields next.
func (w *World) N() int64 { return w.n }
