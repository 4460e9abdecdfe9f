package source

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/segmentio/kafka-go"

	"github.com/tocsin-io/tocsin/detector"
)

func TestOptionsAreChecked(t *testing.T) {
	good := Options{Brokers: []string{"a:1"}, Topics: []string{"logs"}, Group: "g"}
	for want, change := range map[string]func(*Options){
		"no brokers":                   func(o *Options) { o.Brokers = nil },
		"neither topics nor a pattern": func(o *Options) { o.Topics = nil },
		"no consumer group":            func(o *Options) { o.Group = "" },
		`mechanism "GSSAPI"`:           func(o *Options) { o.SASL = &SASL{Mechanism: "GSSAPI"} },
	} {
		o := good
		change(&o)
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q in it", err, want)
		}
	}
	good.Topics, good.Pattern = nil, regexp.MustCompile("^logs")
	if _, err := New(good); err != nil {
		t.Errorf("a pattern without topics: %v", err)
	}
}

func TestBalancerIsEven(t *testing.T) {
	for members := 1; members <= 5; members++ {
		for topics := 1; topics <= 4; topics++ {
			var ms []kafka.GroupMember
			var ps []kafka.Partition
			var names []string
			for i := range topics {
				names = append(names, fmt.Sprint("t", i))
				for id := range 3 {
					ps = append(ps, kafka.Partition{Topic: names[i], ID: id})
				}
			}
			for i := range members {
				ms = append(ms, kafka.GroupMember{ID: fmt.Sprint("m", i), Topics: names})
			}
			seen := make(map[string]string)
			var loads []int
			for member, assigned := range (evenBalancer{}).AssignGroups(ms, ps) {
				n := 0
				for topic, ids := range assigned {
					for _, id := range ids {
						seen[fmt.Sprint(topic, "/", id)] = member
						n++
					}
				}
				loads = append(loads, n)
			}
			if len(seen) != len(ps) || len(loads) != members || slices.Max(loads)-slices.Min(loads) > 1 {
				t.Errorf("%d members, %d partitions: %d assigned, loads %v", members, len(ps), len(seen), loads)
			}
		}
	}
}

func TestBalancerKeepsToSubscriptions(t *testing.T) {
	got := evenBalancer{}.AssignGroups(
		[]kafka.GroupMember{{ID: "a", Topics: []string{"x"}}, {ID: "b", Topics: []string{"x", "y"}}},
		[]kafka.Partition{{Topic: "x"}, {Topic: "y"}, {Topic: "y", ID: 1}, {Topic: "z"}},
	)
	want := kafka.GroupMemberAssignments{"a": {"x": {0}}, "b": {"y": {0, 1}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWriteErrorIsShort(t *testing.T) {
	all := make(kafka.WriteErrors, 5000)
	for i := range all {
		if i%5 != 0 {
			all[i] = kafka.NotLeaderForPartition
		}
	}
	all[1] = errors.New("cut")
	err := summarise(all, len(all))
	var w *WriteError
	if !errors.As(err, &w) || w.Failed != 4000 || len(w.Causes) != 2 || w.At[0] || !w.At[1] {
		t.Fatalf("%+v", err)
	}
	if len(err.Error()) > 400 || !strings.Contains(err.Error(), "4000 of 5000") {
		t.Errorf("the error has %d characters: %s", len(err.Error()), err)
	}
	if err := summarise(nil, 3); err != nil {
		t.Error(err)
	}
	if err := summarise(context.DeadlineExceeded, 3); !errors.As(err, &w) || w.Failed != 3 {
		t.Errorf("%v", err)
	}
}

func TestWalkGoesByOffset(t *testing.T) {
	b := Batch{
		Records: []detector.Record{{Offset: 10}, {Offset: 14}},
		Gaps:    []Gap{{From: 8, To: 10}, {From: 11, To: 14}, {From: 15, To: 20}},
	}
	var got []string
	err := b.Walk(
		func(r *detector.Record) error { got = append(got, fmt.Sprint("record ", r.Offset)); return nil },
		func(g Gap) error { got = append(got, fmt.Sprint("gap ", g.From)); return nil },
	)
	want := []string{"gap 8", "record 10", "gap 11", "record 14", "gap 15"}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	stop := errors.New("stop")
	if err := b.Walk(func(*detector.Record) error { return stop }, func(Gap) error { return nil }); !errors.Is(err, stop) {
		t.Errorf("Walk: %v, want the record's error", err)
	}
}

// TestBombIsDefused decompresses what grows beyond any real record batch.
func TestBombIsDefused(t *testing.T) {
	var small bytes.Buffer
	z := gzip.NewWriter(&small)
	chunk := make([]byte, 1<<20)
	for range maxUnzipped>>20 + 2 {
		if _, err := z.Write(chunk); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	var u unzipper
	dst, err := u.append([]byte("before"), int8(kafka.Gzip), small.Bytes())
	if err == nil || !strings.Contains(err.Error(), "larger than") || string(dst) != "before" {
		t.Errorf("%d bytes, %v; want an error and nothing appended", len(dst), err)
	}
}

// Whoever waits to ask a broker, while another's question is on its way to one that does not answer, gives up when its
// partition goes to another member.
func TestAskWaitsNoLongerThanItsContext(t *testing.T) {
	c, err := newClient(Options{Brokers: []string{"127.0.0.1:1"}, Topics: []string{"logs"}, Group: "g"}.withDefaults())
	if err != nil {
		t.Fatal(err)
	}
	c.lock <- struct{}{}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := c.metadata(ctx, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, want the context's error", err)
	}
}

func TestBackoff(t *testing.T) {
	var b backoff
	now := time.Unix(0, 0)
	var waits []time.Duration
	for range 8 {
		b.failed(now)
		waits = append(waits, b.wait(now))
	}
	if waits[0] != leastBackoff || waits[1] != 2*leastBackoff || waits[7] != mostBackoff {
		t.Errorf("waits %v", waits)
	}
	if b.reset(); b.wait(now) > 0 {
		t.Errorf("wait after reset: %v", b.wait(now))
	}
}
