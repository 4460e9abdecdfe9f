package compose

import (
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
)

const (
	maxLines = 3
	maxLine  = 160
)

// Lines picks up to three redacted lines, one of the hidden error first, each cut in its middle, with time in loc (nil:
// UTC), level and host before it.
func Lines(in *detector.Incident, loc *time.Location) []string {
	if loc == nil {
		loc = time.UTC
	}
	var out []string
	for _, s := range pick(in) {
		text := strings.TrimSpace(wording.Clean(s.Text))
		if text == "" {
			continue
		}
		var head []string
		if !s.Time.IsZero() {
			head = append(head, s.Time.In(loc).Format("15:04:05"))
		}
		if s.Level != detector.LevelNone {
			head = append(head, s.Level.String())
		}
		if s.Host != "" {
			head = append(head, wording.Middle(wording.Clean(s.Host), 40))
		}
		out = append(out, strings.Join(append(head, wording.Middle(text, maxLine)), " "))
	}
	return out
}

func pick(in *detector.Incident) []detector.Sample {
	var picked []detector.Sample
	if in.Hidden != nil && in.Hidden.Template != "" {
		for _, s := range in.Samples {
			if s.Template == in.Hidden.Template {
				picked = append(picked, s)
				break
			}
		}
	}
	for _, s := range in.Samples {
		if len(picked) == maxLines {
			break
		}
		if !contains(picked, s) {
			picked = append(picked, s)
		}
	}
	return picked
}

func contains(picked []detector.Sample, s detector.Sample) bool {
	for _, p := range picked {
		if p.Position == s.Position && p.Text == s.Text && p.Time.Equal(s.Time) {
			return true
		}
	}
	return false
}
