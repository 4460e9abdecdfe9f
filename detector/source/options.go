package source

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"time"

	"github.com/segmentio/kafka-go/sasl"
	"github.com/segmentio/kafka-go/sasl/plain"
	"github.com/segmentio/kafka-go/sasl/scram"
)

// Options say what to read and how to reach it. Zero durations and sizes mean the defaults.
type Options struct {
	Brokers  []string       // host:port of some brokers
	Topics   []string       // these topics, also if they are created later
	Pattern  *regexp.Regexp // and all others whose names match; never Kafka's internal ones
	Group    string         // the consumer group
	ClientID string         // "tocsin" where empty
	TLS      *tls.Config    // nil: plain text
	SASL     *SASL          // nil: none
	Logger   *slog.Logger   // nil: nothing is logged

	SessionTimeout   time.Duration // 10 s: how long a member may be silent before its partitions go to others
	RebalanceTimeout time.Duration // 30 s: how long handlers may take to end when partitions move
	Watch            time.Duration // 3 s: how often new topics and partitions are looked for
	MaxWait          time.Duration // 250 ms: how long the broker holds back an empty answer
	RequestTimeout   time.Duration // 10 s: how long an answer may take
	Stall            time.Duration // 2 min: how long a log may go on of which the broker hands nothing out before that is Trouble
	MaxBytes         int           // 1 MiB: of one fetch, before decompression
}

// The mechanisms of SASL; lower case is taken too.
const (
	Plain       = "PLAIN"
	ScramSHA256 = "SCRAM-SHA-256"
	ScramSHA512 = "SCRAM-SHA-512"
)

// SASL is how to authenticate.
type SASL struct {
	Mechanism string
	Username  string
	Password  string
}

// String hides the password.
func (s SASL) String() string { return fmt.Sprintf("%s user %q", s.Mechanism, s.Username) }

// GoString hides the password.
func (s SASL) GoString() string { return s.String() }

// LogValue hides the password.
func (s SASL) LogValue() slog.Value { return slog.StringValue(s.String()) }

func (s *SASL) mechanism() (sasl.Mechanism, error) {
	if s == nil {
		return nil, nil
	}
	switch strings.ToUpper(s.Mechanism) {
	case Plain:
		return plain.Mechanism{Username: s.Username, Password: s.Password}, nil
	case ScramSHA256, ScramSHA512:
		algo := scram.SHA256
		if strings.EqualFold(s.Mechanism, ScramSHA512) {
			algo = scram.SHA512
		}
		m, err := scram.Mechanism(algo, s.Username, s.Password)
		if err != nil {
			// The library's error may quote what it could not prepare.
			return nil, fmt.Errorf("kafka: user name or password for %s holds characters that SASLprep forbids", s.Mechanism)
		}
		return m, nil
	}
	return nil, fmt.Errorf("kafka: SASL mechanism %q is unknown: use %s, %s or %s", s.Mechanism, Plain, ScramSHA256, ScramSHA512)
}

func (o Options) withDefaults() Options {
	for _, d := range []struct {
		v   *time.Duration
		def time.Duration
	}{
		{&o.SessionTimeout, 10 * time.Second},
		{&o.RebalanceTimeout, 30 * time.Second},
		{&o.Watch, 3 * time.Second},
		{&o.MaxWait, 250 * time.Millisecond},
		{&o.RequestTimeout, 10 * time.Second},
		{&o.Stall, 2 * time.Minute},
	} {
		if *d.v <= 0 {
			*d.v = d.def
		}
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = 1 << 20
	}
	if o.ClientID == "" {
		o.ClientID = "tocsin"
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

func (o Options) validate() error {
	if err := o.readable(); err != nil {
		return err
	}
	if o.Group == "" {
		return errors.New("kafka: no consumer group: give it a name")
	}
	return nil
}

// readable is what whoever reads without a group needs.
func (o Options) readable() error {
	switch {
	case len(o.Brokers) == 0:
		return errors.New("kafka: no brokers: give host:port of at least one")
	case len(o.Topics) == 0 && o.Pattern == nil:
		return errors.New("kafka: neither topics nor a pattern: say what to read")
	}
	return nil
}
