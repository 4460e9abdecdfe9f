package e2e

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/tocsin-io/tocsin/detector"
)

// steady are services that log a line a second, always.
var steady = []kind{{"orders", "info", "request"}, {"search", "warn", "cache"}}

// beat sends the line of a second of each steady service.
func (s *sender) beat(at time.Time) {
	for i, k := range steady {
		s.n++
		text := fmt.Sprintf("%s %d of customer c-%d took %d ms", k.word, s.n, s.random.IntN(1000), s.random.IntN(1000))
		value := fmt.Appendf(nil, `{"time":%q,"level":%q,"service":%q,"host":"h%d","msg":%q}`, at.UTC().Format(time.RFC3339Nano), k.level, k.service, i, text)
		s.produce(k, &kgo.Record{Value: value, Timestamp: at})
	}
}

// TestAwayUnderLoad takes Redis and then Postgres away from a process that knows what is usual, while usual lines flow and
// a crowd of others piles up: the health says what is away and since when, memory stays bounded though the pile is larger,
// and afterwards everything is counted, once, and nothing is paged for what was caught up. A real surge after that is.
func TestAwayUnderLoad(t *testing.T) {
	t.Parallel()
	p := newParts(t, 4)
	redis, postgres := newLink(t, p.redis), newLink(t, p.postgresHost(t))
	through, err := p.through(redis, postgres)
	if err != nil {
		t.Fatal(err)
	}
	const history = 30 * time.Hour
	start := time.Now()
	from := start.Add(-history - time.Minute)
	s := newSender(t, p.kafka, p.topic, seeded(t), nil)
	for at := start.Add(-history); at.Before(start); at = at.Add(time.Second) {
		s.beat(at)
	}
	path := filepath.Join(t.TempDir(), "tocsin.yml")
	if err := os.WriteFile(path, []byte(through.configuration("decode: {lateness: 30s}\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	proc := spawn(t, nil, "run", "--config", path)
	exactly(t, proc.url, from, s.flush(t))

	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		every := time.NewTicker(time.Second)
		defer every.Stop()
		for next := start; ; {
			select {
			case <-ctx.Done():
				return
			case now := <-every.C:
				for ; next.Before(now); next = next.Add(time.Second) { // also those that a busy machine slept through
					s.beat(next)
				}
			}
		}
	}()
	pile := newSender(t, p.kafka, p.topic, seeded(t), nil)
	for _, k := range []struct {
		name string
		link *link
	}{{"Redis", redis}, {"Postgres", postgres}} {
		before, _ := proc.rss()
		cut := time.Now()
		k.link.cut()
		const lines, size = 100_000, 1200 // 120 MB
		for i := range lines {
			pile.line(kind{"pile", "info", "heap"}, fmt.Sprint("h", i%9), "heap "+strings.Repeat("of lines ", size/9))
		}
		pile.flush(t)
		eventually(t, 30*time.Second, k.name+" away in the health", func() (bool, string) {
			var h stores
			err := tryGet(proc.url+"/api/v1/health", &h)
			return err == nil && slices.ContainsFunc(h.Stores, func(o oneStore) bool {
				return o.Name == k.name && o.State == "away" && o.Error != "" && o.Since != nil && o.Since.After(cut.Add(-time.Second)) && o.Since.Before(time.Now().Add(time.Second))
			}), fmt.Sprintf("%v %+v", err, h)
		})
		hold := time.NewTimer(time.Until(cut.Add(12 * time.Second))) // so that a bucket passes without a count
		<-hold.C
		after, _ := proc.rss()
		mended := time.Now()
		k.link.mend()
		eventually(t, 90*time.Second, "the pile counted, once", func() (bool, string) {
			want := pile.flush(t)
			got, err := countedByKind(proc.url, from)
			maps.DeleteFunc(got, func(k kind, _ uint64) bool { return want[k] == 0 })
			return err == nil && maps.Equal(want, got), fmt.Sprintf("%v: counted %v, acknowledged %v", err, sorted(got), sorted(want))
		})
		t.Logf("%s away for %s: RSS %d MB before, %d MB then; caught up within %s", k.name, mended.Sub(cut).Round(time.Second), before, after, time.Since(mended).Round(100*time.Millisecond))
		if after-before > 100 {
			t.Errorf("the memory grew by %d MB while %s was away", after-before, k.name)
		}
	}
	caught := time.Now()
	eventually(t, 150*time.Second, "what was caught up is judged", func() (bool, string) {
		_, until, err := tryCounted(proc.url, from, time.Now())
		return err == nil && until.After(caught.Add(10*time.Second)), fmt.Sprint(until, err)
	})
	list, err := everyIncident(proc.url)
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range list { // a machine that stands still for long may be a silence of the sender; what was caught up would be these
		if rises := []detector.Kind{detector.KindSurge, detector.KindErrorSpike, detector.KindNewError}; in.Page && slices.Contains(rises, in.Kind) {
			t.Errorf("paged: %s %s", in.Kind, in.Title)
		}
	}
	now := time.Now()
	for i := range 6000 {
		pile.line(steady[0], "h0", fmt.Sprintf("request %d of customer c-%d took %d ms", i, i, i))
	}
	eventually(t, 150*time.Second, "a page of a real surge", func() (bool, string) {
		list, err := everyIncident(proc.url)
		return err == nil && slices.ContainsFunc(list, func(in detector.Incident) bool {
			return in.Service == "orders" && in.Kind == detector.KindSurge && in.OpenedAt.After(now.Add(-20*time.Second))
		}), fmt.Sprint(err, list)
	})
	stop()
	<-ended
	want := s.flush(t)
	for k, n := range pile.flush(t) {
		want[k] += n
	}
	exactly(t, proc.url, from, want)
}

func everyIncident(base string) ([]detector.Incident, error) {
	var list struct{ Incidents []detector.Incident }
	err := tryGet(base+"/api/v1/incidents?limit=500", &list)
	return list.Incidents, err
}
