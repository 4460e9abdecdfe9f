package engine

import (
	"bytes"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/clock"
	"github.com/tocsin-io/tocsin/detector/decode"
	"github.com/tocsin-io/tocsin/detector/template"
)

// failing panics at some lines, half-way.
type failing struct{ at []byte }

func (f failing) Event(ev *detector.Event) {
	if bytes.Contains(ev.Message, f.at) {
		ev.Secrets = append(ev.Secrets, detector.Secret{Kind: "password"})
		panic("slice bounds out of range")
	}
}

// kept copies what it is told.
type kept struct {
	counterSink
	lines []detector.Event
}

func (k *kept) Line(_ time.Time, ev *detector.Event) {
	c := *ev
	c.Message = bytes.Clone(ev.Message)
	k.lines = append(k.lines, c)
}

// TestALineThatCannotBeRedactedIsWithheld: it is counted at its level and service, nothing of its text goes on, and the lines after it do.
func TestALineThatCannotBeRedactedIsWithheld(t *testing.T) {
	learner, err := template.NewLearner(template.Options{}, template.NewAliases())
	if err != nil {
		t.Fatal(err)
	}
	var stats Stats
	to := &kept{}
	p := NewPipeline(decode.New(decode.Options{}), failing{[]byte("hunter2")}, clock.New(clock.Options{}), learner, nil, to, &stats, nil)
	for i, line := range []string{"started", "login with hunter2 from db-1", "stopped"} {
		p.Record(&detector.Record{
			Topic: "logs", Offset: int64(i), Time: day, Value: []byte(`{"level":"error","service":"shop","host":"a","user":"bob","msg":"` + line + `"}`),
		})
	}
	p.Idle(time.Time{})
	if len(to.lines) != 3 || stats.Withheld.Load() != 1 || stats.Lines.Load() != 3 {
		t.Fatalf("%d lines, %d withheld, want 3 and 1", len(to.lines), stats.Withheld.Load())
	}
	for i, want := range []string{"started", withheld, "stopped"} {
		ev := &to.lines[i]
		if string(ev.Message) != want || ev.Service != "shop" || ev.Level != detector.LevelError {
			t.Errorf("line %d is %q of %s at %s, want %q", i, ev.Message, ev.Service, ev.Level, want)
		}
		if i == 1 && (len(ev.Fields) > 0 || ev.Host != "" || len(ev.Secrets) > 0) {
			t.Errorf("of a line that is withheld this is told: %+v", ev)
		}
	}
}
