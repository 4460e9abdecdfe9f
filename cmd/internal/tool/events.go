package tool

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/decode"
	"github.com/tocsin-io/tocsin/detector/redact"
)

// events calls fn with each event of the input, decoded (or raw) and redacted. The event is valid only during the call.
func (in Input) events(ctx context.Context, p *progress, fn func(ev *detector.Event)) error {
	compiled, err := redact.Compile(redact.Options{})
	if err != nil {
		return err
	}
	redactor := compiled.Redactor()
	emit := func(ev *detector.Event) {
		redactor.Event(ev)
		fn(ev)
	}
	if in.Raw {
		var ev detector.Event
		return in.each(ctx, p, func(_ *stream, rec *detector.Record) error {
			ev = detector.Event{
				Message: bytes.TrimSuffix(rec.Value, []byte("\r")), Format: "raw", Lines: 1, Bytes: len(rec.Value),
				Position: detector.Position{Offset: rec.Offset},
			}
			emit(&ev)
			return nil
		})
	}
	for _, path := range in.Files {
		if err := in.decoded(ctx, path, p, emit); err != nil {
			return err
		}
	}
	return nil
}

// decoded calls emit with each event of one file.
func (in Input) decoded(ctx context.Context, path string, p *progress, emit func(ev *detector.Event)) error {
	s, err := in.open(path, p)
	if err != nil {
		return err
	}
	d := decode.New(decode.Options{Now: time.Now, Ordered: true})
	err = s.each(ctx, func(_ *stream, rec *detector.Record) error {
		d.Decode(rec, emit)
		return nil
	})
	d.Flush(time.Time{}, emit)
	return errors.Join(err, s.close())
}
