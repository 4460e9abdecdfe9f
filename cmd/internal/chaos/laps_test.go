//go:build linux

package chaos

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// lap is one turn: lines flow, faults strike, a host breaks meanwhile, all is mended, and then everything must be
// counted and told.
type lap struct {
	number  int
	faults  []fault
	began   time.Time
	mended  time.Time
	counted time.Duration // from the mending until every replica counts exactly what was produced; negative: never
	paged   time.Duration // from the mending until the page was at both receivers; 0: it was there before
	lost    uint64
	doubled uint64
	where   []string
	allowed time.Duration // beyond the limit
}

func (l *lap) name() string {
	var names []string
	for _, f := range l.faults {
		names = append(names, f.name)
	}
	return strings.Join(names, " + ")
}

// host is what breaks in this lap, and what its page names.
func (l *lap) host() string { return fmt.Sprintf("host-%04d", l.number) }

// service is what leaks a secret in this lap.
func (l *lap) service() string { return fmt.Sprintf("vault-%04d", l.number) }

// run plays the lap. Its error is of the suite or of a part, not of what tocsin counts.
func (l *lap) run(ctx context.Context, w *world, o options) error {
	l.began = time.Now()
	wait(ctx, time.Second)
	var mends []func(context.Context) error
	var hold time.Duration
	for _, f := range l.faults {
		mend, err := f.inject(ctx, w, w.random)
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		mends = append(mends, mend)
		hold = max(hold, f.hold+time.Duration(w.random.Int64N(int64(f.hold)+1)))
	}
	wait(ctx, hold/2)
	w.producer.plant(l.host())
	w.producer.leak(l.service())
	wait(ctx, hold-hold/2)
	if err := l.mend(ctx, o, mends); err != nil {
		return err
	}
	l.mended = time.Now()
	wait(ctx, time.Second) // lines that come after the mending are part of it
	return l.settle(ctx, w, o)
}

// mend mends all faults at once, as one part may need another to start.
func (l *lap) mend(ctx context.Context, o options, mends []func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, o.giveUp)
	defer cancel()
	errs := make([]error, len(mends))
	var all sync.WaitGroup
	for i, mend := range mends {
		all.Go(func() {
			if err := mend(ctx); err != nil {
				errs[i] = fmt.Errorf("mend %s: %w", l.faults[i].name, err)
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// settle stops the flow and waits until everything is counted and told.
func (l *lap) settle(ctx context.Context, w *world, o options) error {
	l.allowed = l.allowance(w)
	ctx, cancel := context.WithTimeout(ctx, o.giveUp+l.allowed)
	defer cancel()
	want, err := w.producer.pause(ctx)
	defer w.producer.resume()
	if err != nil {
		return err
	}
	err = poll(ctx, "exact counts", func() error {
		for _, r := range w.replicas[:running] {
			if err := r.died(); err != nil {
				return fatal{err}
			}
			got, err := r.counts(ctx, w.began.Add(-10*time.Minute))
			if err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
			if l.lost, l.doubled, l.where = got.against(want); l.where != nil {
				return fmt.Errorf("%s: %d lines lost, %d doubled: %s", r.name, l.lost, l.doubled, strings.Join(l.where, "; "))
			}
		}
		return nil
	})
	l.counted = time.Since(l.mended)
	if err != nil {
		l.counted = -1
		return err
	}
	err = poll(ctx, "the pages of "+l.host(), func() error { return w.told(l.host(), l.service()) })
	if w.latestPage(l.host()).After(l.mended) {
		l.paged = w.latestPage(l.host()).Sub(l.mended)
	}
	return err
}

// anewRate is how many lines a second are counted anew at least, with the race detector on a busy machine.
const anewRate = 2000

// allowance is how much longer than after other faults it may take where everything is counted anew.
func (l *lap) allowance(w *world) time.Duration {
	if !slices.ContainsFunc(l.faults, func(f fault) bool { return f.anew }) {
		return 0
	}
	return time.Duration(w.producer.acknowledged()) * time.Second / anewRate
}

// told fails while a receiver lacks the page of the host, or of the secret.
func (w *world) told(host, service string) error {
	var hook, secret bool
	for _, p := range w.pages.all() {
		hook = hook || p.answeredOK && strings.Contains(p.title, host)
		secret = secret || p.answeredOK && p.service == service && p.kind == "secret"
	}
	if !hook || !secret {
		return fmt.Errorf("at the webhook: the page of the rule %t, of the secret %t", hook, secret)
	}
	for _, m := range w.slack.Messages() {
		if strings.Contains(m.Text+string(m.Blocks), host) {
			return nil
		}
	}
	return fmt.Errorf("the page is not in Slack")
}

func (w *world) latestPage(host string) (at time.Time) {
	for _, p := range w.pages.all() {
		if p.answeredOK && p.event == "opened" && strings.Contains(p.title, host) && at.IsZero() {
			at = p.at
		}
	}
	return at
}

// wait is how long a fault or a flow lasts; nothing is taken to have happened because of it.
func wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
