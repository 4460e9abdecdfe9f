package redact

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Raw lines: each .log file under TOCSIN_BENCH_LINES (by default the samples of the templates) is a set, each line of it
// a message. What counts is min-ns/line: every few lines are timed by themselves and the fastest of all passes is taken
// of each, which depends least on what else the machine does.
func BenchmarkLines(b *testing.B) {
	dir := os.Getenv("TOCSIN_BENCH_LINES")
	if dir == "" {
		dir = filepath.Join("..", "template", "testdata", "lines")
	}
	found := false
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".log" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if lines := bytes.Split(bytes.TrimRight(text, "\n"), []byte("\n")); len(text) > 0 {
			found = true
			b.Run(strings.TrimSuffix(filepath.Base(path), ".log"), func(b *testing.B) { benchmarkLines(b, lines) })
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	if !found {
		b.Fatalf("no .log file with lines under %s", dir)
	}
}

const timedLines = 16

func benchmarkLines(b *testing.B, lines [][]byte) {
	r := redactor(b, Options{})
	secrets := make([]detector.Secret, 0, 8)
	size := 0
	for _, l := range lines {
		size += len(l)
	}
	best := make([]time.Duration, 0, len(lines)/timedLines+1)
	groups := slices.Collect(slices.Chunk(lines, timedLines))
	b.ReportAllocs()
	for b.Loop() {
		for i, few := range groups {
			began := time.Now()
			for _, l := range few {
				ev := detector.Event{Message: l, Secrets: secrets[:0]}
				r.Event(&ev)
			}
			took := time.Since(began)
			if i == len(best) {
				best = append(best, took)
			}
			best[i] = min(best[i], took)
		}
	}
	var sum time.Duration
	for _, d := range best {
		sum += d
	}
	n := float64(len(lines))
	b.ReportMetric(float64(sum.Nanoseconds())/n, "min-ns/line")
	b.ReportMetric(float64(size)/n, "bytes/line")
}
