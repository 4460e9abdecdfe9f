package notifier_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// memory is an outbox in memory with the rules of notifier.Outbox.
type memory struct {
	mu         sync.Mutex
	rows       []*row
	references map[string]string
	newest     map[string]string // references by receiver
	groups     map[string]*plan.Group
	down       bool // every call fails
	doneFails  int  // so many calls of Done fail
	leases     int
	leaseTakes time.Duration // the next answer to Lease comes so late
	now        map[string]detector.Incident
}

type row struct {
	detector.Notification
	due, leased time.Time
	owner       string // of the lease
	state       string // "", done, dead
	cause       string
	doneAt      time.Time
	failing     time.Time
	payload     []byte
}

var errDown = errors.New("the outbox is away")

func (o *memory) put(ns ...detector.Notification) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, n := range ns {
		n.Sequence = int64(len(o.rows) + 1)
		o.rows = append(o.rows, &row{Notification: n, due: n.NotBefore})
	}
}

func (o *memory) Lease(_ context.Context, owner string, now time.Time, limit int, ttl time.Duration, receivers ...string) ([]plan.Notification, error) {
	late := time.Duration(0)
	defer func() { time.Sleep(late) }()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.leases++
	if o.down {
		return nil, errDown
	}
	var out []plan.Notification
	blocked := map[string]bool{}
	for _, r := range o.rows {
		if r.state != "" || !slices.Contains(receivers, r.Receiver) {
			continue
		}
		key := r.Incident.ID + "\x00" + r.Receiver
		if !blocked[key] && !r.due.After(now) && !r.leased.After(now) && len(out) < limit {
			r.leased, r.owner = now.Add(ttl), owner
			r.Attempts++
			late, o.leaseTakes = o.leaseTakes, 0
			out = append(out, plan.Notification{Notification: r.Notification, Thread: r.Incident.ID, Group: o.groups[r.ID], FailingFrom: r.failing, Failure: r.cause})
		}
		blocked[key] = true
	}
	return out, nil
}

func (o *memory) with(id string, fn func(*row)) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.down {
		return errDown
	}
	for _, r := range o.rows {
		if r.ID == id {
			fn(r)
			return nil
		}
	}
	return errors.New("no such notification")
}

func (o *memory) Done(_ context.Context, id, reference, _ string, at time.Time) error {
	o.mu.Lock()
	if o.doneFails > 0 {
		o.doneFails--
		o.mu.Unlock()
		return errDown
	}
	o.mu.Unlock()
	return o.with(id, func(r *row) {
		r.state, r.doneAt = "done", at
		if reference != "" {
			o.references[r.Incident.ID+r.Receiver] = reference
		}
	})
}

func (o *memory) KeepPayload(_ context.Context, id string, payload []byte) error {
	return o.with(id, func(r *row) { r.payload = payload })
}

func (o *memory) Retry(_ context.Context, owner, id string, at time.Time, cause string) error {
	return o.with(id, func(r *row) {
		if r.state == "" && r.owner == owner {
			r.due, r.leased, r.owner, r.cause = at, time.Time{}, "", cause
			if r.failing.IsZero() {
				r.failing = time.Now()
			}
		}
	})
}

func (o *memory) Dead(_ context.Context, owner, id, cause string) error {
	return o.with(id, func(r *row) {
		if r.state == "" && r.owner == owner {
			r.state, r.cause = "dead", cause
		}
	})
}

func (o *memory) Reference(_ context.Context, thread, receiver string) (string, bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.down {
		return "", false, errDown
	}
	ref, ok := o.references[thread+receiver]
	return ref, ok, nil
}

func (o *memory) LastReference(_ context.Context, receiver string) (string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.newest[receiver], nil
}

// Standing gives the newest sent row of each thread whose incident is open in now.
func (o *memory) Standing(_ context.Context, receiver string, _ int) (out []plan.Notification, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range o.rows {
		if in := o.now[r.Incident.ID]; r.Receiver == receiver && r.state == "done" && in.Status == detector.StatusOpen {
			out = append(out, plan.Notification{Notification: r.Notification})
		}
	}
	return out, nil
}

func (o *memory) Incident(_ context.Context, id string) (*detector.Incident, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	in, ok := o.now[id]
	if !ok {
		return nil, errors.New("no such incident")
	}
	return &in, nil
}

func (o *memory) SetReference(_ context.Context, thread, receiver, reference string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.references[thread+receiver] = reference
	return nil
}

func (o *memory) get(id string) row {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range o.rows {
		if r.ID == id {
			return *r
		}
	}
	return row{}
}
