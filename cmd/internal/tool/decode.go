package tool

import (
	"bufio"
	"context"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/decode"
)

// Decode prints each event as it is understood, a JSON object a line, redacted.
func Decode(ctx context.Context, in Input) error {
	p := newProgress(in.Stderr)
	defer p.done()
	w := bufio.NewWriterSize(in.Stdout, 64<<10)
	var line []byte
	var failed error
	err := in.events(ctx, p, func(ev *detector.Event) {
		line = append(decode.AppendJSON(line[:0], ev), '\n')
		if _, err := w.Write(line); err != nil && failed == nil {
			failed = err
		}
	})
	if err == nil {
		err = failed
	}
	if ferr := w.Flush(); err == nil {
		err = ferr
	}
	return err
}
