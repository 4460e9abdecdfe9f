package sketch

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRunsOfOffsetsAreOneSpan(t *testing.T) {
	var p Places
	at := time.Unix(1000, 0).UTC()
	for i, o := range []int64{7, 3, 4, 9, 8, 3, 100} {
		p.Add("logs", 2, o, at.Add(time.Duration(i)*time.Second), fmt.Sprint("h", i%2), "")
	}
	p.Add("logs", 1, 5, at.Add(-time.Minute), "", "0a0b0c0d")
	p.Add("audit", 2, 5, at, "h0", "0a0b0c0d")
	want := Places{
		Spans: []Span{
			{"audit", 2, 5, 5, 1},
			{"logs", 1, 5, 5, 1},
			{"logs", 2, 3, 4, 3},
			{"logs", 2, 7, 9, 3},
			{"logs", 2, 100, 100, 1},
		},
		Hosts: []string{"h0", "h1"}, Fingerprints: []string{"0a0b0c0d"},
		First: at.Add(-time.Minute), Last: at.Add(6 * time.Second),
	}
	if d := cmp.Diff(want, p); d != "" {
		t.Error(d)
	}
}

// TestPlacesHoldEveryLine adds random lines to several Places, merges them in any order through their stored form, and
// asks that every line lies in a span, that counts add up to the lines, and that bounds hold.
func TestPlacesHoldEveryLine(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 11))
	for round := range 60 {
		type line struct {
			partition int
			offset    int64
		}
		partitions := 1 + random.IntN(200)
		reach := int64(1 + random.IntN(5000))
		parts := make([]*Summary, 1+random.IntN(5))
		for i := range parts {
			parts[i] = New(Located)
		}
		var lines []line
		for range random.IntN(2000) {
			l := line{random.IntN(partitions), random.Int64N(reach)}
			lines = append(lines, l)
			parts[random.IntN(len(parts))].Places.Add("logs", l.partition, l.offset, time.Unix(l.offset, 0), fmt.Sprint(random.IntN(1000)), fmt.Sprint(random.IntN(100)))
		}
		sum := New(Located)
		for _, part := range parts {
			data, err := part.AppendBinary(nil)
			if err != nil {
				t.Fatal(err)
			}
			stored, n, err := Decode(data)
			if err != nil || n != len(data) {
				t.Fatalf("round %d: %d of %d bytes: %v", round, n, len(data), err)
			}
			if err := sum.Merge(stored); err != nil {
				t.Fatal(err)
			}
		}
		p := sum.Places
		if len(p.Spans) > max(MaxSpans, partitions) || len(p.Hosts) > MaxHosts || len(p.Fingerprints) > MaxFingerprints {
			t.Fatalf("round %d: %d spans over %d partitions, %d hosts, %d fingerprints", round, len(p.Spans), partitions, len(p.Hosts), len(p.Fingerprints))
		}
		var total uint64
		for i, s := range p.Spans {
			total += s.Lines
			if i > 0 && (compareSpans(p.Spans[i-1], s) >= 0 || touch(p.Spans[i-1], s)) {
				t.Fatalf("round %d: %+v, then %+v", round, p.Spans[i-1], s)
			}
		}
		if total != uint64(len(lines)) {
			t.Fatalf("round %d: %d lines counted of %d", round, total, len(lines))
		}
		for _, l := range lines {
			in := 0
			for _, s := range p.Spans {
				if s.Partition == l.partition && s.From <= l.offset && l.offset <= s.To {
					in++
				}
			}
			if in != 1 {
				t.Fatalf("round %d: offset %d of partition %d lies in %d spans", round, l.offset, l.partition, in)
			}
		}
	}
}

func BenchmarkPlacesAdd(b *testing.B) {
	var p Places
	at := time.Unix(0, 0)
	b.ReportAllocs()
	for i := range b.N {
		p.Add("logs", i%4, int64(i*17), at, "host-1", "0a0b0c0d")
	}
}
