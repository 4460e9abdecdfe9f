package engine

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// tally is where a test counts field values.
type tally struct {
	series []detector.Series
	counts map[detector.Series]uint64
}

func (t *tally) FieldValue(s detector.Series) rate.Ref {
	for i := range t.series {
		if t.series[i] == s {
			return rate.Ref(i)
		}
	}
	t.series = append(t.series, s)
	return rate.Ref(len(t.series) - 1)
}

func (t *tally) Again(ref rate.Ref, _ time.Time, lines uint64) { t.counts[t.series[ref]] += lines }

func (t *tally) of(errors bool, key, value string) uint64 {
	s := detector.Series{Class: detector.ClassField, Service: "a", Name: key, Key: value}
	if errors {
		s.Level = detector.LevelError
	}
	return t.counts[s]
}

func text(key, value string) detector.Field {
	return detector.Field{Key: key, Value: detector.Value{Kind: detector.KindString, Text: []byte(value)}}
}

func TestFieldValuesAreCounted(t *testing.T) {
	sum := &tally{counts: make(map[detector.Series]uint64)}
	f := newFieldValues(sum)
	r := rand.New(rand.NewPCG(1, 2))
	const lines = 20_000
	true80, errors := 0, 0
	for i := range lines {
		ev := &detector.Event{Service: "a", Host: fmt.Sprint("web-", i%4), Level: detector.LevelInfo}
		customer := fmt.Sprint("c", r.IntN(5000))
		if r.IntN(10) < 8 {
			customer = "acme"
			true80++
		}
		if i%1000 == 999 {
			ev.Level = detector.LevelError
			errors++
		}
		ev.Position.Offset = int64(i)
		ev.Fields = detector.Fields{
			text("customer", customer), text("request", fmt.Sprintf("%016x", r.Uint64())),
			{Key: "status", Value: detector.Value{Kind: detector.KindNumber, Text: []byte(fmt.Sprint(200 + i%2*300))}},
			{Key: "took_ms", Value: detector.Value{Kind: detector.KindNumber, Text: []byte("7")}},
			text("note", "<redacted:password>"),
		}
		ref := rate.Ref(0)
		if ev.Level == detector.LevelError {
			ref = 1
		}
		f.line(ref, day.Add(time.Duration(i)*10*time.Millisecond), ev) // 1,000 lines a bucket
	}
	near := func(what string, got uint64, want float64) {
		if float64(got) < .93*want || float64(got) > 1.07*want {
			t.Errorf("%s: %d lines, want about %.0f", what, got, want)
		}
	}
	rest := float64(lines - errors)
	near("a host of four", sum.of(false, "host", "web-2"), rest/4)
	near("a status of two", sum.of(false, "status", "500"), rest/2)
	near("a customer among thousands", sum.of(false, "customer", "acme"), float64(true80)*rest/lines)
	if got := sum.of(true, "host", "web-3"); got < uint64(errors-1) { // the first is only known to repeat with the second
		t.Errorf("%d errors of web-3 are counted, want all %d: they are few", got, errors)
	}
	for s := range sum.counts {
		if s.Name == "request" && s.Key != rate.Other || s.Name == "took_ms" || s.Name == "note" {
			t.Errorf("counted %s=%s", s.Name, s.Key)
		}
	}
	if n := len(sum.series); n > 120 {
		t.Errorf("%d series", n)
	}
}

// A value that becomes frequent is followed although many others came before it.
func TestANewFrequentValueIsFollowed(t *testing.T) {
	sum := &tally{counts: make(map[detector.Series]uint64)}
	f := newFieldValues(sum)
	for i := range 4000 {
		v := fmt.Sprint("v", i%20)
		if i >= 2000 && i%2 == 0 {
			v = "new"
		}
		f.line(0, day.Add(time.Duration(i)*time.Second), &detector.Event{Service: "a", Fields: detector.Fields{text("version", v), text("x", fmt.Sprint(i%40))}})
	}
	if got := sum.of(false, "version", "new"); got < 990 {
		t.Errorf("%d of 1,000 lines of the new value are counted", got)
	}
}

func TestRoomForFieldValuesIsBounded(t *testing.T) {
	id := rate.Partition{Topic: "logs"}
	backend := rate.NewMemory()
	claim, err := backend.Claim(context.Background(), id, 1)
	if err != nil {
		t.Fatal(err)
	}
	c := rate.NewCounter(id, 1, claim, backend, rate.CounterOptions{MaxSeries: 1000})
	f := newFieldValues(c)
	for i := range 20_000 {
		ev := &detector.Event{Service: fmt.Sprint("s", i%40), Host: fmt.Sprint("pod-", i/30)}
		for k := range 30 {
			ev.Fields = append(ev.Fields, text(fmt.Sprint("k", k), fmt.Sprint(i/100)))
		}
		f.line(rate.Ref(i%40), day.Add(time.Duration(i)*50*time.Millisecond), ev)
	}
	if n := c.Stats().Series; n > 251 {
		t.Errorf("%d series of 1,000, want a quarter at most", n)
	}
}

func BenchmarkFieldValues(b *testing.B) {
	id := rate.Partition{Topic: "logs"}
	backend := rate.NewMemory()
	claim, err := backend.Claim(context.Background(), id, 1)
	if err != nil {
		b.Fatal(err)
	}
	c := rate.NewCounter(id, 1, claim, backend, rate.CounterOptions{})
	events := make([]detector.Event, 4096)
	for i := range events {
		events[i] = detector.Event{
			Service: []string{"a", "b", "c"}[i%3], Host: []string{"web-1", "web-2"}[i%2], Position: detector.Position{Offset: int64(i)},
			Fields: detector.Fields{text("method", "GET"), text("path", fmt.Sprint("/api/", i%9)), text("zone", "eu-1"), text("trace", fmt.Sprintf("%032x", i)), text("version", "2.41.0")},
		}
	}
	for name, perBucket := range map[string]int{"quiet": 10, "usual": 300, "flood": 100_000} {
		b.Run(name, func(b *testing.B) {
			f := newFieldValues(c)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				at := day.Add(time.Duration(i/perBucket/3%8) * 10 * time.Second)
				f.line(rate.Ref(i%3), at, &events[i%len(events)])
				i++
			}
		})
	}
}
