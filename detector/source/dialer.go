package source

import "github.com/segmentio/kafka-go"

// Dialer makes connections of kafka-go's own by the same TLS and SASL, for tools that read a topic without a group.
func Dialer(o Options) (*kafka.Dialer, error) {
	o = o.withDefaults()
	m, err := o.SASL.mechanism()
	if err != nil {
		return nil, err
	}
	return &kafka.Dialer{ClientID: o.ClientID, Timeout: o.RequestTimeout, DualStack: true, TLS: o.TLS, SASLMechanism: m}, nil
}
