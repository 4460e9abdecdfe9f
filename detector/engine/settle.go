package engine

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/incident"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// settleWithin is how long pages wait to be settled at most, see incident.Relate: after that they have gone.
const settleWithin = 5 * time.Second

// settleEvery is how often it is looked whether an incident stands for itself again, while nothing opens.
const settleEvery = 10 * time.Second

// settling is what is known of changes over which was not settled yet.
type settling struct {
	due  bool // something that pages was opened
	any  bool // something changed
	now  time.Time
	last time.Time

	until time.Time // pages wait for every shard to be judged to it; zero: none do
	since time.Time // the last of them was opened, by the clock
	early []string  // incidents that pages wait of until it is settled once
}

func (s *settling) note(changes []detector.Change) {
	for i := range changes {
		in := changes[i].Incident
		s.any = true
		if in.UpdatedAt.After(s.now) {
			s.now = in.UpdatedAt
		}
		if e := changes[i].Event; in.Page && (e == detector.ChangeOpened || e == detector.ChangeReopened) {
			s.due, s.until = true, laterOf(s.until, in.UpdatedAt)
			if e == detector.ChangeOpened && incident.Early(in, rate.Fine) {
				s.early = append(s.early, in.ID)
			}
		}
	}
}

// settle decides with the other replicas which incidents of several services have one cause. Pages of detectors wait
// for it until all shards have judged what decided them, some seconds at most; what was called before its bucket was complete waits for none:
// it is held against what is open now, and goes.
func (v *evaluator) settle(ctx context.Context, complete time.Time) error {
	s := &v.settling
	at := v.e.clock()
	if err := v.await(ctx, at); err != nil {
		return err
	}
	if !s.due && (!s.any || !passed(at, s.last, settleEvery)) {
		return nil
	}
	if complete.After(s.now) {
		s.now = complete
	}
	err := v.e.ledger.Settle(ctx, s.early, func(open []detector.Incident) map[string]detector.Relation {
		return incident.Relate(open, s.now, incident.Telling{Bucket: rate.Fine, Untold: s.early})
	})
	v.e.health.told("store", evaluation, err)
	if err != nil {
		return err
	}
	s.due, s.any, s.last, s.early = false, false, at, nil
	return nil
}

// await lets it be settled once more when all shards have judged what opened pages that wait.
func (v *evaluator) await(ctx context.Context, at time.Time) error {
	s := &v.settling
	switch {
	case s.until.IsZero():
		return nil
	case s.due: // just opened
		s.since = at
	case passed(at, s.since, settleWithin):
		s.until = time.Time{}
		return nil
	}
	judged, err := v.e.ledger.Evaluated(ctx)
	v.e.health.told("store", evaluation, err)
	if err == nil && !judged.Before(s.until) {
		s.due, s.until = true, time.Time{}
	}
	return err
}

// What came before: a new version of the service itself, and one of another service, which is likelier by chance.
const (
	deployBefore      = 30 * time.Minute
	otherDeployBefore = 5 * time.Minute
	maxDeploys        = 1000
)

// deployOf is the last new version before the onset of an incident; nil without one.
func deployOf(in *detector.Incident, deploys []detector.Deploy) *detector.Deploy {
	var best *detector.Deploy
	for i := range deploys {
		d := &deploys[i]
		limit := otherDeployBefore
		if d.Service == in.Service {
			limit = deployBefore
		}
		ago := in.Onset.Sub(d.At)
		if ago < 0 || ago > limit || in.Service == "" {
			continue
		}
		if best == nil || (d.Service == in.Service) && (best.Service != in.Service || d.At.After(best.At)) ||
			best.Service != in.Service && d.At.After(best.At) {
			best = d
		}
	}
	if best == nil {
		return nil
	}
	d := *best
	return &d
}

// deployed notes deployments that were told, for the incidents that follow.
func (v *evaluator) deployed(fresh []detector.Deploy, now time.Time) {
	kept := v.recent[:0]
	for _, d := range v.recent {
		if now.Sub(d.At) < 2*deployBefore {
			kept = append(kept, d)
		}
	}
	for _, d := range fresh {
		known := false
		for _, k := range kept {
			known = known || k == d
		}
		if !known && len(kept) < maxDeploys {
			kept = append(kept, d)
		}
	}
	v.recent = kept
}
