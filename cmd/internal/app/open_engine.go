package app

import (
	"context"
	"crypto/rand"
	"io"
	"time"

	"github.com/tocsin-io/tocsin/cmd/internal/config"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly"
	"github.com/tocsin-io/tocsin/detector/clock"
	"github.com/tocsin-io/tocsin/detector/decode"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/redact"
	"github.com/tocsin-io/tocsin/detector/source"
	"github.com/tocsin-io/tocsin/detector/template"
)

func (a *App) openEngine(ctx context.Context) error {
	c := &a.o.Config
	k := c.Kafka
	if a.broker != nil {
		k = config.Kafka{Brokers: a.brokers, Topics: []string{c.Embedded.Topic}, Group: c.Kafka.Group, SessionTimeout: c.Kafka.SessionTimeout}
	}
	so, err := kafkaOptions(k)
	if err != nil {
		return err
	}
	so.Logger = a.log.With("part", "kafka")
	if a.consumer, err = source.New(so); err != nil {
		return err
	}
	key, err := a.secret(ctx, "fingerprint_key")
	if err != nil {
		return err
	}
	if c.Redact.Fingerprint != "" {
		key = []byte(c.Redact.Fingerprint.Reveal())
	}
	compiled, err := redact.Compile(redactOptions(c.Redact, key))
	if err != nil {
		return err
	}
	a.notes = &notes{r: compiled.Redactor()}
	a.engine = engine.New(engine.Options{
		Log: a.consumer, Backend: a.backend, Reader: a.reader, Ledger: ledger{a.store, a.o.Now, a.deliverer.Poke}, Observer: a.hub,
		Clock: a.o.Now, Logger: a.log.With("part", "engine"),
		Decode: decode.Options{
			MaxEvent: int(c.Decode.MaxEvent), Pins: c.Decode.Pins, Environment: c.Environment, Now: a.o.Now,
		},
		Templates: templateOptions(c.Templates),
		Redactor:  func() engine.Redactor { return compiled.Redactor() },
		Corrector: func() engine.Corrector { return clock.New(clock.Options{}) },
		Suite: func(t *engine.Templates) engine.Suite {
			return anomaly.New(anomaly.Options{
				Width: rate.Fine, SensitivityOf: a.sensitivities.lowest,
				Text: func(_ string, id detector.ShapeID) string { return t.Text(id) },
			})
		},
		Worker:    engine.WorkerOptions{Lateness: time.Duration(c.Decode.Lateness), History: c.Detection.History()},
		Retention: time.Duration(c.Retention.Fine), MaxLate: time.Duration(c.Detection.MaxLate),
	})
	if err := a.engine.Templates.Use(templateOptions(c.Templates).Patterns, templateNames(c.Templates)); err != nil {
		return err
	}
	a.sensitivities.configure(c.Detection)
	if err := a.sensitivities.read(ctx, a.store); err != nil {
		return err
	}
	a.book = &ruleBook{
		now: a.o.Now, sensitivities: &a.sensitivities, resolve: a.engine.Templates.Canonical, judgesAll: a.engine.JudgesAll,
	}
	warnings, err := a.book.load(c.Rules)
	if err != nil {
		return err
	}
	for _, w := range warnings {
		a.log.Warn("rule", "problem", w.String())
	}
	a.engine.SetRules(a.book.engineRules())
	return nil
}

func templateOptions(c config.Templates) template.Options {
	o := template.Options{MaxShapes: c.MaxShapes}
	for _, p := range c.Patterns {
		o.Patterns = append(o.Patterns, p.Pattern())
	}
	return o
}

// templateNames are the names that a valid configuration gives to learned templates.
func templateNames(c config.Templates) map[detector.ShapeID]string {
	names := make(map[detector.ShapeID]string, len(c.Names))
	for text, name := range c.Names {
		if id, err := detector.ParseShapeID(text); err == nil {
			names[id] = name
		}
	}
	return names
}

// secret is random bytes that all replicas share and that outlive them.
func (a *App) secret(ctx context.Context, name string) ([]byte, error) {
	fresh := make([]byte, 32)
	if _, err := io.ReadFull(rand.Reader, fresh); err != nil {
		return nil, err
	}
	return a.store.MetaOnce(ctx, name, fresh)
}
