package world

import (
	"math"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// What an incident is.
type What string

// The incidents.
const (
	Times3        What = "x3"
	Times10       What = "x10"
	Times50       What = "x50"
	ErrorSpike    What = "error spike"
	SilentLine    What = "silent template"
	SilentService What = "silent service"
	SilentRare    What = "silent low-rate"
	Flood         What = "flood"
	Lost          What = "lost shipper"
	Fall          What = "service to 30 %"
	Surge         What = "service x3"
	Mix           What = "mix"
	NewError      What = "new error"
	Ramp          What = "ramp"
	Latency       What = "latency x1.3"
	Volume        What = "volume"
)

// Whats lists them in the order of the table.
func Whats() []What {
	return []What{
		Times3, Times10, Times50, ErrorSpike, SilentLine, SilentService, SilentRare, Flood, Lost, Fall, Surge, Mix, NewError, Ramp, Latency,
		Volume,
	}
}

// Incident is one that was planted.
type Incident struct {
	What     What
	Service  string
	From, To time.Time
	Seed     uint64           // of its world
	Shape    detector.ShapeID // the template it is about; 0 for a whole service
	Hidden   detector.ShapeID // of a flood
}

// plant places the incidents of each kind, at times that nothing else has taken in their service.
func (w *World) plant() {
	whats := w.cfg.Only
	if len(whats) == 0 {
		whats = Whats()
	}
	for range w.cfg.Each {
		for _, what := range whats {
			for range 60 {
				if w.try(what) {
					break
				}
			}
		}
	}
}

// try places an incident; false where the service or the time does not fit.
func (w *World) try(what What) bool {
	r := w.rng
	s := w.services[r.IntN(len(w.services))]
	length := int64(between(r, 60, 180))
	switch what {
	case SilentRare:
		length = int64(between(r, 900, 1400))
	case Ramp:
		length = 720 + 240
	case Fall, Surge:
		length = 90
	case Lost, Latency, Mix:
		length = int64(between(r, 120, 200))
	}
	first := int64(w.cfg.Quiet)*bucketsADay + 60
	if first+length+60 >= w.end() {
		return false
	}
	from := first + r.Int64N(w.end()-first-length-60)
	to := from + length
	for _, b := range append(s.busy, s.zero...) {
		if from-360 < b[1] && b[0] < to+360 {
			return false
		}
	}
	it := &Incident{
		What: what, Service: s.name, Seed: w.cfg.Seed, From: w.Begin.Add(time.Duration(from) * Width), To: w.Begin.Add(time.Duration(to) * Width),
	}
	if !w.make(it, s, from, to) {
		return false
	}
	s.busy = append(s.busy, [2]int64{from, to})
	w.Incidents = append(w.Incidents, it)
	return true
}

func (w *World) make(it *Incident, s *service, from, to int64) bool {
	r := w.rng
	traffic := s.curve[from/perMinute]
	pick := func(level detector.Level, h habit, low, high float64) *template {
		for _, i := range r.Perm(len(s.templates)) {
			t := s.templates[i]
			if rate := t.rate * traffic; t.habit == h && (t.level >= detector.LevelError) == (level >= detector.LevelError) &&
				t.from < from-bucketsADay && t.to > to && rate >= low && rate <= high {
				it.Shape = t.shape
				return t
			}
		}
		return nil
	}
	grow := func(t *template, e effect) bool {
		if t == nil {
			return false
		}
		e.from, e.to = from, to
		t.effects = append(t.effects, e)
		return true
	}
	switch it.What {
	case Times3:
		return grow(pick(detector.LevelInfo, steady, 1, 1e9), effect{times: 3})
	case Times10:
		return grow(pick(detector.LevelInfo, steady, .1, 1e9), effect{times: 10})
	case Times50:
		return grow(pick(detector.LevelInfo, steady, .03, 1e9), effect{times: 50})
	case ErrorSpike:
		t := pick(detector.LevelError, steady, .01, 1e9)
		if t == nil {
			return false
		}
		return grow(t, effect{times: max(4, between(r, .5, 3)/(t.rate*traffic))})
	case SilentLine:
		return grow(pick(detector.LevelInfo, steady, .5, 1e9), effect{times: 0})
	case SilentService:
		if s.total(traffic) < 10 {
			return false
		}
		s.zero = append(s.zero, [2]int64{from, to})
		return true
	case SilentRare:
		t := pick(detector.LevelInfo, cron, 0, 1e9)
		if t == nil || t.rests || t.period > 200 {
			return false
		}
		return grow(t, effect{times: 0})
	case Flood:
		t := pick(detector.LevelError, steady, .003, 1e9)
		if t == nil {
			return false
		}
		hidden := w.template(detector.LevelError)
		hidden.rate, hidden.from, hidden.to = 8/float64(to-from), from+int64(between(r, 2, 30)), to
		s.templates = append(s.templates, hidden)
		it.Hidden = hidden.shape
		return grow(t, effect{times: logBetween(r, 20, 2000) / (t.rate * traffic)})
	case Lost:
		return s.whole(effect{from: from, to: to, times: between(r, .3, .5)}, 15, traffic)
	case Fall:
		return s.whole(effect{from: from, to: to, times: .3}, 15, traffic)
	case Surge:
		return s.whole(effect{from: from, to: to, times: 3}, 10, traffic)
	case NewError:
		t := w.template(detector.LevelError)
		t.rate, t.phi, t.from, t.to = logBetween(r, .15, 2), .1, from, to
		s.templates = append(s.templates, t)
		it.Shape = t.shape
		return true
	case Ramp:
		return grow(pick(detector.LevelInfo, steady, 1, 1e9), effect{times: 3, grow: 720})
	}
	return w.makeOther(it, s, from, to, traffic)
}

func (w *World) makeOther(it *Incident, s *service, from, to int64, traffic float64) bool {
	switch it.What {
	case Latency:
		if s.slot.rate*traffic < 3 {
			return false
		}
		s.slot.effects = append(s.slot.effects, effect{from: from, to: to, times: 1.3})
		return true
	case Volume:
		if s.total(traffic) < 10 {
			return false
		}
		times := max(logBetween(w.rng, 12, 60), 4e5/(200*s.total(traffic)))
		s.size = append(s.size, effect{from: from, to: to, times: times})
		return true
	case Mix:
		var of []*template
		for _, t := range s.templates {
			if t.habit == steady && t.rate*traffic > 2 && t.to > to && t.from < from-bucketsADay {
				of = append(of, t)
			}
		}
		if len(of) < 6 {
			return false
		}
		for i, t := range of {
			times := 1.8
			if i%2 == 0 {
				times = .5
			}
			t.effects = append(t.effects, effect{from: from, to: to, times: times})
		}
		return true
	}
	return false
}

// whole applies an effect to all templates, where the service has at least so many lines a bucket.
func (s *service) whole(e effect, least, traffic float64) bool {
	if s.total(traffic) < least {
		return false
	}
	s.all = append(s.all, e)
	return true
}

// total is the rate of the steady templates of a service.
func (s *service) total(traffic float64) float64 {
	sum := 0.0
	for _, t := range s.templates {
		if t.habit == steady && t.to == math.MaxInt64 {
			sum += t.rate * traffic
		}
	}
	return sum
}
