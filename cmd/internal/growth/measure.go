package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// cost is what was measured over the lines of one row.
type cost struct {
	rest       float64 // CPU of all replicas while no line comes, ms a second
	pace       float64 // lines a second that were counted
	cpu        float64 // of all replicas, user and system, us a line; what they use at rest is in it
	commands   float64 // of Redis, a 1,000 lines
	in, out    float64 // bytes to Redis and from it, a line
	rss, redis int64   // bytes: the largest replica, Redis' data set
}

// reading is what the counters of all parts say at one moment.
type reading struct {
	cpu   time.Duration
	lines uint64
	redis redisStats
	at    time.Time
}

// atOnce is how many lines a second are produced of which nothing is measured.
const atOnce = 100_000

// measure starts everything anew in dir, lets every series be seen, and measures lines at a steady pace.
func measure(ctx context.Context, dir, binary string, s size, pace int, span time.Duration) (c cost, err error) {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Minute)
	defer cancel()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return c, err
	}
	w, err := newWorld(ctx, dir, s)
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	for i := range s.replicas {
		if err := w.start(ctx, binary, i); err != nil {
			return c, err
		}
	}
	if err := w.waitOwned(ctx); err != nil {
		return c, err
	}
	rest, err := w.rest(ctx)
	if err != nil {
		return c, err
	}
	l, err := newLoad(w, s)
	if err != nil {
		return c, err
	}
	defer l.close()
	// Every series is in the dictionaries then, and what is done once for a new one is done.
	known := max(s.series, 3*pace)
	if err := l.write(ctx, known, max(3*pace, atOnce)); err != nil {
		return c, err
	}
	if err := w.waitCounted(ctx, uint64(l.written)); err != nil {
		return c, err
	}
	// Buckets in which all of that happened are judged.
	if err := l.write(ctx, 8*pace, pace); err != nil {
		return c, err
	}
	if err := w.waitCounted(ctx, uint64(l.written)); err != nil {
		return c, err
	}
	before, err := w.read(ctx)
	if err != nil {
		return c, err
	}
	if err := l.write(ctx, int(span.Seconds()*float64(pace)), pace); err != nil {
		return c, err
	}
	if err := w.waitCounted(ctx, uint64(l.written)); err != nil {
		return c, err
	}
	after, err := w.read(ctx)
	if err != nil {
		return c, err
	}
	lines := float64(after.lines - before.lines)
	if lines == 0 {
		return c, errors.New("no line was counted")
	}
	c = cost{
		rest:     rest,
		pace:     lines / after.at.Sub(before.at).Seconds(),
		cpu:      float64(after.cpu-before.cpu) / float64(time.Microsecond) / lines,
		commands: float64(after.redis.commands-before.redis.commands) / lines * 1000,
		in:       float64(after.redis.in-before.redis.in) / lines,
		out:      float64(after.redis.out-before.redis.out) / lines,
		redis:    after.redis.data,
	}
	for _, r := range w.replicas {
		rss, err := r.rss()
		if err != nil {
			return c, err
		}
		c.rss = max(c.rss, rss)
	}
	return c, nil
}

// rest is the processor time of all replicas while no line comes, ms a second.
func (w *world) rest(ctx context.Context) (float64, error) {
	before, err := w.read(ctx)
	if err != nil {
		return 0, err
	}
	t := time.NewTimer(5 * time.Second)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	after, err := w.read(ctx)
	return float64((after.cpu - before.cpu).Milliseconds()) / after.at.Sub(before.at).Seconds(), err
}

// waitFor asks until ok.
func waitFor(ctx context.Context, what string, ok func() (bool, error)) error {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		done, err := ok()
		if done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waited for %s: %w", what, ctx.Err())
		case <-tick.C:
		}
	}
}
