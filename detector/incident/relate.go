package incident

import (
	"cmp"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
)

// How near one another the onsets of incidents with a common cause are: where their lines say so, and where only the
// time does, which then takes as many services.
const (
	nearby       = time.Minute
	sameMoment   = 30 * time.Second
	fewServices  = 3
	settleWithin = 5 * time.Second // after its opening its page goes out: what was told is linked, not explained
	earlyWithin  = time.Second     // the same of what is called before its bucket is complete: its page does not wait for others
)

// Relate finds what has a common cause in several services, among the unresolved incidents, at now. The incident that
// was told first stands for those that follow within a minute of its onset and share a name, a text, a host or a
// deployment with it, or name its service, or are the third of a kind to begin at the same moment. What stood already
// when that shows is linked. An incident whose explanation is over while it goes on stands for itself again.
//
// Only what is new is returned. The order of open does not matter, so every replica decides the same.
func Relate(open []detector.Incident, now time.Time, o Telling) map[string]detector.Relation {
	out := make(map[string]detector.Relation)
	stands := make(map[string]*detector.Incident, len(open))
	var pages []*detector.Incident
	for i := range open {
		in := &open[i]
		stands[in.ID] = in
		if in.Severity == detector.SeverityPage && in.Service != "" && joinable(in.Kind) && in.Muted == nil && !in.Silenced {
			pages = append(pages, in)
		}
	}
	naming := named(pages)
	slices.SortFunc(pages, func(a, b *detector.Incident) int {
		return cmp.Or(o.tells(a).Compare(o.tells(b)), cmp.Compare(naming[b.Service], naming[a.Service]),
			cmp.Compare(rank(b.Kind), rank(a.Kind)), a.Onset.Compare(b.Onset), cmp.Compare(a.ID, b.ID))
	})
	stand := newStanding(pages)
	for _, in := range pages {
		if in.ExplainedBy != "" {
			if stands[in.ExplainedBy] == nil && now.Sub(in.UpdatedAt) <= 2*time.Minute {
				out[in.ID] = detector.Relation{}
			}
			continue
		}
		first, why := stand.cause(in)
		late := o.told(in, now)
		if first != nil && (!late || !relatedTo(first, in.ID)) {
			out[in.ID] = detector.Relation{To: first.ID, Why: why, Link: late}
		}
		if first == nil || late {
			stand.add(in)
		}
	}
	return out
}

// Telling is what Relate has to know of when incidents are told.
type Telling struct {
	Bucket time.Duration // width of the buckets that are judged
	Untold []string      // incidents that were called early and wait for this to be settled
}

// Early reports whether an incident was called before its bucket, of this width, was complete: the others are opened at the end of one.
func Early(in *detector.Incident, bucket time.Duration) bool {
	return !in.OpenedAt.Equal(in.OpenedAt.Truncate(bucket))
}

// tells is when an incident can be told of: what is judged with its bucket waits until that is complete and for what may explain it.
func (o *Telling) tells(in *detector.Incident) time.Time {
	if Early(in, o.Bucket) {
		return in.OpenedAt
	}
	return in.OpenedAt.Add(settleWithin)
}

// told reports whether the page of an incident has gone by now.
func (o *Telling) told(in *detector.Incident, now time.Time) bool {
	if slices.Contains(o.Untold, in.ID) {
		return false
	}
	age := now.Sub(in.OpenedAt)
	return age > settleWithin || Early(in, o.Bucket) && age > earlyWithin
}

// oneCause reports whether two incidents may have one cause at all.
func oneCause(a, b *detector.Incident) bool {
	return a.Service != b.Service && a.Environment == b.Environment && a.Onset.Sub(b.Onset).Abs() <= nearby
}

func relatedTo(in *detector.Incident, id string) bool {
	return slices.ContainsFunc(in.Related, func(r detector.Related) bool { return r.ID == id })
}

// named is how many of the incidents name each service, its own aside.
func named(all []*detector.Incident) map[string]int {
	count := make(map[string]int)
	for _, in := range all {
		seen := make(map[string]bool, 2*len(in.Names))
		for _, n := range in.Names {
			for _, service := range services(n) {
				if service != in.Service && !seen[service] {
					seen[service] = true
					count[service]++
				}
			}
		}
	}
	return count
}

// names reports whether the lines of an incident name a service.
func names(in *detector.Incident, service string) bool {
	return slices.ContainsFunc(in.Names, func(n string) bool { return slices.Contains(services(n), service) })
}

// shares says what two incidents have in common beside the time; empty where that is nothing.
func shares(a, b *detector.Incident) string {
	switch {
	case names(b, a.Service):
		return "the lines of " + b.Service + " name " + a.Service
	case names(a, b.Service):
		return "the lines of " + a.Service + " name " + b.Service
	}
	for _, n := range a.Names {
		if slices.Contains(b.Names, n) {
			return "all name " + n
		}
	}
	for _, text := range a.Said {
		if slices.Contains(b.Said, text) && telling(text) {
			return "all log “" + wording.Middle(text, 80) + "”"
		}
	}
	if d := a.Deploy; d != nil && b.Deploy != nil && *d == *b.Deploy {
		return "all began after a new version of " + d.Service
	}
	for _, v := range a.Values {
		if v.Decides() && slices.ContainsFunc(b.Values, func(o detector.FieldValue) bool {
			return o.Field == v.Field && o.Value == v.Value && o.Decides()
		}) {
			return "all have " + v.Field + "=" + v.Value
		}
	}
	return ""
}
