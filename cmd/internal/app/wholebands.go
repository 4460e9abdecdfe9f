package app

import (
	"context"
	"math"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/engine"
)

// wholeBands are what is expected of all services together, by level. Detectors know services apart, so it is added up over all of
// them; the sum is kept, at times that are wholeGrid apart, and what is between is taken from both sides: what detectors expect
// changes no faster.
type wholeBands struct {
	cat   *catalogue
	bands bands
	kept  *keptBy[wholeKey, wholeSum]
}

const (
	wholeGrid   = 15 * time.Minute
	wholePoints = 200 // at most, of a sum

	// wholeUnknown is the share of a level's lines of which nothing may be known to be expected, as of new services.
	wholeUnknown = .01

	// wholeLeast is how wide the band is at least, of what is expected, to each side: services are busier or quieter than expected
	// together, so their sum varies by more than it would if each went its own way.
	wholeLeast = .1
)

// wholeKey are the times of a sum: first, and n more that are grid apart.
type wholeKey struct {
	first int64 // Unix seconds
	grid  time.Duration
	n     int
}

// wholeSum is the band of a level at each of the times. A level is not there where what is expected of much of it is not known.
type wholeSum map[detector.Level][]engine.Band

func newWholeBands(cat *catalogue, b bands) *wholeBands {
	return &wholeBands{cat: cat, bands: b, kept: newKeptBy[wholeKey, wholeSum](cat.listing.now)}
}

// set gives the levels of out their bands.
func (w *wholeBands) set(ctx context.Context, out *dashboards.CountLines) error {
	n := 0
	for i := range out.Lines {
		n = max(n, len(out.Lines[i].Observed))
	}
	if n == 0 {
		return nil
	}
	key := gridOf(out.Start, out.Start.Add(time.Duration(n)*out.Step), out.Step)
	sum, err := w.kept.get(ctx, key, func() func(context.Context) (wholeSum, error) {
		return func(ctx context.Context) (wholeSum, error) { return w.add(ctx, key) }
	})
	if err != nil {
		return translate(err)
	}
	for i := range out.Lines {
		line := &out.Lines[i]
		of := sum[line.Level]
		if of == nil {
			continue
		}
		at := make([]engine.Band, len(line.Observed))
		for k := range at {
			at[k] = between(of, key, out.Start.Add(time.Duration(k)*out.Step))
		}
		setBand(line, at, out.Step)
		for k, e := range line.Expected {
			line.Low[k], line.High[k] = min(line.Low[k], (1-wholeLeast)*e), max(line.High[k], (1+wholeLeast)*e)
		}
	}
	return nil
}

// gridOf covers [from, to) with some room, so that it serves the same range for a while.
func gridOf(from, to time.Time, step time.Duration) wholeKey {
	grid := max(wholeGrid, step)
	for to.Sub(from) > (wholePoints-8)*grid {
		grid *= 2
	}
	wide := int64(4 * grid / time.Second)
	first := from.Unix() / wide * wide
	last := (to.Unix()/wide + 1) * wide
	return wholeKey{first, grid, int((last-first)/int64(grid/time.Second)) + 1}
}

// add sums up the bands of all services.
func (w *wholeBands) add(ctx context.Context, key wholeKey) (wholeSum, error) {
	l, err := w.cat.listing.get(ctx)
	if err != nil {
		return nil, err
	}
	at := make([]time.Time, key.n)
	for i := range at {
		at[i] = time.Unix(key.first, 0).UTC().Add(time.Duration(i) * key.grid)
	}
	sums, all, unknown := make(wholeSum), make(map[detector.Level]uint64), make(map[detector.Level]uint64)
	var buf []engine.Band
	for _, s := range l.levels {
		all[s.Level] += s.lines
		var ok bool
		if buf, ok, err = w.bands.Bands(ctx, buf[:0], s.Series, at); err != nil {
			return nil, err
		}
		if !ok {
			unknown[s.Level] += s.lines
			continue
		}
		sum := sums[s.Level]
		if sum == nil {
			sum = make([]engine.Band, len(at))
			sums[s.Level] = sum
		}
		for i, b := range buf { // squares of the distances add up, as those of what is independent do
			sum[i].Expected += b.Expected
			sum[i].High += (b.High - b.Expected) * (b.High - b.Expected)
		}
	}
	for level, n := range unknown {
		if float64(n) > wholeUnknown*float64(all[level]) {
			delete(sums, level)
		}
	}
	for _, sum := range sums {
		for i := range sum {
			b := &sum[i]
			wide := math.Sqrt(b.High)
			b.Low, b.High = max(0, b.Expected-wide), b.Expected+wide
		}
	}
	return sums, ctx.Err()
}

// between is the band at a time, from those before and after it.
func between(of []engine.Band, key wholeKey, at time.Time) engine.Band {
	place := float64(at.Unix()-key.first) / key.grid.Seconds()
	i := min(max(int(place), 0), len(of)-2)
	part := min(max(place-float64(i), 0), 1)
	mix := func(a, b float64) float64 { return a + (b-a)*part }
	a, b := of[i], of[i+1]
	return engine.Band{Expected: mix(a.Expected, b.Expected), Low: mix(a.Low, b.Low), High: mix(a.High, b.High)}
}
