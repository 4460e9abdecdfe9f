package e2e

import (
	"context"
	be "encoding/binary"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

// alone runs tocsin on one machine with a rule that pages for each host that breaks.
func alone(t *testing.T, data, broker, partitions string) *process {
	t.Helper()
	dir := t.TempDir()
	conf := fmt.Sprintf("listen: 127.0.0.1:0\ndata: %s\nembedded: {listen: %q, partitions: %s}\nrules: {files: [rules.yml]}\n", data, broker, partitions)
	rules := "version: 1\nrules:\n  - name: broken-host\n    when: service == \"planted\"\n    by: [host]\n    window: 5m\n    if: value > 20\n    severity: page\n"
	for name, text := range map[string]string{"tocsin.yml": conf, "rules.yml": rules} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return spawn(t, nil, "run", "--config", filepath.Join(dir, "tocsin.yml"))
}

// ofKind are the incidents of a kind.
func ofKind(base, kind string) ([]detector.Incident, error) {
	var list struct{ Incidents []detector.Incident }
	err := tryGet(base+"/api/v1/incidents?"+url.Values{"kind": {kind}, "limit": {"500"}}.Encode(), &list)
	return list.Incidents, err
}

// TestKilledAtRandom kills the process in random moments while a producer sends and sends again what was not
// acknowledged: in the end every acknowledged line is counted once, and what was planted is one incident each.
func TestKilledAtRandom(t *testing.T) {
	t.Parallel()
	data, broker, random := t.TempDir(), testkit.Address(t), seeded(t)
	from := time.Now().Add(-time.Minute)
	waits := rand.New(rand.NewPCG(random.Uint64(), 1)) // the sender draws from random meanwhile
	const rounds = 6
	var s *sender
	ctx, stop := context.WithCancel(t.Context())
	ran := make(chan struct{})
	for range rounds {
		p := alone(t, data, broker, "3")
		if s == nil {
			s = newSender(t, broker, "logs", random, nil)
			go func() { defer close(ran); s.run(ctx) }()
		}
		moment := time.NewTimer(time.Duration(waits.IntN(1000)) * time.Millisecond)
		<-moment.C
		p.kill()
	}
	stop()
	<-ran
	p := alone(t, data, broker, "3")
	for i := range rounds {
		for range 30 {
			s.line(kind{"planted", "error", "broken"}, fmt.Sprint("host-", i), "broken pipe")
		}
	}
	want := s.flush(t)
	exactly(t, p.url, from, want)
	p.kill()
	p = alone(t, data, broker, "3")
	exactly(t, p.url, from, want)
	once := func() (bool, string) {
		list, err := ofKind(p.url, "rule")
		titles := make(map[string]int)
		for _, in := range list {
			titles[in.Title]++
		}
		return err == nil && len(list) == rounds && len(titles) == rounds, fmt.Sprint(err, titles)
	}
	eventually(t, 60*time.Second, "an incident for each planted host, once", once)
	if losses, err := ofKind(p.url, "loss"); err != nil || len(losses) > 0 {
		t.Errorf("a loss was told where none was: %v %+v", err, losses)
	}
}

// cutTails takes the newest batches of each partition's newest segment away, as a power loss does to what was not
// written through: cut off, in the middle of a batch, or there and garbled. It returns how many records that were.
func cutTails(t *testing.T, data string, how string) (records uint64) {
	t.Helper()
	dirs, err := filepath.Glob(filepath.Join(data, "broker", "log", "partitions", "logs-*"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no partitions: %v", err)
	}
	for _, dir := range dirs {
		path := newestSegment(t, dir)
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var starts []int
		for at := 0; at+61 <= len(raw); at += 12 + int(be.BigEndian.Uint32(raw[at+8:])) {
			starts = append(starts, at)
		}
		if len(starts) == 0 {
			continue // nothing was sent there since the segment began
		}
		from := starts[len(starts)/2] // half of its batches are lost
		for _, at := range starts[len(starts)/2:] {
			records += uint64(be.BigEndian.Uint32(raw[at+57:]))
		}
		switch how {
		case "cut":
			raw = raw[:from]
		case "torn":
			raw = raw[:from+40]
		case "garbled":
			for i := from + 30; i < len(raw); i += 7 {
				raw[i] ^= 0x55
			}
		}
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return records
}

func newestSegment(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.dat"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has no segment: %v", dir, err)
	}
	return slices.MaxFunc(files, func(a, b string) int { return int(baseOf(t, a) - baseOf(t, b)) })
}

func baseOf(t *testing.T, path string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(strings.TrimSuffix(filepath.Base(path), ".dat"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestPowerLoss loses the newest part of the broker's log, which is counted already. A producer sends at once when it is
// up again, so that the offsets are used again: what was counted stays, what comes is counted, and the loss is told.
func TestPowerLoss(t *testing.T) {
	t.Parallel()
	data, broker, random := t.TempDir(), testkit.Address(t), seeded(t)
	from := time.Now().Add(-time.Minute)
	p := alone(t, data, broker, "3")
	var want map[kind]uint64
	lost := uint64(0)
	for _, how := range []string{"cut", "torn", "garbled"} {
		s := newSender(t, broker, "logs", random, want, kgo.RecordPartitioner(kgo.RoundRobinPartitioner()))
		for range 20 {
			s.send(200)
			want = s.flush(t)
		}
		exactly(t, p.url, from, want)
		p.kill()
		lost += cutTails(t, data, how)
		next := newSender(t, broker, "logs", random, want, kgo.RecordPartitioner(kgo.RoundRobinPartitioner()))
		next.send(9000) // more than were lost, waiting for the broker
		p = alone(t, data, broker, "3")
		want = next.flush(t)
		exactly(t, p.url, from, want)
	}
	eventually(t, 60*time.Second, fmt.Sprint("incidents that tell of ", lost, " lost records"), func() (bool, string) {
		list, err := ofKind(p.url, "loss")
		told := uint64(0)
		for _, in := range list {
			told += uint64(in.Lines)
		}
		return err == nil && told == lost, fmt.Sprint(err, told, list)
	})
}
