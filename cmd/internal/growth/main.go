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
	turns := flag.Int("turns", 1, "more than 1: all rows stay up, are measured in turn, so many times, and the least of each is printed")
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
	g := &growth{dir: dir, binary: binary, pace: *pace, span: *span}
	if *turns > 1 {
		return g.inTurn(ctx, todo, *turns)
	}
	var failed []error
	for _, s := range todo {
		// The other rows are measured all the same.
		if err := g.inTurn(ctx, []size{s}, 1); err != nil && ctx.Err() == nil {
			failed = append(failed, fmt.Errorf("%+v: %w", s, err))
		}
	}
	return errors.Join(append(failed, ctx.Err())...)
}

// growth is how rows are measured.
type growth struct {
	dir, binary string
	pace        int
	span        time.Duration
}

// inTurn measures rows side by side, each so many times, and prints the least of each: what else the machine does then
// meets all of them alike.
func (g *growth) inTurn(ctx context.Context, todo []size, turns int) (err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(len(todo))*(15*time.Minute+time.Duration(turns)*(time.Minute+2*g.span)))
	defer cancel()
	var rows []*row
	defer func() {
		for _, r := range rows {
			err = errors.Join(err, r.close())
		}
	}()
	for _, s := range todo {
		r, err := prepare(ctx, g.dir, g.binary, s, g.pace)
		if err != nil {
			return err
		}
		rows = append(rows, r)
	}
	for turn := range turns {
		for _, r := range rows {
			began := time.Now()
			if err := r.measure(ctx, g.pace, g.span); err != nil {
				return err
			}
			fmt.Fprintf(os.Stderr, "growth: turn %d of %+v took %s; the least until now is %.2f us a line and %.0f ms/s at rest\n",
				turn+1, r.size, time.Since(began).Round(time.Second), r.cost.cpu, r.cost.rest)
		}
	}
	for _, r := range rows {
		s, c := r.size, r.cost
		fmt.Printf("| %d | %d | %d | %d | %d | %.0f | %.0f | %.2f | %.2f | %.1f, %.1f | %d | %d |\n", s.replicas, s.partitions, s.services, s.series, s.rules,
			c.rest, c.pace, c.cpu, c.commands, c.in, c.out, c.rss>>20, c.redis>>20)
	}
	return nil
}
