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
