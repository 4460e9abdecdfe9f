package template

import (
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// A template keeps the name that a person gave it through merging.
func TestNames(t *testing.T) {
	a := NewAliases()
	l := learner(t, Options{}, a)
	var ids []detector.ShapeID
	for i := range 4 {
		ev := event("shop", detector.LevelInfo, t0, "lock "+word(i)+" taken here")
		l.Learn(ev)
		ids = append(ids, ev.Shape)
	}
	a.Learn(l.TakeNew())
	a.SetName(ids[2], "lock taken")
	if a.Name(ids[1]) != "" || a.Name(ids[2]) != "lock taken" {
		t.Error("the name is that of another template")
	}
	l.Learn(event("shop", detector.LevelInfo, t0, "lock "+word(4)+" taken here"))
	a.Learn(l.TakeNew())
	for _, id := range ids {
		if a.Name(id) != "lock taken" {
			t.Errorf("merging lost the name: %v is %q", id, a.Name(id))
		}
	}
	if a.Text(detector.OverflowShape) != OverflowText || a.Resolve(12345) != 12345 {
		t.Error("overflow or unknown ids")
	}
}

// What a pattern pins has the pattern's name, in a process that read it from the store too.
func TestPatternNames(t *testing.T) {
	patterns := []Pattern{
		{Name: "Job", Service: "scheduler", Match: "job <*> is <=>"},
		{Match: "job <*> is <=>"},
		{Name: "Order paid", Match: "order <*> paid"},
	}
	l := learner(t, Options{Patterns: patterns}, nil)
	want := map[string]string{
		"job 7 is done": "Job done", "job 8 is late": "Job late", "order 5 paid": "Order paid", "order 5 sent": "",
	}
	ids := map[string]detector.ShapeID{}
	for msg := range want {
		ev := event("scheduler", detector.LevelInfo, t0, msg)
		l.Learn(ev)
		ids[msg] = ev.Shape
	}
	other := event("shop", detector.LevelInfo, t0, "job 7 is "+strings.Repeat("x", 99))
	l.Learn(other)
	known := l.TakeNew()
	a := NewAliases()
	if err := a.NamePatterns(patterns); err != nil {
		t.Fatal(err)
	}
	a.Learn(known)
	for msg, name := range want {
		if got := a.Name(ids[msg]); got != name {
			t.Errorf("%q is called %q, want %q", msg, got, name)
		}
	}
	if got := a.Name(other.Shape); got != "" {
		t.Errorf("a service that the pattern is not for: %q", got)
	}
	if err := a.NamePatterns([]Pattern{{Name: "all", Match: "<*>"}}); err == nil {
		t.Error("a pattern without text is taken")
	}
}

func TestNameFault(t *testing.T) {
	for name, want := range map[string]bool{"Order paid": true, "Bestellung bezahlt ✅": true, "": false, "a\nb": false, "\xff": false, strings.Repeat("x", 101): false} {
		if got := NameFault(name) == ""; got != want {
			t.Errorf("%q: accepted %v", name, got)
		}
	}
}
