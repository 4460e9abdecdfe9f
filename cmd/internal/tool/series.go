package tool

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly"
	"github.com/tocsin-io/tocsin/detector/anomaly/metric"
	"github.com/tocsin-io/tocsin/detector/engine"
)

// SeriesOptions says how series writes.
type SeriesOptions struct {
	Out    string // path; empty: standard output
	Bucket string // width of the buckets in the form with services
}

var (
	metricHeader = []string{"timestamp", "value"}
	countHeader  = []string{"timestamp", "service", "level", "template", "count"}
)

// Series detects anomalies in a CSV file: of one number, or of counts by service, level and template. The header says
// which.
func Series(ctx context.Context, in Input, o SeriesOptions) (err error) {
	from := in.Stdin
	if in.Files[0] != "-" {
		f, err := os.Open(in.Files[0])
		if err != nil {
			return err
		}
		defer f.Close()
		from = f
	}
	to := in.Stdout
	if o.Out != "" {
		f, err := os.Create(o.Out)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		to = f
	}
	r := csv.NewReader(bufio.NewReaderSize(from, 64<<10))
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		return fmt.Errorf("%s: no header: %w", in.Files[0], err)
	}
	header = slices.Clone(header)
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	w := bufio.NewWriter(to)
	switch {
	case slices.Equal(header, metricHeader):
		err = metrics(ctx, r, w)
	case slices.Equal(header, countHeader):
		err = countRows(ctx, r, w, o.Bucket)
	default:
		return fmt.Errorf("%s:1: the header is %q: write %s, or %s", in.Files[0], strings.Join(header, ","),
			strings.Join(metricHeader, ","), strings.Join(countHeader, ","))
	}
	if err != nil {
		return fmt.Errorf("%s:%w", in.Files[0], err)
	}
	return w.Flush()
}

// rows calls fn with each row and its line number.
func rows(ctx context.Context, r *csv.Reader, fn func(row []string) error) error {
	for n := 0; ; n++ {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		line, _ := r.FieldPos(0)
		if err == nil {
			err = fn(row)
		}
		if err != nil {
			return fmt.Errorf("%d: %w", line, err)
		}
		if n&1023 == 0 && ctx.Err() != nil {
			return fmt.Errorf("%d: %w", line, ctx.Err())
		}
	}
}

func metrics(ctx context.Context, r *csv.Reader, w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"timestamp", "value", "anomaly_score", "alert"}); err != nil {
		return err
	}
	d := metric.New(metric.Options{})
	err := rows(ctx, r, func(row []string) error {
		at, err := parseTime(row[0])
		if err != nil {
			return err
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(row[1]), 64)
		if err != nil || v != v || v-v != 0 {
			return fmt.Errorf("value %q is not a finite number", row[1])
		}
		score, alert := d.Score(at, v)
		flag := "0"
		if alert {
			flag = "1"
		}
		return out.Write([]string{row[0], row[1], strconv.FormatFloat(score, 'f', 6, 64), flag})
	})
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

func countRows(ctx context.Context, r *csv.Reader, w io.Writer, width string) error {
	bucket, err := detector.ParseDuration(width)
	if err != nil || bucket < time.Second || bucket > time.Hour || bucket%time.Second != 0 {
		return fmt.Errorf("1: --bucket=%s: use whole seconds from 1s to 1h", width)
	}
	texts := make(map[detector.ShapeID]string)
	found := &collector{}
	replay := engine.NewReplay(engine.ReplayOptions{
		Bucket: bucket, Changed: found.take,
		Texts: func(_ string, id detector.ShapeID) string { return texts[id] },
		Suite: func(text engine.TextOf) engine.Suite {
			return anomaly.New(anomaly.Options{Width: bucket, Text: text})
		},
	})
	err = rows(ctx, r, func(row []string) error {
		at, err := parseTime(row[0])
		if err != nil {
			return err
		}
		level, ok := detector.ParseLevel(strings.ToLower(row[2]))
		if !ok {
			return fmt.Errorf("level %q is unknown: use trace, debug, info, warn, error, fatal or nothing", row[2])
		}
		n, err := strconv.ParseUint(strings.TrimSpace(row[4]), 10, 63)
		if err != nil {
			return fmt.Errorf("count %q is not a whole number from 0 on", row[4])
		}
		id := shapeOf(row[3])
		if _, ok := texts[id]; !ok {
			texts[id] = strings.Clone(row[3])
		}
		s := detector.Series{Level: level, Shape: id, Service: row[1]}
		if n > 0 {
			s.Service = strings.Clone(row[1])
		}
		replay.Add(s, at, n, 0)
		replay.Advance(at)
		return nil
	})
	if err != nil {
		return err
	}
	replay.Finish(replay.Newest())
	return found.printJSON(w)
}
