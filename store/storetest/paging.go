package storetest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
	"github.com/tocsin-io/tocsin/store"
)

// stateful makes every page go to a route that keeps state, in groups by environment where grouped.
func (s *suite) stateful(p plan.Policy, grouped bool) {
	p.Route = "main"
	if p.Receivers == nil {
		p.Receivers = []string{"slack"}
	}
	s.router.mu.Lock()
	defer s.router.mu.Unlock()
	s.router.receivers, s.router.policy, s.router.grouped = nil, &p, grouped
}

func (s *suite) pace() {
	s.Helper()
	if _, err := s.Pace(s.ctx); err != nil {
		s.Fatalf("pace: %v", err)
	}
}

// passes lets so much time pass, and the clock act twenty times meanwhile.
func (s *suite) passes(d time.Duration) {
	s.Helper()
	for range 20 {
		s.clock.add(d / 20)
		s.pace()
	}
}

// sendAll sends what is due, and returns it as "receiver event incidents" with what is new marked by +.
func (s *suite) sendAll() []string {
	s.Helper()
	out := []string{}
	for {
		ns := s.lease("sender", 100)
		if len(ns) == 0 {
			return out
		}
		for _, n := range ns {
			s.done(n.ID, "ref-"+n.Thread)
			ids := n.Incident.ID
			if n.Group != nil {
				var list []string
				for _, i := range n.Group.Items {
					mark := ""
					if i.New {
						mark = "+"
					}
					list = append(list, mark+i.ID+":"+string(i.Status[0]))
				}
				ids = strings.Join(list, ",")
			}
			out = append(out, fmt.Sprintf("%s %s %s", n.Receiver, n.Event, ids))
		}
	}
}

func (s *suite) wantSent(what string, want ...string) {
	s.Helper()
	if want == nil {
		want = []string{}
	}
	if diff := cmp.Diff(want, s.sendAll()); diff != "" {
		s.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func (s *suite) groupOf(incident string) string {
	s.Helper()
	views, err := s.PageGroups(s.ctx, incident)
	if err != nil || len(views) == 0 {
		s.Fatalf("groups of %s: %v, %v", incident, views, err)
	}
	return views[len(views)-1].ID
}

func escalates(t *testing.T, s *suite) {
	s.stateful(plan.Policy{Repeat: time.Hour, Steps: []plan.Step{
		{After: 10 * time.Minute, Receivers: []string{"pager"}}, {After: 30 * time.Minute, Receivers: []string{"gone", "boss", "slack"}},
	}}, false)
	s.commit(change(detector.ChangeOpened, incident("a", 0), 0))
	s.wantSent("at once", "slack opened a-0")
	s.passes(9 * time.Minute)
	s.wantSent("before the first step")
	s.passes(time.Minute)
	s.wantSent("the first step", "pager escalated a-0")
	s.passes(20 * time.Minute)
	s.wantSent("the second: who knows of it is reminded", "boss escalated a-0", "slack reminded a-0")
	s.passes(time.Hour)
	s.wantSent("the reminder", "slack reminded a-0", "pager reminded a-0", "boss reminded a-0")
	s.act("a-0", detector.EntryAcknowledged, "ann", 6000)
	s.wantSent("taken", "slack acknowledged a-0", "pager acknowledged a-0", "boss acknowledged a-0")
	s.passes(5 * time.Hour)
	s.wantSent("nobody is reminded of what is taken")
	s.act("a-0", detector.EntryUnacknowledged, "ann", 30000)
	s.wantSent("given back", "slack updated a-0", "pager updated a-0", "boss updated a-0")
	s.passes(10 * time.Minute)
	s.wantSent("the first step again reminds", "pager reminded a-0")
	s.commit(change(detector.ChangeResolved, incident("a", 0), 40000))
	s.wantSent("over", "slack resolved a-0", "pager resolved a-0", "boss resolved a-0")
	s.passes(5 * time.Hour)
	s.wantSent("nothing more")
	s.commit(change(detector.ChangeReopened, incident("a", 0), 60000))
	s.wantSent("again", "slack reopened a-0", "pager reopened a-0", "boss reopened a-0")
	kinds := s.kinds(s.get("a-0"))
	if n := len(slices.DeleteFunc(kinds, func(k string) bool { return k != "paged" })); n < 6 {
		t.Errorf("%d pages stand in the timeline", n)
	}
}

// stepsAfterSilence: after a silence nobody is reminded where that is not configured, and steps and reminders count from its
// end.
func stepsAfterSilence(t *testing.T, s *suite) {
	steps := []plan.Step{{After: 10 * time.Minute, Receivers: []string{"pager"}}}
	second := 0
	// minutes lets them pass, and routes and silences be looked at every three seconds.
	minutes := func(n int) {
		t.Helper()
		for range n * 20 {
			second += 3
			s.clock.add(3 * time.Second)
			s.pace()
			if err := s.ReviewMutes(s.ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i, c := range []struct {
		policy plan.Policy
		after  string // 10 minutes after the end of the silence
	}{
		{plan.Policy{Steps: steps}, "pager escalated "},
		{plan.Policy{Repeat: 10 * time.Minute}, "slack reminded "},
	} {
		start := second
		in := incident(string(rune('a'+i)), start)
		s.stateful(c.policy, false)
		s.commit(change(detector.ChangeOpened, in, start))
		s.wantSent("at once", "slack opened "+in.ID)
		minutes(5)
		s.put(silenceOf(in.Service, second, second+15*60+7))
		minutes(14)
		s.sendAll() // the notice of its end
		minutes(2)
		s.wantSent("the silence ended", "slack updated "+in.ID)
		minutes(9)
		s.wantSent("before the time")
		minutes(1)
		s.wantSent("in time", c.after+in.ID)
		s.act(in.ID, detector.EntryAcknowledged, "ann", second)
		s.sendAll()
	}
}

func mutedRoutes(_ *testing.T, s *suite) {
	until := noon.Add(time.Hour)
	s.stateful(plan.Policy{MutedUntil: until, Steps: []plan.Step{{After: 10 * time.Minute, Receivers: []string{"pager"}}}}, false)
	s.commit(change(detector.ChangeOpened, incident("a", 0), 0), change(detector.ChangeOpened, incident("b", 0), 0))
	s.commit(change(detector.ChangeResolved, incident("b", 0), 60))
	s.passes(59 * time.Minute)
	s.wantSent("muted")
	s.passes(time.Minute)
	s.wantSent("what is still open at the end", "slack opened a-0")
	s.passes(9 * time.Minute)
	s.wantSent("escalation counts from the end")
	s.passes(time.Minute)
	s.wantSent("the first step", "pager escalated a-0")
}

func budgets(t *testing.T, s *suite) {
	week := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	s.stateful(plan.Policy{Budget: 2, Week: week}, false)
	for i, name := range []string{"a", "b", "c"} {
		s.commit(change(detector.ChangeOpened, incident(name, i), i))
	}
	s.wantSent("two pages, and the list", "slack opened a-0", "slack opened b-1", "slack digest +c-2:o")
	s.commit(change(detector.ChangeOpened, incident("d", 10), 10))
	s.commit(change(detector.ChangeResolved, incident("d", 10), 20))
	leak := incident("e", 30)
	leak.Kind = detector.KindSecret
	s.commit(change(detector.ChangeOpened, leak, 30))
	s.wantSent("a secret is told whatever the budget", "slack opened e-30")
	s.act("c-2", detector.EntryAcknowledged, "ann", 40)
	s.passes(time.Second)
	s.wantSent("the list follows what people do", "slack updated c-2:a")
	s.passes(6 * time.Hour)
	s.wantSent("what was over by then is listed too", "slack digest c-2:a,+d-10:r")
	s.commit(change(detector.ChangeReopened, incident("d", 10), 50000))
	s.wantSent("not so soon again")
	s.passes(6 * time.Hour)
	s.wantSent("reopened beyond the budget", "slack digest d-10:o,c-2:a")
	if used, err := s.BudgetUsed(s.ctx, "main", week); err != nil || used != 3 {
		t.Errorf("%d pages are used, %v; want 3", used, err)
	}
	s.stateful(plan.Policy{Budget: 2, Week: week.AddDate(0, 0, 7)}, false)
	s.commit(change(detector.ChangeOpened, incident("f", 60000), 60000))
	s.wantSent("a new week", "slack opened f-60000")
}

func digests(_ *testing.T, s *suite) {
	s.stateful(plan.Policy{DigestAt: noon.Add(time.Hour)}, false)
	s.commit(change(detector.ChangeOpened, incident("a", 0), 0), change(detector.ChangeOpened, incident("b", 1), 1))
	s.commit(change(detector.ChangeResolved, incident("a", 0), 60))
	s.passes(59 * time.Minute)
	s.wantSent("before its time")
	s.stateful(plan.Policy{DigestAt: noon.Add(25 * time.Hour)}, false)
	s.passes(time.Minute)
	s.wantSent("the digest", "slack digest +b-1:o,+a-0:r")
	s.commit(change(detector.ChangeResolved, incident("b", 1), 4000))
	s.commit(change(detector.ChangeOpened, incident("c", 4010), 4010))
	s.passes(2 * time.Hour)
	s.wantSent("nothing more of that day")
	s.clock.add(22 * time.Hour)
	s.pace()
	s.wantSent("that of the next day", "slack digest +c-4010:o")
}

// replicasPace lets several replicas act at the same moment: each message is written once.
func replicasPace(t *testing.T, s *suite) {
	s.stateful(plan.Policy{Repeat: time.Minute}, false)
	for i := range 8 {
		s.commit(change(detector.ChangeOpened, incident(fmt.Sprint(i), i), i))
	}
	s.sendAll()
	other := Open(t, s.options())
	s.clock.add(time.Minute)
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			if _, err := []*store.Store{s.Store, other}[i%2].Pace(s.ctx); err != nil {
				t.Errorf("pace: %v", err)
			}
		})
	}
	wg.Wait()
	if sent := s.sendAll(); len(sent) != 8 {
		t.Errorf("%d reminders were sent for 8 incidents: %v", len(sent), sent)
	}
}
