package tool

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/template"
)

// names keeps each service and template of a table once. Where too many were met, new ones count as what has no room.
type names struct {
	texts    map[detector.ShapeID]string
	services map[string]string
}

// maxNames bounds the services and the templates of a table that are told apart.
const maxNames = 1 << 20

func newNames() names {
	return names{texts: make(map[detector.ShapeID]string), services: make(map[string]string)}
}

func (n names) shape(text string) detector.ShapeID {
	id := shapeOf(text)
	if _, ok := n.texts[id]; ok {
		return id
	}
	if len(n.texts) >= maxNames {
		id, text = detector.OverflowShape, template.OverflowText
	}
	n.texts[id] = strings.Clone(text)
	return id
}

func (n names) service(name string) string {
	if known, ok := n.services[name]; ok {
		return known
	}
	if len(n.services) >= maxNames {
		return rate.Other
	}
	name = strings.Clone(name)
	n.services[name] = name
	return name
}

// rowsLateness is how long a bucket of a table waits for rows that are out of order. Nobody knows when a row came, so waiting costs
// nothing; it covers a clock that is ahead or behind, and a shipper that stood still and then sent all at once.
const rowsLateness = 2 * time.Minute

// countRows judges counts by service, level and template, and prints the incidents. hints is told where the width does not
// fit the rows.
func countRows(ctx context.Context, t csvTable, w, hints io.Writer, width string) error {
	bucket, err := detector.ParseDuration(width)
	if err != nil || bucket < time.Second || bucket > widestBucket || bucket%time.Second != 0 {
		return fmt.Errorf("1: --bucket=%s: use whole seconds from 1s to 1h", width)
	}
	names, found, read, apart := newNames(), &collector{}, engine.Progress{}, spacing{}
	replay := engine.NewReplay(engine.ReplayOptions{
		Bucket: bucket, Lateness: rowsLateness, Changed: found.take,
		Texts: func(_ string, id detector.ShapeID) string { return names.texts[id] },
		Suite: func(text engine.TextOf) engine.Suite {
			return anomaly.New(anomaly.Options{Width: bucket, Text: text})
		},
	})
	err = t.rows(ctx, func(row []string) error {
		at, err := parseTime(row[0])
		if err != nil {
			return err
		}
		level, ok := detector.ParseLevel(strings.ToLower(strings.TrimSpace(row[2])))
		if !ok {
			return fmt.Errorf("level %q is unknown: use trace, debug, info, warn, error, fatal or nothing", row[2])
		}
		n, err := parseCount(row[4])
		if err != nil {
			return err
		}
		replay.Add(detector.Series{Level: level, Shape: names.shape(row[3]), Service: names.service(row[1])}, at, n, 0)
		read.Line(at)
		apart.row(at)
		replay.Advance(read.At())
		return nil
	})
	if err != nil {
		return err
	}
	replay.Finish(read.At())
	apart.tell(hints, bucket)
	return found.printJSON(w)
}
