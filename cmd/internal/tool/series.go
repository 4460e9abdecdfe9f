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

	"github.com/tocsin-io/tocsin/detector/anomaly/metric"
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
	bound := &bounded{r: from, left: maxRow}
	r := csv.NewReader(bufio.NewReaderSize(bound, 64<<10))
	r.ReuseRecord = true
	t := csvTable{r, bound}
	header, err := t.Read()
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
		err = metrics(ctx, t, w)
	} else {
		err = countRows(ctx, t, w, in.Stderr, o.Bucket)
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

func metrics(ctx context.Context, t csvTable, w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"timestamp", "value", "anomaly_score", "alert"}); err != nil {
		return err
	}
	d := metric.New(metric.Options{})
	err := t.rows(ctx, func(row []string) error {
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
