package app

import (
	"context"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/cmd/internal/tool"
	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/engine"
)

// How long a page may read in the log, and how many lines it wants of it. There is one reading at a time: the machine has live
// traffic to count.
const (
	logTime   = 8 * time.Second
	logEnough = 20_000
)

// logLines reads lines again from the log.
type logLines struct {
	reading chan struct{} // holds a value while one reads
	past    func() (tool.Topic, error)
	finder  func(id detector.ShapeID) (*engine.Finder, error)
}

func (a *App) logLines() logLines {
	return logLines{make(chan struct{}, 1), a.past, a.engine.NewFinder}
}

// ReadLines implements dashboards.Log.
func (l logLines) ReadLines(ctx context.Context, t *dashboards.Template, from, to time.Time) (dashboards.LogLines, error) {
	if t.ID == detector.OverflowShape {
		return dashboards.LogLines{}, fmt.Errorf("these lines have no template of their own by which they could be found: %w", dashboards.ErrConflict)
	}
	select {
	case l.reading <- struct{}{}:
	default:
		return dashboards.LogLines{}, fmt.Errorf("another page is reading in the log: try again in some seconds: %w", dashboards.ErrConflict)
	}
	defer func() { <-l.reading }()
	topic, err := l.past()
	if err != nil {
		return dashboards.LogLines{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, logTime)
	defer cancel()
	found, err := tool.Find(ctx, topic, tool.FindOptions{
		Service: t.Service, From: from, To: to, Enough: logEnough,
		Finder: func() (func(*detector.Event) (detector.Sample, bool), error) {
			f, err := l.finder(t.ID)
			if err != nil {
				return nil, err
			}
			return f.Find, nil
		},
	})
	return dashboards.LogLines(found), err
}
