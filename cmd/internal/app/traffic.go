package app

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// trafficFor is how long after the last page that asked for it what services log now is measured anew.
const trafficFor = 5 * time.Minute

// hostsWithin is how long a host may be quiet and still be counted among those that log.
const hostsWithin = 10 * time.Minute

// manyServices is from how many services on hosts are counted in whole coarse buckets alone: fine ones are many to read.
const manyServices = 1000

// newTraffic keeps what each service logs now, of the services that the catalogue knows.
func newTraffic(cat *catalogue, c counts) *kept[*dashboards.Traffic] {
	now := cat.listing.now
	return &kept[*dashboards.Traffic]{now: now, make: func(ctx context.Context) (*dashboards.Traffic, error) {
		l, err := cat.listing.get(ctx)
		if err != nil {
			return nil, err
		}
		return c.traffic(ctx, l.services, now())
	}}
}

// traffic measures what services log over the last complete minute, and the errors of the last five.
func (c counts) traffic(ctx context.Context, services []dashboards.Service, now time.Time) (*dashboards.Traffic, error) {
	expected, err := c.expected(ctx)
	if err != nil {
		return nil, err
	}
	complete, _, err := c.reader.Watermark(ctx, expected)
	if err != nil {
		return nil, err
	}
	known := !complete.IsZero()
	if !known || complete.After(now) {
		complete = now
	}
	to := rate.FloorFine(complete)
	five, kept, err := c.perService(ctx, to.Add(-5*time.Minute), to, expected)
	if err != nil {
		return nil, err
	}
	if known && kept.Before(to) && to.Sub(kept) < time.Minute { // the newest was read before it was complete: it would look like a fall
		to = rate.FloorFine(kept)
		if five, _, err = c.perService(ctx, to.Add(-5*time.Minute), to, expected); err != nil {
			return nil, err
		}
	}
	minute, _, err := c.perService(ctx, to.Add(-time.Minute), to, expected)
	if err != nil {
		return nil, err
	}
	rows := make([]dashboards.ServiceTraffic, len(services))
	for i := range services {
		row := &rows[i]
		row.Service, row.LinesKnown = &services[i], known
		row.Lines = float64(minute[row.Name].lines) / 60
		if n := five[row.Name]; n.lines > 0 {
			row.Errors, row.ErrorsKnown = float64(n.errors)/float64(n.lines), true
		}
	}
	until := to
	if len(services) > manyServices {
		until = rate.FloorCoarse(to)
	}
	hosts, err := c.hostsLately(ctx, until.Add(-hostsWithin), until)
	if err != nil {
		return nil, err
	}
	return dashboards.NewTraffic(rows, hosts, now), nil
}

type linesAndErrors struct{ lines, errors uint64 }

// perService is what services logged, and up to when that is complete.
func (c counts) perService(ctx context.Context, from, to time.Time, expected []rate.Partition) (map[string]linesAndErrors, time.Time, error) {
	totals, complete, err := c.tallies.Totals(ctx, rate.Query{From: from, To: to, Step: rate.Fine}, expected)
	if err != nil {
		return nil, time.Time{}, err
	}
	out := make(map[string]linesAndErrors)
	for s, n := range totals {
		sum := out[s.Service]
		sum.lines += n
		if s.Level >= detector.LevelError {
			sum.errors += n
		}
		out[s.Service] = sum
	}
	return out, complete, nil
}
