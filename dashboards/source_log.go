package dashboards

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Log reads lines again from the log that tocsin reads, as far back as it still holds them.
type Log interface {
	// ReadLines looks for the lines of a template that were logged in [from, to), the newest first. It ends within 10 s with
	// what it found until then. ErrConflict while another reading is under way.
	ReadLines(ctx context.Context, t *Template, from, to time.Time) (LogLines, error)
}

// LogLines are lines that the log held. They are redacted.
type LogLines struct {
	Samples []detector.Sample // newest first; a sample where there are very many
	Lines   uint64            // that were found
	Read    uint64            // lines of all services that were looked at
	From    time.Time         // every line from then on is there
	Cut     bool              // that is later than what was asked for: there are many, or there was no time for more
}
