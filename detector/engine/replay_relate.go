package engine

import (
	"maps"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/incident"
	"github.com/tocsin-io/tocsin/detector/wording"
)

// relations are what the store of a live service knows of incidents: which are open, and how they relate.
type relations struct {
	bucket  time.Duration
	open    map[string]detector.Incident
	of      map[string]detector.Relation
	related map[string][]detector.Related
}

func newRelations(bucket time.Duration) relations {
	return relations{
		bucket: bucket, open: make(map[string]detector.Incident), of: make(map[string]detector.Relation), related: make(map[string][]detector.Related),
	}
}

// settle relates the incidents after the changes of one bucket, and returns the changes with what follows from that.
func (r *relations) settle(changes []detector.Change) []detector.Change {
	if len(changes) == 0 {
		return nil
	}
	var now time.Time
	for i := range changes {
		in := changes[i].Incident
		if in.UpdatedAt.After(now) {
			now = in.UpdatedAt
		}
		if len(in.Samples) == 0 {
			was := r.open[in.ID]
			in.Said, in.Names = was.Said, was.Names
		}
		if in.Status == detector.StatusResolved {
			r.apply(in)
			delete(r.open, in.ID)
			continue
		}
		r.open[in.ID] = *in
	}
	open := make([]detector.Incident, 0, len(r.open))
	for _, id := range slices.Sorted(maps.Keys(r.open)) {
		in := r.open[id]
		r.apply(&in)
		open = append(open, in)
	}
	fresh := incident.Relate(open, now, incident.Telling{Bucket: r.bucket})
	touched := make(map[string]bool)
	for _, id := range slices.Sorted(maps.Keys(fresh)) {
		rel, in := fresh[id], r.open[id]
		touched[id] = true
		if rel.To == "" {
			delete(r.of, id)
			continue
		}
		r.of[id] = rel
		touched[rel.To] = true
		r.related[rel.To] = append(r.related[rel.To], detector.Related{
			ID: id, Kind: in.Kind, Service: in.Service, Onset: in.Onset, Why: rel.Why,
		})
	}
	for i := range changes {
		r.apply(changes[i].Incident)
		delete(touched, changes[i].Incident.ID)
	}
	for _, id := range slices.Sorted(maps.Keys(touched)) {
		in := r.open[id]
		in.UpdatedAt = now
		r.apply(&in)
		changes = append(changes, detector.Change{Event: detector.ChangeUpdated, Incident: &in, Quiet: in.ExplainedBy != ""})
	}
	return changes
}

// apply writes into an incident what is known of its relations.
func (r *relations) apply(in *detector.Incident) {
	if rel, ok := r.of[in.ID]; ok && !rel.Link && in.ExplainedBy == "" {
		in.ExplainedBy, in.Page = rel.To, false
	}
	in.Related = r.related[in.ID]
	in.Detail = wording.Detail(in)
}
