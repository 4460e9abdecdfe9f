package wording

import (
	"slices"
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
	if v := standsOut(in); v != "" {
		parts = append(parts, v)
	}
	if u := unusual(in); u != "" {
		parts = append(parts, u)
	}
	if r := spread(in); r != "" {
		parts = append(parts, r)
	}
	if k := Kept(in); k != "" {
		parts = append(parts, k)
	}
	if in.ExplainedBy != "" {
		parts = append(parts, "Explained by "+ShortID(in.ExplainedBy)+"; nobody was paged.")
	}
	if in.Silenced {
		parts = append(parts, "A silence covers it, so it pages nobody.")
	}
	return strings.Join(parts, " ")
}

// began names the new version that came just before the onset. It says that one came after the other, not that it was
// the cause.
func began(in *detector.Incident) string {
	d := in.Deploy
	if d == nil || d.At.After(in.Onset) {
		return ""
	}
	what := "a new version"
	if service := name(d.Service); service != "" {
		what += " of " + service
	}
	if v := Middle(strings.TrimSpace(Clean(d.Version)), maxName); v != "" {
		what += ", " + v
	}
	if ago := in.Onset.Sub(d.At); ago >= time.Second {
		return "It began " + Duration(ago) + " after " + what + "."
	}
	return "It began with " + what + "."
}

// spread names the other services in which the same began, and what all of them share.
func spread(in *detector.Incident) string {
	if len(in.Related) == 0 {
		return ""
	}
	var services, whys []string
	var apart time.Duration
	for i := range in.Related {
		r := &in.Related[i]
		if s := name(r.Service); s != "" && !slices.Contains(services, s) {
			services = append(services, s)
		}
		if r.Why != "" && !slices.Contains(whys, r.Why) {
			whys = append(whys, r.Why)
		}
		apart = max(apart, r.Onset.Sub(in.Onset).Abs())
	}
	s := "The same began "
	if apart < 2*time.Second {
		s += "at the same moment in "
	} else {
		s += "within " + Duration(apart.Round(time.Second)) + " in "
	}
	s += list(services, maxListed)
	if len(whys) == 1 {
		s += ": " + Middle(Clean(whys[0]), maxReason)
	}
	return full(s)
}

// maxListed is how many names a sentence lists.
const maxListed = 3

// list joins names as a sentence does: a, b and c; a, b and 4 more.
func list(names []string, most int) string {
	if extra := len(names) - most; extra > 0 {
		return strings.Join(names[:most], ", ") + " and " + Count(uint64(extra)) + " more"
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// full ends a text with a full stop.
func full(s string) string {
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "…") {
		return s
	}
	return s + "."
}
