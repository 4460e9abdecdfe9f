package tool

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/decode"
	"github.com/tocsin-io/tocsin/detector/redact"
)

// FindOptions says which lines are sought.
type FindOptions struct {
	Service  string
	From, To time.Time
	Enough   int // lines; no further back is looked once there are so many, and of more of a stretch a sample is kept
	// Finder makes what recognises a line that is wanted, for one partition: it need not be safe for concurrent use.
	Finder func() (func(ev *detector.Event) (detector.Sample, bool), error)
}

// Found are the lines that a log held.
type Found struct {
	Samples []detector.Sample // newest first
	Lines   uint64            // that were found; Samples is a sample of them where it is shorter
	Read    uint64            // events of all services among which these are
	From    time.Time         // every line from then on is there
	Cut     bool              // that is later than what was asked for
}

// findFirst is how long the first stretch is that Find looks at, and findTimes how much longer than all before each next one is.
const (
	findFirst = time.Minute
	findTimes = 4
)

// Find looks for lines in a topic, the newest first, stretch by stretch. Where ctx has a deadline it returns what it found until then,
// of whole stretches.
func Find(ctx context.Context, t Topic, o FindOptions) (Found, error) {
	compiled, err := redact.Compile(t.Redact)
	if err != nil {
		return Found{}, err
	}
	out := Found{From: o.To}
	ends := make(map[string]int64) // where the stretch before began: each record is read once
	for span := findFirst; out.From.After(o.From); span *= findTimes {
		from := out.From.Add(-span)
		if from.Before(o.From) {
			from = o.From
		}
		s := stretch{o: o, from: from, ends: ends, chance: rand.New(rand.NewPCG(1, 2))} // the same lines each time
		if err := s.read(ctx, t, compiled); err != nil {
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				break
			}
			return out, err
		}
		out.Samples, out.Lines, out.Read, out.From = append(out.Samples, s.found...), out.Lines+s.lines, out.Read+s.events, from
		if len(out.Samples) >= o.Enough {
			break
		}
	}
	// A stretch is one of the log's time: a line in an older one may name a newer time.
	slices.SortStableFunc(out.Samples, func(a, b detector.Sample) int { return b.Time.Compare(a.Time) })
	out.Cut = out.From.After(o.From)
	return out, nil
}

// forever is later than any record: where a stretch ends is told by offsets.
var forever = time.Unix(1<<40, 0)

// stretch is a part of the log, of which all partitions are read at once.
type stretch struct {
	o    FindOptions
	from time.Time
	ends map[string]int64 // by partition: the offset at which it ends; without one, where the log does

	mu     sync.Mutex
	events uint64
	lines  uint64
	found  []detector.Sample
	chance *rand.Rand
}

// keep takes a line in, or, where there are many, lets chance say which ones stay (Vitter 1985, algorithm R).
func (s *stretch) keep(l detector.Sample) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines++
	if len(s.found) < s.o.Enough {
		s.found = append(s.found, l)
	} else if n := s.chance.Uint64N(s.lines); n < uint64(len(s.found)) {
		s.found[n] = l
	}
}

func (s *stretch) read(ctx context.Context, t Topic, compiled *redact.Compiled) error {
	log, err := t.open(ctx, s.from, forever)
	if err != nil {
		return err
	}
	defer log.close()
	for _, p := range log.partitions {
		name := fmt.Sprintf("%s/%d", p.Topic, p.ID)
		begin := p.reached
		if end, ok := s.ends[name]; ok {
			p.end = min(p.end, end)
		}
		s.ends[name] = begin
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make([]error, len(log.partitions))
	var all sync.WaitGroup
	for i, p := range log.partitions {
		all.Go(func() {
			if errs[i] = s.partition(ctx, p, t.Decode, compiled.Redactor()); errs[i] != nil {
				cancel()
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// partition looks at the events of one partition. Only what is found is copied.
func (s *stretch) partition(ctx context.Context, p *partition, o decode.Options, redactor *redact.Redactor) error {
	find, err := s.o.Finder()
	if err != nil {
		return err
	}
	d := decode.New(o)
	var events uint64
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.events += events
	}()
	take := func(ev *detector.Event) {
		at := ev.Time
		if at.IsZero() {
			at = ev.Received
		}
		if at.Before(s.o.From) || !at.Before(s.o.To) {
			return
		}
		if events++; ev.Service != s.o.Service {
			return
		}
		redactor.Event(ev)
		if sample, ok := find(ev); ok {
			s.keep(sample)
		}
	}
	for {
		rec, err := p.next(ctx)
		if errors.Is(err, io.EOF) {
			d.Flush(time.Time{}, take)
			return nil
		}
		if err != nil {
			return err
		}
		d.Decode(rec, take)
	}
}
