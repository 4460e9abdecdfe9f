package engine

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

func TestSamplesEndWithAWholeCharacter(t *testing.T) {
	for pad := range utf8.UTFMax {
		message := strings.Repeat("x", pad) + strings.Repeat("😀", rate.MaxSampleText)
		s := sampleOf(time.Unix(0, 0), &detector.Event{Message: []byte(message)})
		if !utf8.ValidString(s.Text) || !strings.HasPrefix(message, s.Text) || len(s.Text) <= rate.MaxSampleText-utf8.UTFMax || len(s.Text) > rate.MaxSampleText {
			t.Errorf("after %d letters: %d bytes, ending in %q", pad, len(s.Text), s.Text[len(s.Text)-8:])
		}
	}
}

// What lines of one kind are counted together keeps a sample for each of its series, as those do that are counted one by one.
func TestTalliedLinesAreSampled(t *testing.T) {
	backend, id := rate.NewMemory(), rate.Partition{Topic: "logs"}
	claim, err := backend.Claim(t.Context(), id, 1)
	if err != nil {
		t.Fatal(err)
	}
	c := rate.NewCounter(id, 1, claim, backend, rate.CounterOptions{})
	rule := func(name string) detector.Series { return detector.Series{Class: detector.ClassRule, Name: name} }
	tally := counterSink{c: c}.Tally([]detector.Hit{{Series: rule("a")}, {Series: rule("b"), HasNumber: true, Summary: true}, {Series: rule("whole"), Whole: true, Summary: true}})
	for _, message := range []string{"the first", "the second"} {
		tally.Line(&detector.Event{Time: day, Message: []byte(message), Bytes: 10})
		tally.Number(1, 5)
	}
	if err := c.Flush(t.Context(), rate.Checkpoint{Next: 2}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"a": 1, "b": 1, "whole": 0} {
		got, err := rate.NewReader(backend, rate.ReaderOptions{Now: time.Now}).Samples(t.Context(), rate.Query{Match: func(s detector.Series) bool { return s.Name == name }})
		if err != nil || len(got) != want || want > 0 && got[0].Text != "the first" {
			t.Errorf("rule %s has the samples %v (%v), want %d", name, got, err, want)
		}
	}
}
