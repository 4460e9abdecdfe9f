package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// samplesExpire: the text of a line does not outlast its time because nothing else of its series is logged.
func samplesExpire(t *testing.T, s *suite) {
	counts, p := s.Counts(), rate.Partition{Topic: "samples"}
	if _, err := counts.Claim(s.ctx, p, 1); err != nil {
		t.Fatal(err)
	}
	series := make([]detector.Series, 700) // more than one step of Expire removes
	sets := make([]rate.SampleSet, len(series))
	for i := range series {
		series[i] = detector.Series{Class: detector.ClassLine, Service: "a", Shape: detector.ShapeID(i + 1)}
		sets[i] = rate.SampleSet{Series: i, Data: rate.AppendSamples(nil, []detector.Sample{{Time: noon, Text: "a customer's line"}})}
	}
	write := func(f rate.Flush) {
		t.Helper()
		if err := counts.Write(s.ctx, p, 1, f); err != nil {
			t.Fatal(err)
		}
	}
	write(rate.Flush{Sequence: 1, NewSeries: series, Samples: sets})
	s.clock.add(10 * 24 * time.Hour)
	write(rate.Flush{Sequence: 2, First: len(series), Samples: sets[:2]})
	for _, step := range []struct {
		later time.Duration
		want  []int
	}{
		{4 * 24 * time.Hour, []int{0, 1, 2, 699}},
		{2 * 24 * time.Hour, []int{0, 1}},
		{10 * 24 * time.Hour, nil},
	} {
		s.clock.add(step.later)
		if err := counts.Expire(s.ctx, noon, noon); err != nil {
			t.Fatal(err)
		}
		kept, err := counts.Samples(s.ctx, p, []int{0, 1, 2, 699})
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, set := range kept {
			got = append(got, set.Series)
		}
		if slices.Sort(got); !slices.Equal(got, step.want) {
			t.Errorf("%v later there are samples of %v, want %v", step.later, got, step.want)
		}
	}
}
