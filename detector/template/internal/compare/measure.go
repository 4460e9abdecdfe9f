package main

import (
	"syscall"
	"time"

	"github.com/faceair/drain"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/template"
)

const (
	passLines = 1 << 15 // lines of a pass: short sets are gone through several times
	passes    = 9
)

// measure returns the millions of lines a CPU second of each rival.
func (s *set) measure() (copied, shaped, learned, drained float64, err error) {
	learner, err := template.NewLearner(template.Options{}, template.NewAliases())
	if err != nil {
		return 0, 0, 0, 0, err
	}
	var (
		buf    []byte
		shaper = template.NewShaper()
		ev     = &detector.Event{Service: s.name, Level: detector.LevelInfo, Received: time.Unix(1_773_000_000, 0)}
		tree   = drain.New(drain.DefaultConfig())
		text   = make([]string, len(s.lines)) // Drain takes strings: making them is not charged to it
	)
	for i, line := range s.lines {
		text[i] = string(line)
	}
	rivals := []func(i int){
		func(i int) { buf = append(buf[:0], s.lines[i]...) },
		func(i int) { shaper.Shape(s.lines[i]) },
		func(i int) { ev.Message = s.lines[i]; learner.Learn(ev) },
		func(i int) { tree.Train(text[i]) },
	}
	best := make([]float64, len(rivals))
	for _, f := range rivals {
		for i := range s.lines {
			f(i)
		}
	}
	rounds := max(1, passLines/len(s.lines))
	for range passes {
		for k, f := range rivals {
			start := cpu()
			for range rounds {
				for i := range s.lines {
					f(i)
				}
			}
			used := max(cpu()-start, time.Microsecond)
			best[k] = max(best[k], float64(rounds*len(s.lines))/1e6/used.Seconds())
		}
	}
	return best[0], best[1], best[2], best[3], nil
}

// cpu is the processor time that this process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
