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

// row is a world in which every series was seen, with the lines that are produced there.
type row struct {
	size size
	*world
	load *load
	cost cost // the least of each that was measured
}

// prepare starts everything anew, in a directory of its own under dir, and lets every series be seen.
func prepare(ctx context.Context, dir, binary string, s size, pace int) (r *row, err error) {
	dir, err = os.MkdirTemp(dir, "row-")
	if err != nil {
		return nil, err
	}
	w, err := newWorld(ctx, dir, s)
	if err != nil {
		return nil, err
	}
	r = &row{size: s, world: w}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.close())
		}
	}()
	for i := range s.replicas {
		if err := w.start(ctx, binary, i); err != nil {
			return r, err
		}
	}
	if err := w.waitOwned(ctx); err != nil {
		return r, err
	}
	if r.load, err = newLoad(w, s); err != nil {
		return r, err
	}
	w.closers = append(w.closers, r.load.close)
	// Every series is in the dictionaries then, and what is done once for a new one is done.
	if err := r.produce(ctx, max(s.series, 3*pace), max(3*pace, atOnce)); err != nil {
		return r, err
	}
	// Buckets in which all of that happened are judged.
	return r, r.produce(ctx, 8*pace, pace)
}

// produce writes n lines at a pace and waits until they are counted.
func (r *row) produce(ctx context.Context, n, pace int) error {
	if err := r.load.write(ctx, n, pace); err != nil {
		return err
	}
	return r.waitCounted(ctx, uint64(r.load.written))
}

// measure measures lines at a steady pace, and what is used while none comes.
func (r *row) measure(ctx context.Context, pace int, span time.Duration) error {
	rest, err := r.rest(ctx)
	if err != nil {
		return err
	}
	before, err := r.read(ctx)
	if err != nil {
		return err
	}
	if err := r.produce(ctx, int(span.Seconds()*float64(pace)), pace); err != nil {
		return err
	}
	after, err := r.read(ctx)
	if err != nil {
		return err
	}
	lines := float64(after.lines - before.lines)
	if lines == 0 {
		return errors.New("no line was counted")
	}
	c := cost{
		rest:     rest,
		pace:     lines / after.at.Sub(before.at).Seconds(),
		cpu:      float64(after.cpu-before.cpu) / float64(time.Microsecond) / lines,
		commands: float64(after.redis.commands-before.redis.commands) / lines * 1000,
		in:       float64(after.redis.in-before.redis.in) / lines,
		out:      float64(after.redis.out-before.redis.out) / lines,
		redis:    after.redis.data,
	}
	for _, p := range r.replicas {
		rss, err := p.rss()
		if err != nil {
			return err
		}
		c.rss = max(c.rss, rss)
	}
	r.cost = r.cost.least(c)
	return nil
}

// least is the least of each cost, and the most of pace and memory.
func (c cost) least(o cost) cost {
	if c.pace == 0 {
		return o
	}
	return cost{
		rest: min(c.rest, o.rest), pace: max(c.pace, o.pace), cpu: min(c.cpu, o.cpu), commands: min(c.commands, o.commands),
		in: min(c.in, o.in), out: min(c.out, o.out), rss: max(c.rss, o.rss), redis: max(c.redis, o.redis),
	}
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
