package app

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/cmd/internal/config"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/source"
)

// tlsConfig makes the TLS configuration of a connection; nil where it is off.
func tlsConfig(c config.TLS, what string) (*tls.Config, error) {
	if !c.Enabled {
		return nil, nil
	}
	out := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: c.ServerName}
	if c.CA != "" {
		pem, err := os.ReadFile(c.CA)
		if err != nil {
			return nil, fmt.Errorf("%s.tls.ca: %w", what, err)
		}
		out.RootCAs = x509.NewCertPool()
		if !out.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s.tls.ca: %s holds no certificate in PEM form", what, c.CA)
		}
	}
	if c.Cert != "" || c.Key != "" {
		pair, err := tls.LoadX509KeyPair(c.Cert, c.Key)
		if err != nil {
			return nil, fmt.Errorf("%s.tls: certificate %s and key %s do not load: %w", what, c.Cert, c.Key, err)
		}
		out.Certificates = []tls.Certificate{pair}
	}
	return out, nil
}

// kafkaOptions makes the source's options of a configuration.
func kafkaOptions(c config.Kafka) (source.Options, error) {
	t, err := tlsConfig(c.TLS, "kafka")
	if err != nil {
		return source.Options{}, err
	}
	o := source.Options{
		Brokers: c.Brokers, Topics: c.Topics, Group: c.Group, TLS: t, SessionTimeout: time.Duration(c.SessionTimeout),
	}
	if c.TopicPattern != "" {
		o.Topics = nil
		if o.Pattern, err = regexp.Compile(c.TopicPattern); err != nil {
			return o, fmt.Errorf("kafka.topic_pattern: %w", err)
		}
	}
	if c.SASL.Mechanism != "" {
		o.SASL = &source.SASL{
			Mechanism: strings.ToUpper(c.SASL.Mechanism), Username: c.SASL.Username, Password: c.SASL.Password.Reveal(),
		}
	}
	return o, nil
}

// redisBackend makes the backend for a single Redis, Sentinel or Cluster. It connects when it is first used.
func redisBackend(c config.Redis, now func() time.Time) (*rate.Redis, error) {
	t, err := tlsConfig(c.TLS, "redis")
	if err != nil {
		return nil, err
	}
	return rate.NewRedis(rate.RedisOptions{
		Addresses: c.Addresses, MasterName: c.MasterName, Cluster: c.Cluster, Username: c.Username,
		Password: c.Password.Reveal(), SentinelUsername: c.Sentinel.Username, SentinelPassword: c.Sentinel.Password.Reveal(),
		DB: c.DB, TLS: t, Prefix: c.Prefix, Now: now,
	})
}
