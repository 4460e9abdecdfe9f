package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/decode"
	"github.com/tocsin-io/tocsin/detector/template"
)

// aheadLines are JSON, text, secrets in messages and fields, records of several lines, and stack traces.
func aheadLines() []string {
	var lines []string
	for i := range 400 {
		at := day.Add(time.Duration(i) * time.Second).Format(time.RFC3339)
		lines = append(lines,
			fmt.Sprintf(`{"time":%q,"level":"info","service":"cart","host":"web-%d","msg":"served %d","password":"hunter%d","n":%d}`, at, i%3, i, i, i),
			fmt.Sprintf("%s ERROR payment %d refused password=hunter%d", at, i, i),
			"java.lang.IllegalStateException: closed", "\tat a.b.C.d(C.java:12)", "\tat a.b.C.e(C.java:13)",
			fmt.Sprintf("%s INFO one\n%s INFO two", at, at), "",
		)
	}
	return append(lines, day.Format(time.RFC3339)+" WARN the last one waits for more", "\tat a.b.C.f(C.java:14)")
}

func recordsOf(lines []string, end error) Records {
	var rec detector.Record
	i := 0
	return func(ctx context.Context) (*detector.Record, error) {
		if i == len(lines) {
			return nil, end
		}
		copy(rec.Value, strings.Repeat("x", len(rec.Value))) // what was given is valid no more
		rec = detector.Record{Offset: int64(i), Value: []byte(lines[i])}
		i++
		return &rec, ctx.Err()
	}
}

// eventText is all that is known of an event.
func eventText(ev *detector.Event, last bool) string {
	out := fmt.Sprintf("%v %s %s %s %v %x %q %v %d %d %s %v", ev.Time, ev.Service, ev.Host, ev.Level, last, uint64(ev.Shape), ev.Message,
		ev.Secrets, ev.Lines, ev.Bytes, ev.Format, ev.Position.Offset)
	for _, f := range ev.Fields {
		out += fmt.Sprintf(" %s=%q", f.Key, f.Value.Text)
	}
	return out
}

// inTurn are the events of the lines, each made when the one before was done with.
func inTurn(t *testing.T, lines []string) []string {
	redactor, err := defaultRedactor()
	if err != nil {
		t.Fatal(err)
	}
	var out, of []string
	var shaper template.Shaper
	take := func(ev *detector.Event) {
		redactor.Event(ev)
		ev.Shape = shaper.Shape(ev.Message)
		of = append(of, eventText(ev, false))
	}
	d := decode.New(decode.Options{Ordered: true, Now: func() time.Time { return day }})
	for i, l := range lines {
		of = of[:0]
		d.Decode(&detector.Record{Offset: int64(i), Value: []byte(l)}, take)
		if n := len(of); n > 0 {
			of[n-1] = strings.Replace(of[n-1], " false ", " true ", 1)
		}
		out = append(out, of...)
	}
	of = of[:0]
	d.Flush(time.Time{}, take)
	return append(out, of...)
}

func aheadOf(t *testing.T, records Records, bytes int) *Ahead {
	redactor, err := defaultRedactor()
	if err != nil {
		t.Fatal(err)
	}
	a := NewAhead(records, AheadOptions{
		Decode: decode.Options{Ordered: true, Now: func() time.Time { return day }}, Redactor: redactor, Bytes: bytes,
	})
	t.Cleanup(a.Close)
	return a
}

func TestReadingAheadChangesNoEvent(t *testing.T) {
	lines := aheadLines()
	want := inTurn(t, lines)
	if all := strings.Join(want, "\n"); strings.Contains(all, "hunter") || !strings.Contains(all, "C.f") {
		t.Fatal("the lines are not what they should be")
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, processors := range []int{1, 4} {
		runtime.GOMAXPROCS(processors)
		for _, bytes := range []int{1, 200, 5000, 0} {
			a := aheadOf(t, recordsOf(lines, io.EOF), bytes)
			var got []string
			ev, last, err := a.Next(t.Context())
			for ; err == nil; ev, last, err = a.Next(t.Context()) {
				got = append(got, eventText(ev, last))
			}
			if diff := cmp.Diff(want, got); diff != "" || !errors.Is(err, io.EOF) {
				t.Fatalf("%d processors, batches of %d bytes: %v (-want +got):\n%s", processors, bytes, err, diff)
			}
			if _, _, err := a.Next(t.Context()); !errors.Is(err, io.EOF) {
				t.Errorf("after the end: %v", err)
			}
		}
	}
}

// Each event is told once, in order, and at least a batch before it is given.
func TestWhatIsReadAheadIsTold(t *testing.T) {
	redactor, err := defaultRedactor()
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	a := NewAhead(recordsOf(aheadLines(), io.EOF), AheadOptions{
		Decode: decode.Options{Ordered: true, Now: func() time.Time { return day }}, Redactor: redactor, Bytes: 2000,
		Coming: func(ev *detector.Event) { told = append(told, eventText(ev, false)) },
	})
	t.Cleanup(a.Close)
	n, least := 0, 0
	ev, _, err := a.Next(t.Context())
	for ; err == nil; ev, _, err = a.Next(t.Context()) {
		if n >= len(told) || told[n] != eventText(ev, false) {
			t.Fatalf("event %d was not told", n)
		}
		if n++; n == 1 || len(told)-n < least && n < 1000 {
			least = len(told) - n
		}
	}
	if len(told) != n || n < 1000 || least < 10 {
		t.Errorf("%d events of which %d were told, %d ahead", n, len(told), least)
	}
}

func TestReadingAheadEnds(t *testing.T) {
	broken := errors.New("the disk is gone")
	a := aheadOf(t, recordsOf(aheadLines(), broken), 0)
	n := 0
	_, _, err := a.Next(t.Context())
	for ; err == nil; _, _, err = a.Next(t.Context()) {
		n++
	}
	if !errors.Is(err, broken) || n < 1000 {
		t.Errorf("%d events and then %v", n, err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	a = aheadOf(t, func(ctx context.Context) (*detector.Record, error) { <-ctx.Done(); return nil, ctx.Err() }, 0)
	time.AfterFunc(time.Millisecond, cancel)
	if _, _, err := a.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	a.Close()
	a.Close()

	aheadOf(t, recordsOf(nil, io.EOF), 0).Close() // that was never begun
	half := aheadOf(t, recordsOf(aheadLines(), io.EOF), 100)
	if _, _, err := half.Next(t.Context()); err != nil {
		t.Error(err)
	}
	half.Close() // while both goroutines wait
}
