package tool

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/decode"
	"github.com/tocsin-io/tocsin/detector/engine"
)

// totals is what all logs together held.
type totals struct {
	lines, secrets uint64
	timed          bool // some line had a time
}

// scans count the events of one log, each into a Replay that judges it.
type scans []*engine.Scan

// event counts an event; each takes it as it came.
func (s scans) event(ev *detector.Event) {
	for _, scan := range s[:len(s)-1] {
		own := *ev
		scan.Event(&own)
	}
	s[len(s)-1].Event(ev)
}

// coming tells of an event that is read ahead.
func (s scans) coming(ev *detector.Event) {
	for _, scan := range s {
		scan.Coming(ev)
	}
}

// judges are what the lines of all logs go to.
type judges []*engine.Replay

func (j judges) advance(t time.Time) {
	for _, r := range j {
		r.Advance(t)
	}
}

// stages are what one log goes through.
type stages struct {
	decode   decode.Options
	redactor engine.Redactor
	scans    scans
}

// part is a log that is read from its start to its end: a file, or a partition of a topic.
type part struct {
	*engine.Ahead
	scans scans
	first time.Time // of its first line with a time, where that is known before it is read
}

// newest is how far it was read; before that, where it begins.
func (p part) newest() time.Time {
	if t := p.scans[0].Newest(); !t.IsZero() {
		return t
	}
	return p.first
}

// merger takes the records of several logs in the order of their times, as far as each log is in order itself.
type merger struct {
	judge judges
	note  func(ev *detector.Event) // sees each event before it is counted; may be nil
	total totals
	open  []part
}

// aheadBytes is how much text of all logs is read ahead, about.
const aheadBytes = 1 << 20

// add makes records one of the logs, of so many. It begins at first, where that is known.
func (m *merger) add(records engine.Records, s stages, logs int, first time.Time) {
	ahead := engine.NewAhead(records, engine.AheadOptions{
		Decode: s.decode, Redactor: s.redactor, Bytes: min(64<<10, max(4<<10, aheadBytes/logs)),
		Coming: s.scans.coming,
	})
	m.open = append(m.open, part{ahead, s.scans, first})
}

// files reads files; of makes the stages of a file of a service.
func (m *merger) files(ctx context.Context, in Input, p *progress, of func(service string) (stages, error)) (err error) {
	var opened []*stream
	defer func() {
		for _, s := range opened {
			err = errors.Join(err, s.close())
		}
	}()
	for i, path := range in.Files {
		s, err := in.open(path, p)
		if err != nil {
			return err
		}
		s.number = i
		opened = append(opened, s)
		st, err := of(s.name)
		if err != nil {
			return err
		}
		first := time.Time{}
		if len(in.Files) > 1 && path != "-" {
			if first, err = in.begins(ctx, path); err != nil {
				return err
			}
		}
		m.add(s.next, st, len(in.Files), first)
	}
	return m.run(ctx)
}

// beginning is how many records of a file are looked at for its first time.
const beginning = 2000

// begins is the first time in a file; zero where its beginning has none.
func (in Input) begins(ctx context.Context, path string) (at time.Time, err error) {
	s, err := in.open(path, &progress{})
	if err != nil {
		return at, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	d := decode.New(decode.Options{Now: time.Now, Ordered: true})
	take := func(ev *detector.Event) {
		if at.IsZero() {
			at = ev.Time
		}
	}
	for range beginning {
		rec, err := s.next(ctx)
		if errors.Is(err, io.EOF) {
			d.Flush(time.Time{}, take)
			return at, nil
		}
		if err != nil {
			return at, err
		}
		if d.Decode(rec, take); !at.IsZero() {
			return at, nil
		}
	}
	return at, nil
}

// run reads all logs to their ends, and judges.
func (m *merger) run(ctx context.Context) error {
	defer func() {
		for _, p := range m.open { // where it was cut
			m.done(p)
		}
	}()
	var end time.Time
	for len(m.open) > 0 {
		at, until := m.least()
		ended, err := m.read(ctx, m.open[at], until)
		if err != nil {
			return err
		}
		if t := m.open[at].newest(); t.After(end) {
			end = t
		}
		if ended {
			m.done(m.open[at])
			m.open = slices.Delete(m.open, at, at+1)
		}
	}
	for _, r := range m.judge {
		r.Finish(end)
	}
	return nil
}

// done closes a log and adds up what was read of it.
func (m *merger) done(p part) {
	p.Close()
	m.total.lines += p.scans[0].Stats.Lines.Load()
	m.total.secrets += p.scans[0].Stats.Secrets.Load()
	m.total.timed = m.total.timed || !p.scans[0].Newest().IsZero()
}

// least is the log that is least far, and how far the one after it is; zero where there is none. A log none of whose
// lines had a time yet is not far at all.
func (m *merger) least() (int, time.Time) {
	at := 0
	for i := range m.open {
		if m.open[i].newest().Before(m.open[at].newest()) {
			at = i
		}
	}
	var until time.Time
	for i := range m.open {
		if t := m.open[i].newest(); i != at && (until.IsZero() || t.Before(until)) {
			until = t
		}
	}
	return at, until
}

// read reads a log until it is ahead of until, or to its end. What it shows is judged record by record, so that how the
// input comes in pieces decides nothing.
func (m *merger) read(ctx context.Context, p part, until time.Time) (ended bool, err error) {
	alone := len(m.open) == 1
	for {
		ev, last, err := p.Next(ctx)
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		if m.note != nil {
			m.note(ev)
		}
		if p.scans.event(ev); !last {
			continue
		}
		t := p.scans[0].Newest()
		switch {
		case t.IsZero():
		case alone:
			m.judge.advance(t)
		case t.After(until): // also where until is zero: the others come first
			if !until.IsZero() {
				m.judge.advance(until)
			}
			return false, nil
		default:
			m.judge.advance(t)
		}
	}
}
