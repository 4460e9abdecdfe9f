package app

import (
	"time"

	"github.com/tocsin-io/tocsin/cmd/internal/config"
	"github.com/tocsin-io/tocsin/cmd/internal/tool"
	"github.com/tocsin-io/tocsin/detector/decode"
)

// Past is the log that the service of this configuration reads, for commands that look back. Without brokers it is that
// of the embedded broker, which a running service serves.
func (s *Settings) Past() (tool.Topic, error) {
	c, _, err := s.Load()
	if err != nil {
		return tool.Topic{}, err
	}
	k := c.Kafka
	if len(k.Brokers) == 0 {
		k = config.Kafka{Brokers: []string{c.Embedded.Listen}, Topics: []string{c.Embedded.Topic}}
	}
	return past(c, k)
}

// past is the log that this process reads.
func (a *App) past() (tool.Topic, error) {
	c := a.conf.get()
	k := c.Kafka
	if a.broker != nil {
		k = config.Kafka{Brokers: a.brokers, Topics: []string{c.Embedded.Topic}}
	}
	return past(c, k)
}

// past is the log at k, understood as c says.
func past(c config.Config, k config.Kafka) (tool.Topic, error) {
	o, err := kafkaOptions(k)
	if err != nil {
		return tool.Topic{}, err
	}
	return tool.Topic{
		Source: o,
		Decode: decode.Options{
			MaxEvent: int(c.Decode.MaxEvent), Pins: c.Decode.Pins, Environment: c.Environment, Now: time.Now,
		},
		Redact: redactOptions(c.Redact, nil),
	}, nil
}
