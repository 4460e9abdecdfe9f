package demo

import (
	"context"
	"math"
	"math/rand/v2"
	"time"
)

// Record is what is produced to the log topic.
type Record struct {
	Key   string
	Value string
	Time  time.Time
}

// Producer takes records in order. It must return when ctx ends.
type Producer interface {
	Produce(ctx context.Context, records []Record) error
}

// Live lets the company log now, and things go wrong in rounds.
type Live struct {
	Services []Service
	Producer Producer
	Rand     *rand.Rand
	Now      func() time.Time
	From     time.Time        // the end of its past: what was logged since comes with the first tick
	Ticks    <-chan time.Time // one about each 100 ms
	Rounds   func(round int, r *rand.Rand) Round
}

// longestGap is the longest time between the past and the first line of now that is filled.
const longestGap = time.Minute

// Run produces until ctx ends.
func (l *Live) Run(ctx context.Context) error {
	start := l.Now()
	last, most := l.From, longestGap
	number, round := 0, l.Rounds(0, l.Rand)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-l.Ticks:
		}
		now := l.Now()
		if now.Sub(start) >= round.Length {
			number++
			start, round = now, l.Rounds(number, l.Rand)
		}
		dt := min(now.Sub(last), most)
		last, most = now, time.Second
		records := l.lines(now, dt, &round, now.Sub(start))
		if err := l.Producer.Produce(ctx, records); err != nil && ctx.Err() == nil {
			return err
		}
	}
}

// lines are what is logged in the dt before now.
func (l *Live) lines(now time.Time, dt time.Duration, round *Round, into time.Duration) []Record {
	var out []Record
	for i := range l.Services {
		s := &l.Services[i]
		for j := range s.Streams {
			mean := s.Streams[j].Rate * s.Habits(now) * dt.Seconds() * round.factor(s.Name, s.Streams[j].Level, into)
			out = l.emit(out, now, dt, s, &s.Streams[j], poisson(l.Rand, mean))
		}
	}
	for _, f := range round.Faults {
		rate := f.rate(into)
		if f.Stream.Text == nil || rate <= 0 {
			continue
		}
		for i := range l.Services {
			if s := &l.Services[i]; s.Name == f.Service {
				n := poisson(l.Rand, rate*dt.Seconds())
				if f.Once {
					n = f.once(into, dt)
				}
				out = l.emit(out, now, dt, s, &f.Stream, n)
			}
		}
	}
	return out
}

func (l *Live) emit(out []Record, now time.Time, dt time.Duration, s *Service, stream *Stream, n int) []Record {
	for range n {
		at := now.Add(-time.Duration(l.Rand.Float64() * float64(dt)))
		host := s.Hosts[l.Rand.IntN(len(s.Hosts))]
		for _, value := range s.Format(at, s.Name, host, stream.Level, stream.Text(l.Rand)) {
			out = append(out, Record{Key: host, Value: value, Time: at})
		}
	}
	return out
}

// poisson draws a count with this mean: Knuth's product for small means, a rounded normal for large ones.
func poisson(r *rand.Rand, mean float64) int {
	if mean <= 0 {
		return 0
	}
	if mean > 30 {
		return max(0, int(mean+math.Sqrt(mean)*r.NormFloat64()+.5))
	}
	limit, n, p := math.Exp(-mean), 0, r.Float64()
	for p > limit {
		p *= r.Float64()
		n++
	}
	return n
}
