package wording

import (
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

const maxReason = 200

// Detail is the second line without its times of day: why, what came just before, and what explains it. Empty where
// nothing is known.
func Detail(in *detector.Incident) string {
	var parts []string
	if r := strings.TrimSpace(Clean(in.Reason)); r != "" {
		parts = append(parts, full(End(r, maxReason)))
	}
	if b := began(in); b != "" {
		parts = append(parts, b)
	}
	if in.ExplainedBy != "" {
		parts = append(parts, "Explained by "+ShortID(in.ExplainedBy)+"; nobody was paged.")
	}
	if in.Silenced {
		parts = append(parts, "A silence covers it; nobody was paged.")
	}
	return strings.Join(parts, " ")
}

// beforeOnset is how long before the onset a new version is still worth naming.
const beforeOnset = 30 * time.Minute

// began names the last new version before the onset. It says that one came after the other, not that it was the cause.
func began(in *detector.Incident) string {
	var last *detector.Entry
	for i := range in.Timeline {
		e := &in.Timeline[i]
		if e.Kind != detector.EntryDeploy || e.At.After(in.Onset) || in.Onset.Sub(e.At) > beforeOnset {
			continue
		}
		if last == nil || e.At.After(last.At) {
			last = e
		}
	}
	if last == nil {
		return ""
	}
	what := Middle(strings.TrimSpace(Clean(last.Text)), maxName)
	if service, version, ok := strings.Cut(what, " "); ok && !strings.Contains(version, " ") {
		what = "a new version of " + service + ", " + version
	} else if what == "" {
		what = "a new version"
	}
	return "It began " + Duration(in.Onset.Sub(last.At)) + " after " + what + "."
}

// full ends a text with a full stop.
func full(s string) string {
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "…") {
		return s
	}
	return s + "."
}
