package template

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

var t0 = time.Date(2026, 3, 12, 10, 0, 0, 0, time.UTC)

func event(service string, level detector.Level, at time.Time, msg string) *detector.Event {
	return &detector.Event{Service: service, Environment: "prod", Level: level, Received: at, Message: []byte(msg)}
}

func learner(t *testing.T, o Options, a *Aliases) *Learner {
	t.Helper()
	l, err := NewLearner(o, a)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// word is a word of letters only, so that each n makes another shape.
func word(n int) string {
	w := "q"
	for ; n > 0; n /= 8 {
		w += string("ghjkmnpt"[n%8])
	}
	return w
}

// churn is a line that has no shape in common with that of any other n.
func churn(n int) string { return word(n) + " " + word(n+1) + " " + word(n+2) + " " + word(n+3) }

func TestLearn(t *testing.T) {
	l := learner(t, Options{}, nil)
	ev := event("shop", detector.LevelInfo, t0, "took 5 ms")
	if !l.Learn(ev) {
		t.Error("the first line is not new")
	}
	if ev.Template != "took <*> ms" || ev.Shape != NewShaper().Shape([]byte("took 77 ms")) {
		t.Errorf("shape %v %q", ev.Shape, ev.Template)
	}
	if l.Learn(event("shop", detector.LevelInfo, t0, "took 6 ms")) {
		t.Error("the second line is new")
	}
	if !l.Learn(event("shop", detector.LevelError, t0, "took 6 ms")) || !l.Learn(event("cart", detector.LevelInfo, t0, "took 6 ms")) {
		t.Error("another level and another service are not new")
	}
	got := l.TakeNew()
	if len(got) != 3 || got[0] != (Known{ID: ev.Shape, Service: "shop", Environment: "prod", Level: detector.LevelInfo, Text: "took <*> ms", First: t0}) {
		t.Errorf("new: %+v", got)
	}
	if again := l.TakeNew(); len(again) != 0 {
		t.Errorf("taken twice: %+v", again)
	}

	restarted := learner(t, Options{}, nil)
	restarted.Load(got)
	if restarted.Learn(event("shop", detector.LevelInfo, t0, "took 9 ms")) || len(restarted.TakeNew()) != 0 {
		t.Error("a loaded shape is new")
	}
}

// A shape that goes on to be met is told of again, as often as is asked for: its template is in use.
func TestShapesInUseAreToldOfAgain(t *testing.T) {
	for again, want := range map[time.Duration][2]int{0: {1, 1}, time.Hour: {24, 48}} {
		l := learner(t, Options{Again: again}, nil)
		var told []Known
		for minute := range 24 * 60 {
			at := t0.Add(time.Duration(minute) * time.Minute)
			ev := event("shop", detector.LevelInfo, at, "took 5 ms")
			ev.Received = at
			l.Learn(ev)
			for _, k := range l.TakeNew() {
				if !k.First.Equal(at) || k.ID != ev.Shape || k.Text != "took <*> ms" || k.Service != "shop" {
					t.Fatalf("at %v: told of %+v", at, k)
				}
				told = append(told, k)
			}
		}
		if n := len(told); n < want[0] || n > want[1] {
			t.Errorf("again in %v: told %d times in a day, want %d to %d", again, n, want[0], want[1])
		}
	}
}

// So is a template whose lines come with ever other words.
func TestTemplatesInUseAreToldOfAgain(t *testing.T) {
	a := NewAliases()
	l := learner(t, Options{Again: time.Hour}, a)
	line := func(at time.Time, i int) {
		ev := event("shop", detector.LevelInfo, at, "lock "+word(i+100)+" taken here")
		ev.Received = at
		l.Learn(ev)
	}
	for i := range 5 {
		line(t0, i)
	}
	aliases := a.Learn(l.TakeNew())
	for minute := range 3 * 60 {
		line(t0.Add(time.Duration(minute)*time.Minute), 10+minute)
	}
	last := time.Time{}
	for _, k := range l.TakeNew() {
		if k.ID == a.Resolve(aliases[0].From) {
			last = k.First
		}
	}
	if last.Before(t0.Add(2 * time.Hour)) {
		t.Errorf("told of last at %v, though met for three hours from %v on", last, t0)
	}
}

// A flood of lines that never repeat neither takes the room of what is there nor that of a rare line that comes later,
// and every line is counted somewhere.
func TestFlood(t *testing.T) {
	l := learner(t, Options{MaxShapes: 64}, NewAliases())
	rare := event("shop", detector.LevelError, t0, "disk failure imminent")
	l.Learn(rare)
	counts := map[detector.ShapeID]int{}
	const lines = 50_000
	for i := range lines {
		ev := event("shop", detector.LevelError, t0.Add(time.Duration(i)*time.Millisecond), churn(i))
		l.Learn(ev)
		counts[ev.Shape]++
	}
	total := 0
	for _, n := range counts {
		total += n
	}
	if total != lines || counts[0] != 0 {
		t.Errorf("%d lines counted of %d, %d under no shape", total, lines, counts[0])
	}
	if counts[detector.OverflowShape] < lines*9/10 {
		t.Errorf("only %d lines in overflow", counts[detector.OverflowShape])
	}
	for _, g := range l.groups {
		if g.own > 64 || len(g.met) > 64+maxBorrowed {
			t.Errorf("%d own shapes and %d in all are kept", g.own, len(g.met))
		}
	}
	again := event("shop", detector.LevelError, t0.Add(time.Minute), "disk failure imminent")
	if l.Learn(again) || again.Shape != rare.Shape {
		t.Errorf("the flood pushed the rare line out: %v", again.Shape)
	}
	// another rare line, met first while the flood goes on, has its own shape from its second time on
	for i := range 2 {
		late := event("shop", detector.LevelError, t0.Add(time.Minute), "certificate has expired")
		l.Learn(late)
		if want := i == 1; (late.Shape != detector.OverflowShape) != want {
			t.Errorf("time %d: shape %v", i+1, late.Shape)
		}
	}
	if info := event("shop", detector.LevelInfo, t0, churn(1)); !l.Learn(info) {
		t.Error("the flood took the room of another level")
	}
}

// Lines that never repeat, for days, bring a bounded number of shapes that are remembered, and still a rare line that
// comes twice is one of them.
func TestChurnForDays(t *testing.T) {
	const limit, days = 64, 20
	l := learner(t, Options{MaxShapes: limit}, NewAliases())
	remembered := 0
	for i := range days * 1440 {
		at := t0.Add(time.Duration(i) * time.Minute)
		l.Learn(event("shop", detector.LevelInfo, at, churn(i)))
		remembered += len(l.TakeNew())
		if i%1440 == 700 {
			rare := "certificate of " + word(i) + " has expired"
			var shape detector.ShapeID
			for range 2 {
				ev := event("shop", detector.LevelInfo, at, rare)
				l.Learn(ev)
				shape = ev.Shape
			}
			if shape == detector.OverflowShape {
				t.Errorf("day %d: a line that came twice is lost in the churn", i/1440)
			}
		}
	}
	if most := limit + days*limit/4 + 1; remembered > most {
		t.Errorf("%d shapes are remembered, want at most %d", remembered, most)
	}
	if remembered < limit {
		t.Errorf("only %d shapes are remembered", remembered)
	}
}

// A shape that left for want of room comes back under the id it had.
func TestLeaving(t *testing.T) {
	l := learner(t, Options{MaxShapes: 8, Idle: time.Hour}, nil)
	old := event("shop", detector.LevelInfo, t0, "old line here")
	l.Learn(old)
	l.Learn(event("shop", detector.LevelInfo, t0, "old line here"))
	for i := range 40 {
		at := t0.Add(2*time.Hour + time.Duration(i)*time.Minute)
		for range 2 {
			l.Learn(event("shop", detector.LevelInfo, at, churn(i)))
		}
	}
	known := false
	for _, g := range l.groups {
		known = g.met[old.Shape] != nil
		if g.own != len(g.met) || l.total != g.own || g.own > 8 {
			t.Errorf("own %d, met %d, total %d", g.own, len(g.met), l.total)
		}
	}
	if known {
		t.Fatal("an idle shape kept its room")
	}
	back := event("shop", detector.LevelInfo, t0.Add(9*time.Hour), "old line here")
	l.Learn(back)
	l.Learn(back)
	if back.Shape != old.Shape || back.Template != old.Template {
		t.Errorf("came back as %v %q", back.Shape, back.Template)
	}
}

func TestGroupsAreBounded(t *testing.T) {
	l := learner(t, Options{MaxGroups: 10, MaxTotal: 5, MaxShapes: 32}, nil)
	for i := range 1000 {
		ev := event(fmt.Sprint("svc", i), detector.LevelInfo, t0, "hello there")
		l.Learn(ev)
		if i >= 10 && ev.Shape != detector.OverflowShape {
			t.Fatalf("service %d has shape %v", i, ev.Shape)
		}
	}
	if len(l.groups) != 10 {
		t.Errorf("%d groups", len(l.groups))
	}
}

// Once a template varies in a word, lines with further words belong to it and take no room.
func TestBorrowing(t *testing.T) {
	a := NewAliases()
	l := learner(t, Options{}, a)
	for i := range 5 {
		l.Learn(event("shop", detector.LevelInfo, t0, "lock "+word(i+100)+" taken here"))
	}
	aliases := a.Learn(l.TakeNew())
	if len(aliases) != 4 {
		t.Fatalf("aliases: %v", aliases)
	}
	ev := event("shop", detector.LevelInfo, t0, "lock zebra taken here")
	if l.Learn(ev) || len(l.TakeNew()) != 0 {
		t.Error("a further word is new")
	}
	if ev.Shape != a.Resolve(aliases[0].From) || ev.Template != "lock <*> taken here" {
		t.Errorf("shape %v %q", ev.Shape, ev.Template)
	}
	for i := range 3 * maxBorrowed {
		l.Learn(event("shop", detector.LevelInfo, t0, "lock "+word(i)+" taken here"))
	}
	for _, g := range l.groups {
		if len(g.met) > maxBorrowed+g.own || g.own != 5 {
			t.Errorf("%d shapes kept, %d own", len(g.met), g.own)
		}
	}
}

func TestPatterns(t *testing.T) {
	l := learner(t, Options{Patterns: []Pattern{
		{Name: "lifecycle", Match: "VM <=> (event) of <*>"},
		{Service: "cart", Match: "hello <*>"},
	}}, NewAliases())
	for _, c := range []struct{ service, msg, want string }{
		{"shop", "VM started (event) of box one", "VM started (event) of <*>"},
		{"shop", "VM stopped (event) of 77", "VM stopped (event) of <*>"},
		{"shop", "hello world 5", "hello world <*>"},
		{"cart", "hello world 5", "hello <*>"},
	} {
		ev := event(c.service, detector.LevelInfo, t0, c.msg)
		if l.Learn(ev); ev.Template != c.want {
			t.Errorf("%s: %q, want %q", c.msg, ev.Template, c.want)
		}
	}
	if got := l.Slots(nil); len(got) != 1 || got[0].Start != 6 || got[0].End != 13 {
		t.Errorf("slots of a pattern: %+v", got)
	}
	for _, bad := range []string{"", "<*>", "a <*><=> b"} {
		if _, err := NewLearner(Options{Patterns: []Pattern{{Match: bad}}}, nil); err == nil {
			t.Errorf("pattern %q is accepted", bad)
		}
	}
}

func TestAliasesConcurrently(t *testing.T) {
	a := NewAliases()
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			l, err := NewLearner(Options{}, a)
			if err != nil {
				t.Error(err)
				return
			}
			for i := range 300 {
				ev := event("shop", detector.LevelInfo, t0, "lock "+word(i*4+g)+" taken here")
				l.Learn(ev)
				a.Learn(l.TakeNew())
				if a.Text(ev.Shape) == "" {
					t.Errorf("no text for %v", ev.Shape)
				}
			}
		})
	}
	wg.Wait()
}
