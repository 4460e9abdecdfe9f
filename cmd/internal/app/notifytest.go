package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/tocsin-io/tocsin/cmd/internal/tool"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/receivers"
)

// NotifyTest sends a sample to a receiver, or its end, and says what is left to do.
func (s *Settings) NotifyTest(ctx context.Context, out io.Writer, name string, resolved bool) error {
	conf, _, err := s.Load()
	if err != nil {
		return err
	}
	built, err := receivers.Build(conf.Notifier(), receivers.Options{Acts: slackActs})
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(conf.TimeZone)
	if err != nil {
		return fmt.Errorf("time_zone: %w", err)
	}
	d, err := notifier.New(notifier.Options{
		Outbox: noOutbox{}, Receivers: built, Now: time.Now, Random: rand.Float64, Logger: slog.New(slog.DiscardHandler),
		Owner: owner(), BaseURL: conf.URL, Location: zone,
	})
	if err != nil {
		return err
	}
	if err := d.SendTest(ctx, name, resolved); err != nil {
		return &tool.FoundError{Text: err.Error()}
	}
	fmt.Fprintf(out, "%s took the message\n", name)
	if left := leftOpen(conf.Receivers, name); left != "" && !resolved {
		fmt.Fprintln(out, left)
	}
	return nil
}

// leftOpen says what a sample leaves behind at a service that keeps alerts; empty where that is nothing.
func leftOpen(list []notifier.ReceiverConfig, name string) string {
	for _, r := range list {
		switch {
		case r.Name != name:
		case r.PagerDuty != nil, r.Opsgenie != nil:
			return "its alert is open there; end it with: tocsin notify test --resolve " + name
		case r.Alertmanager != nil:
			return "its alert ends there by itself in 5 minutes"
		}
	}
	return ""
}

// noOutbox stands where a sample is sent past the outbox.
type noOutbox struct{ notifier.Outbox }
