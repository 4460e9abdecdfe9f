package notifier

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// Router decides who is told of a change. The same change under the same routes gives the same receivers. Safe for
// concurrent use.
type Router struct {
	table atomic.Pointer[table]
	o     RouterOptions
}

// RouterOptions may be left zero.
type RouterOptions struct {
	// Settle is how long pages of detectors wait before they are sent, so that what another incident explains can be
	// taken back; pages of rules and of secrets do not wait. Default: no wait. Needs Now.
	Settle time.Duration
	// Now is the clock. Routes that keep state need it too.
	Now func() time.Time
}

// table is one loaded set of routes.
type table struct {
	routes    []route
	receivers map[string]bool
}

// NewRouter compiles the routes. The error joins every problem that Validate finds.
func NewRouter(c Config, o RouterOptions) (*Router, error) {
	if o.Settle > 0 && o.Now == nil {
		return nil, errors.New("notifier: RouterOptions.Settle needs Now: hand in the clock")
	}
	r := &Router{o: o}
	if err := r.Reload(c); err != nil {
		return nil, err
	}
	return r, nil
}

// Reload replaces the routes at once; on an error the old ones stay.
func (r *Router) Reload(c Config) error {
	t, err := compile(c)
	if err != nil {
		return err
	}
	if r.o.Now == nil && slices.ContainsFunc(t.routes, func(rt route) bool { return rt.keepsState() }) {
		return errors.New("notifier: routes that keep state need RouterOptions.Now: hand in the clock")
	}
	r.table.Store(t)
	return nil
}

func compile(c Config) (*table, error) {
	var errs []error
	for _, p := range c.Validate() {
		errs = append(errs, p)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	t := &table{receivers: map[string]bool{}}
	var all []string
	for _, rc := range c.Receivers {
		t.receivers[rc.Name] = true
		all = append(all, rc.Name)
	}
	routes := c.Routes
	if len(routes) == 0 && len(all) > 0 {
		routes = []RouteConfig{{Receivers: all}}
	}
	for i, rc := range routes {
		rt, err := newRoute(c, i, rc)
		if err != nil {
			return nil, fmt.Errorf("routes[%d]: %w", i, err)
		}
		t.routes = append(t.routes, rt)
	}
	return t, nil
}

// Route says who is told of the change: by each route that matches, and in the inbox. A receiver is told once, as the first
// route that names it says. Nobody is told of a quiet change, nor of an incident that another one explains, that a silence
// covers, or that is only recorded. Changes after the opening go also to those whom the timeline names as paged, whatever the
// routes say by now.
func (r *Router) Route(ch detector.Change) plan.Plan {
	var p plan.Plan
	if ch.Incident == nil || ch.Quiet {
		return p
	}
	in, t := ch.Incident, r.table.Load()
	earlier, wait := paged(in), r.notBefore(ch)
	tell := map[string][]string{} // by receiver: whom to mention
	if mute(in) == "" {
		tell[Inbox] = nil
		taken := map[string]bool{Inbox: true}
		for _, s := range t.walk(in, false) {
			if s.Takes {
				t.routes[s.Route].assign(in, r.o.Now, wait, taken, tell, &p)
			}
		}
	} else if len(earlier) == 0 || ch.Event == detector.ChangeOpened || ch.Event == detector.ChangeReopened {
		return p
	}
	if ch.Event != detector.ChangeOpened {
		for _, name := range earlier {
			if _, has := tell[name]; !has && (name == Inbox || t.receivers[name]) {
				tell[name] = nil
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(tell)) {
		p.Tell = append(p.Tell, plan.Notification{
			Notification: detector.Notification{Receiver: name, Event: ch.Event, Incident: *in, NotBefore: wait}, Mention: tell[name],
		})
	}
	return p
}

// Policy is a route that keeps state as it is configured and as the clock stands; false where there is none of this name.
func (r *Router) Policy(name string) (plan.Policy, bool) {
	for _, rt := range r.table.Load().routes {
		if rt.name == name && rt.keepsState() {
			return rt.policy(r.o.Now()), true
		}
	}
	return plan.Policy{}, false
}

// Receives reports whether there is such a receiver.
func (r *Router) Receives(name string) bool { return name == Inbox || r.table.Load().receivers[name] }

// notBefore is until when an opening waits for what may explain it; zero where it does not wait.
func (r *Router) notBefore(ch detector.Change) time.Time {
	if r.o.Settle <= 0 || ch.Event != detector.ChangeOpened && ch.Event != detector.ChangeReopened {
		return time.Time{}
	}
	switch ch.Incident.Kind {
	case detector.KindRule, detector.KindSecret:
		return time.Time{}
	}
	return r.o.Now().Add(r.o.Settle)
}

// mute says why nobody is told of an incident; empty where nothing forbids it.
func mute(in *detector.Incident) string {
	switch {
	case in.ExplainedBy != "":
		return "incident " + in.ExplainedBy + " explains it"
	case in.Muted != nil:
		return "it is " + in.Muted.Why
	case in.Silenced:
		return "a silence covers it"
	case in.Severity == detector.SeverityRecord:
		return "its severity is record: it is only written down"
	case in.Severity == detector.SeverityPage && !in.Page:
		return "it is held back from paging"
	}
	return ""
}

// paged lists the receivers that the timeline names as having been told.
func paged(in *detector.Incident) []string {
	var out []string
	for _, e := range in.Timeline {
		if e.Kind == detector.EntryPaged && e.Actor != "" {
			out = append(out, e.Actor)
		}
	}
	return out
}
