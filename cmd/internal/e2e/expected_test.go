package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
)

// TestReplicasShowTheSameExpected opens the overview on two replicas that share Kafka, Redis and Postgres: each service has what is
// expected of it on both, though each replica judges a part of them, and so has each level of all of them.
func TestReplicasShowTheSameExpected(t *testing.T) {
	t.Parallel()
	p := newParts(t, 4)
	const services = 12
	now := time.Now()
	var lines []detector.Record
	for at := now.Add(-3 * time.Hour); at.Before(now); at = at.Add(10 * time.Second) {
		for n := range services * 3 {
			level := "info"
			if n%9 == 0 && at.Unix()%3 == 0 {
				level = "error"
			}
			lines = append(lines, detector.Record{Time: at, Value: fmt.Appendf(nil, `{"time":%q,"level":%q,"service":"svc-%d","msg":"request %d took %d ms"}`,
				at.UTC().Format(time.RFC3339Nano), level, n%services, n, at.Unix()%90)})
		}
	}
	produceRecords(t, p.kafka, p.topic, lines)
	conf := p.configuration("detection: {start: earliest}\n")
	a, _, _ := startApp(t, conf, "")
	b, _, _ := startApp(t, conf, "")
	eventually(t, 2*time.Minute, "the same expected on both replicas", func() (bool, string) {
		on, other := expectedOn(t, a.URL()), expectedOn(t, b.URL())
		known := 0
		for _, e := range on {
			if strings.Contains(e, "–") && e != "–" {
				known++
			}
		}
		shared := shardsOf(t, a.URL()) > 0 && shardsOf(t, b.URL()) > 0
		return shared && known == services+2 && cmp.Equal(on, other), fmt.Sprintf("shared: %v, %d known of %v\n%s", shared, known, on, cmp.Diff(on, other))
	})
}

var (
	serviceCells = regexp.MustCompile(`(?s)<a class="row svc" href="[^"]*">(svc-\d+)</a>.*?<td class="num dim skipsmall">([^<]*)</td>`)
	levelCells   = regexp.MustCompile(`>of ([^<]*)</text>`)
)

// expectedOn is what the overview says is expected of each service, and of each level by its place.
func expectedOn(t *testing.T, url string) map[string]string {
	t.Helper()
	body, out := page(t, url+"/"), map[string]string{}
	for _, m := range serviceCells.FindAllStringSubmatch(body, -1) {
		out[m[1]] = m[2]
	}
	for n, m := range levelCells.FindAllStringSubmatch(body, -1) {
		out[fmt.Sprint("level ", n)] = m[1]
	}
	return out
}

// shardsOf is how many shards a replica judges.
func shardsOf(t *testing.T, url string) (n int) {
	t.Helper()
	_, rest, _ := strings.Cut(page(t, url+"/metrics"), "\ntocsin_shards ")
	if _, err := fmt.Sscan(rest, &n); err != nil {
		t.Fatalf("the metrics tell no shards: %v", err)
	}
	return n
}
