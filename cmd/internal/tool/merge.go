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

// reader is a log that is read from its start to its end: a file, or a partition of a topic.
type reader interface {
	// next returns the next record, valid until the next call; io.EOF at the end.
	next(ctx context.Context) (*detector.Record, error)
}

// scans are the stages of one log, once for each Replay that judges it.
type scans []*engine.Scan

// judges are what the lines of all logs go to.
type judges []*engine.Replay

func (j judges) advance(t time.Time) {
	for _, r := range j {
		r.Advance(t)
	}
}

// part is a log with its own stages.
type part struct {
	reader
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
	total totals
	open  []part
}

// files reads files; stages makes those of a file of a service.
func (m *merger) files(ctx context.Context, in Input, p *progress, stages func(service string) (scans, error)) (err error) {
	var opened []*stream
	defer func() {
		for _, s := range opened {
			err = errors.Join(err, s.close())
		}
	}()
	for _, path := range in.Files {
		s, err := in.open(path, p)
		if err != nil {
			return err
		}
		opened = append(opened, s)
		sc, err := stages(s.name)
		if err != nil {
			return err
		}
		first := time.Time{}
		if len(in.Files) > 1 && path != "-" {
			if first, err = in.begins(ctx, path); err != nil {
				return err
			}
		}
		m.open = append(m.open, part{s, sc, first})
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
			m.open = slices.Delete(m.open, at, at+1)
		}
	}
	for _, r := range m.judge {
		r.Finish(end)
	}
	return nil
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
		rec, err := p.next(ctx)
		if errors.Is(err, io.EOF) {
			for _, s := range p.scans {
				s.Finish()
			}
			m.total.lines += p.scans[0].Stats.Lines.Load()
			m.total.secrets += p.scans[0].Stats.Secrets.Load()
			m.total.timed = m.total.timed || !p.scans[0].Newest().IsZero()
			return true, nil
		}
		if err != nil {
			return false, err
		}
		for _, s := range p.scans {
			s.Record(rec)
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
