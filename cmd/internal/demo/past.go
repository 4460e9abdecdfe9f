package demo

import (
	"math"
	"math/rand/v2"
	"time"
)

// Past is the company's history as counts.
type Past struct {
	Services []Service
	From, To time.Time // multiples of Bucket
	Bucket   time.Duration
	Rand     *rand.Rand
}

// Each calls yield with how often each stream of each service was reached in each bucket, in order of time; it stops
// where yield returns false.
func (p *Past) Each(yield func(start time.Time, service, stream, lines int) bool) {
	for at := p.From; at.Before(p.To); at = at.Add(p.Bucket) {
		for i := range p.Services {
			s := &p.Services[i]
			habit := s.Habits(at) * p.Bucket.Seconds()
			for j := range s.Streams {
				st := &s.Streams[j]
				n := poisson(p.Rand, st.Rate*habit*burst(p.Rand, st.Spread))
				if n > 0 && !yield(at, i, j, n) {
					return
				}
			}
		}
	}
}

// burst is a factor with mean 1 and this variance: log-normal.
func burst(r *rand.Rand, variance float64) float64 {
	s2 := math.Log1p(variance)
	return math.Exp(math.Sqrt(s2)*r.NormFloat64() - s2/2)
}

// Example is what one stream of a service wrote at a time: the records of one line.
func (p *Past) Example(at time.Time, service, stream int) []Record {
	s := &p.Services[service]
	st := &s.Streams[stream]
	host := s.Hosts[p.Rand.IntN(len(s.Hosts))]
	var out []Record
	for _, value := range s.Format(at, s.Name, host, st.Level, st.Text(p.Rand)) {
		out = append(out, Record{Key: host, Value: value, Time: at})
	}
	return out
}
