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
	name, from, closeFrom, err := in.table(in.Files[0])
	if err != nil {
		return err
	}
	defer closeFrom()
	r := csv.NewReader(bufio.NewReaderSize(from, 64<<10))
	r.ReuseRecord = true
	header, err := r.Read()
	wanted := strings.Join(metricHeader, ",") + ", or " + strings.Join(countHeader, ",")
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%s is empty: its first line must be %s", name, wanted)
	}
	if err != nil {
		return fmt.Errorf("%s:1: %w", name, cause(err))
	}
	header = slices.Clone(header)
	for i := range header {
		header[i] = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(header[i], "\ufeff")))
	}
	one := slices.Equal(header, metricHeader)
	if !one && !slices.Equal(header, countHeader) {
		return fmt.Errorf("%s:1: the header is %q: write %s", name, strings.Join(header, ","), wanted)
	}
	to, closeTo, err := o.output(from, in.Stdout)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeTo()) }()
	w := bufio.NewWriter(to)
	if one {
		err = metrics(ctx, r, w)
	} else {
		err = countRows(ctx, r, w, o.Bucket)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("%s:%w", name, err), w.Flush())
	}
	return w.Flush()
}

// table opens a CSV file, or standard input.
func (in Input) table(path string) (name string, r io.Reader, done func() error, err error) {
	if path == "-" {
		return "standard input", in.Stdin, func() error { return nil }, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return "", nil, nil, err
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return "", nil, nil, errors.Join(fmt.Errorf("%s is a directory: name a CSV file", path), f.Close())
	}
	return path, f, f.Close, nil
}

// output opens what is written to, which must not be what is read.
func (o SeriesOptions) output(from io.Reader, stdout io.Writer) (io.Writer, func() error, error) {
	if o.Out == "" {
		return stdout, func() error { return nil }, nil
	}
	if f, ok := from.(*os.File); ok {
		a, err := f.Stat()
		b, err2 := os.Stat(o.Out)
		if err == nil && err2 == nil && os.SameFile(a, b) {
			return nil, nil, fmt.Errorf("--out %s is the file that is read: name another", o.Out)
		}
	}
	f, err := os.Create(o.Out)
	if err != nil {
		return nil, nil, err
	}
	return f, f.Close, nil
}

// rows calls fn with each row. An error begins with the number of its line.
func rows(ctx context.Context, r *csv.Reader, fn func(row []string) error) error {
	for n := 0; ; n++ {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			if errors.Is(err, csv.ErrFieldCount) {
				err = fmt.Errorf("the row has %d fields and the header %d", len(row), r.FieldsPerRecord)
			}
			return fmt.Errorf("%d: %w", bad.StartLine, cause(err))
		}
		if err != nil {
			return fmt.Errorf("%d: %w", n+2, err)
		}
		if err = fn(row); err == nil && n&1023 == 0 {
			err = ctx.Err()
		}
		if err != nil {
			line, _ := r.FieldPos(0)
			return fmt.Errorf("%d: %w", line, err)
		}
	}
}

// cause is what is wrong without the line, which the message has already.
func cause(err error) error {
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		return bad.Err
	}
	return err
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
	texts, services := make(map[detector.ShapeID]string), make(map[string]string)
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
		level, ok := detector.ParseLevel(strings.ToLower(strings.TrimSpace(row[2])))
		if !ok {
			return fmt.Errorf("level %q is unknown: use trace, debug, info, warn, error, fatal or nothing", row[2])
		}
		n, err := parseCount(row[4])
		if err != nil {
			return err
		}
		id := shapeOf(row[3])
		if _, ok := texts[id]; !ok {
			texts[id] = strings.Clone(row[3])
		}
		service, ok := services[row[1]]
		if !ok {
			service = strings.Clone(row[1])
			services[service] = service
		}
		replay.Add(detector.Series{Level: level, Shape: id, Service: service}, at, n, 0)
		replay.Advance(at)
		return nil
	})
	if err != nil {
		return err
	}
	replay.Finish(replay.Newest())
	return found.printJSON(w)
}
