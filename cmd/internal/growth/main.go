// Command growth measures what a line costs as replicas, partitions, services, series and rules grow: it runs tocsin as
// processes of their own beside Kafka and Postgres of the tests and a Redis of its own, and prints a table.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// size is what one row of the table measures.
type size struct {
	replicas, partitions, services, series, rules int
}

// base is the row that the others differ from in one column.
var base = size{replicas: 1, partitions: 16, services: 100, series: 10_000}

// rows grow one thing at a time.
func rows() []size {
	out := []size{base}
	add := func(values []int, set func(*size, int)) {
		for _, v := range values {
			s := base
			set(&s, v)
			out = append(out, s)
		}
	}
	add([]int{2, 4}, func(s *size, v int) { s.replicas = v })
	add([]int{4, 64}, func(s *size, v int) { s.partitions = v })
	add([]int{100, 1000}, func(s *size, v int) { s.rules = v })
	add([]int{10, 1000, 10_000}, func(s *size, v int) { s.services = v })
	add([]int{1000, 100_000, 1_000_000}, func(s *size, v int) {
		s.series, s.services = v, max(s.services, v/1000)
	})
	return out
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "growth: "+err.Error())
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	pace := flag.Int("rate", 20_000, "lines a second while it measures")
	span := flag.Duration("span", 20*time.Second, "how long it measures a row")
	only := flag.String("only", "", "measure these rows alone: replicas,partitions,services,series,rules and a blank between two rows")
	flag.Parse()
	todo := rows()
	if *only != "" {
		todo = nil
	}
	for _, text := range strings.Fields(*only) {
		var s size
		if _, err := fmt.Sscanf(text, "%d,%d,%d,%d,%d", &s.replicas, &s.partitions, &s.services, &s.series, &s.rules); err != nil {
			return fmt.Errorf("-only %q: write five numbers, such as 1,16,100,10000,0", text)
		}
		todo = append(todo, s)
	}
	dir, err := os.MkdirTemp("", "tocsin-growth-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "tocsin")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "github.com/tocsin-io/tocsin/cmd/tocsin").CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	fmt.Println("| replicas | partitions | services | series | rules | CPU at rest ms/s | lines/s | CPU us a line | Redis commands a 1,000 lines | bytes a line to Redis, from it | RSS of a replica MB | Redis MB |")
	fmt.Println(strings.Repeat("|---:", 12) + "|")
	var failed []error
	for _, s := range todo {
		began := time.Now()
		c, err := measure(ctx, filepath.Join(dir, fmt.Sprintf("%d-%d-%d-%d-%d", s.replicas, s.partitions, s.services, s.series, s.rules)), binary, s, *pace, *span)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil { // the other rows are measured all the same
			failed = append(failed, fmt.Errorf("%+v: %w", s, err))
			continue
		}
		fmt.Fprintf(os.Stderr, "growth: %+v took %s\n", s, time.Since(began).Round(time.Second))
		fmt.Printf("| %d | %d | %d | %d | %d | %.0f | %.0f | %.2f | %.2f | %.1f, %.1f | %d | %d |\n", s.replicas, s.partitions, s.services, s.series, s.rules,
			c.rest, c.pace, c.cpu, c.commands, c.in, c.out, c.rss>>20, c.redis>>20)
	}
	return errors.Join(failed...)
}
