package engine

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/template"
)

func TestDurationsOfBusyTemplatesAreCounted(t *testing.T) {
	backend := rate.NewMemory()
	p := rate.Partition{Topic: "logs"}
	claim, err := backend.Claim(t.Context(), p, 1)
	if err != nil {
		t.Fatal(err)
	}
	learner, err := template.NewLearner(template.Options{}, template.NewAliases())
	if err != nil {
		t.Fatal(err)
	}
	counter := rate.NewCounter(p, 1, claim, backend, rate.CounterOptions{})
	sink := counterSink{counter, time.Now, &durations{counter: counter, learner: learner}, newFieldValues(counter)}
	line := func(i int, message string, fields detector.Fields) {
		at := day.Add(time.Duration(i) * time.Second)
		ev := &detector.Event{Service: "shop", Level: detector.LevelInfo, Message: []byte(message), Fields: fields, Received: at, Bytes: 10}
		learner.Learn(ev)
		sink.Line(at, ev)
	}
	for i := range 60 {
		line(i, fmt.Sprintf("GET /cart done in %d ms", 40+i%3), nil)
		line(i, "order placed", detector.Fields{{Key: "took_us", Value: detector.Value{Kind: detector.KindNumber, Text: []byte("2500")}}})
		line(i, fmt.Sprintf("cart %d has %d items", i, i%5), nil)
		if i%10 == 0 {
			line(i, fmt.Sprintf("rare thing took %d ms", i), nil)
		}
	}
	end := day.Add(2 * time.Minute)
	if err := counter.Flush(t.Context(), rate.Checkpoint{Next: 1, Watermark: end}); err != nil {
		t.Fatal(err)
	}
	reader := rate.NewReader(backend, rate.ReaderOptions{Now: func() time.Time { return end }})
	found := make(map[string]float64)
	for at := day; at.Before(end); at = at.Add(rate.Fine) {
		buckets, err := reader.Bucket(t.Context(), at, rate.AllShards)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range buckets {
			for _, row := range b.Rows {
				if row.Series.Class == detector.ClassSlot {
					median, _ := row.Summary.Quantile(.5)
					found[row.Series.Key] = median
				}
			}
		}
	}
	if len(found) != 2 {
		t.Fatalf("durations of %v, want those of the request and of the order", found)
	}
	for key, ms := range found {
		want := 41.0
		if key == "took_us" {
			want = 2.5
		}
		if math.Abs(ms-want) > .05*want {
			t.Errorf("%s: median %v ms, want %v", key, ms, want)
		}
	}
}

func TestDurationField(t *testing.T) {
	for key, want := range map[string]float64{
		"duration_ms": 1, "took_us": 1e-3, "http.request.duration": 1, "elapsed_seconds": 1e3, "durationMs": 1, "latency": 1,
		"items": 0, "params": 0, "status": 0, "sms": 0, "ms": 0, "": 0, "event.duration_ns": 1e-6,
	} {
		if got := durationField(key); got != want {
			t.Errorf("%q: %v, want %v", key, got, want)
		}
	}
}
