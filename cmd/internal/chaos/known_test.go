//go:build linux

package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// knownFor is how long services have logged before the replicas start: of what is younger than a day no error is new.
const knownFor = 26 * time.Hour

// ways are how a known service breaks.
var ways = []way{
	{name: "spike", kind: "error_spike", errors: 50},   // told by a few lines of the second or third bucket
	{name: "flood", kind: "error_spike", errors: 2000}, // so many errors that the first bucket is enough
	{name: "new-error", kind: "new_error", errors: 1},
	{name: "silent", kind: "silence"},
}

const (
	servicesOfWay = 15
	breakLasts    = time.Minute // silence lasts
)

// way is how services break, as what that is told, and how many times as many errors there are then: 0 where there is nothing.
type way struct {
	name, kind string
	errors     float64
}

// known are services that detectors know.
type known struct {
	mu     sync.Mutex // guards what is broken
	all    []*knownService
	random *rand.Rand // of who produces
}

// knownService logs at random, evenly over the day, in an environment of its own: nothing that breaks beside it explains it.
type knownService struct {
	name  string
	more  string // in its lines
	way   *way
	broke time.Time // zero: it did not yet
}

func newKnown(random *rand.Rand) *known {
	k := &known{random: random}
	for i := range ways {
		for n := range servicesOfWay {
			k.all = append(k.all, &knownService{
				name: fmt.Sprintf("%s-%02d", ways[i].name, n), more: fmt.Sprintf(`,"environment":"e-%d"`, len(k.all)), way: &ways[i],
			})
		}
	}
	return k
}

// broken breaks a service now.
func (k *known) broken(s *knownService) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s.broke = time.Now()
}

// stream is what a service logs of one template, in lines a second.
type stream struct {
	level, kind, text string
	rate              float64
}

// streams are those of a service at a time.
func (s *knownService) streams(at time.Time) []stream {
	served, failed := stream{"info", "served", "%d to c-%d in %d ms", .3}, stream{"error", "charge", "%d was refused by bank %d with code %d", .1}
	switch {
	case s.way.errors == 0 && !s.broke.IsZero():
		return nil
	case s.way.errors == 0:
		served.rate *= 2 // the less it logs the later it is missed
	case s.broke.IsZero() || at.Sub(s.broke) > breakLasts:
	case s.way.errors == 1:
		return []stream{served, failed, {"error", "ledger", "%d is not balanced by %d after %d rounds", 1}}
	default:
		failed.rate *= s.way.errors
	}
	return []stream{served, failed}
}

// log produces what the services log in [from, to).
func (k *known) log(p *producer, from, to time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	length := to.Sub(from)
	for _, s := range k.all {
		for _, st := range s.streams(to) {
			for n := st.rate * length.Seconds(); n > 0; n-- {
				if k.random.Float64() >= n {
					continue
				}
				at := from.Add(time.Duration(k.random.Int64N(int64(length))))
				text := st.kind + " " + fmt.Sprintf(st.text, p.number(), k.random.IntN(1000), k.random.IntN(1000))
				p.record(cell{s.name, st.level, st.kind}, at, at, "h-"+s.name, text, s.more)
			}
		}
	}
}

// past produces what was logged until now, however long that takes, and returns where it ends.
func (k *known) past(ctx context.Context, p *producer) (time.Time, error) {
	at := time.Now().Add(-knownFor).Truncate(time.Second)
	for ; at.Add(time.Second).Before(time.Now()); at = at.Add(time.Second) {
		if err := ctx.Err(); err != nil {
			return at, err
		}
		k.log(p, at, at.Add(time.Second))
	}
	return at, p.client.Flush(ctx)
}

// run produces what is logged from a time on, until ctx ends.
func (k *known) run(ctx context.Context, p *producer, from time.Time) {
	t := time.NewTicker(100 * time.Millisecond)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			now := time.Now()
			k.log(p, from, now)
			from = now
		}
	}
}
