package source_test

import (
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/source"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

func fakeCluster(t testing.TB, opts ...kfake.Opt) *kfake.Cluster {
	t.Helper()
	c, err := kfake.NewCluster(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// certificate makes a server's certificate and the pool that trusts it.
func certificate(t testing.TB) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "kafka"}, IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func TestTLSAndSASL(t *testing.T) {
	const password = "s3cret-of-the-test"
	for _, mechanism := range []string{source.Plain, source.ScramSHA256, source.ScramSHA512} {
		t.Run(mechanism, func(t *testing.T) {
			cert, pool := certificate(t)
			cluster := fakeCluster(t, kfake.NumBrokers(1), kfake.SeedTopics(2, "logs"), kfake.EnableSASL(),
				kfake.Superuser(mechanism, "tocsin", password), kfake.TLS(&tls.Config{Certificates: []tls.Certificate{cert}}))
			opts := options(t, cluster.ListenAddrs()[0], "logs")
			opts.TLS = &tls.Config{RootCAs: pool}
			opts.SASL = &source.SASL{Mechanism: strings.ToLower(mechanism), Username: "tocsin", Password: password}
			w, err := source.NewWriter(source.WriterOptions{Options: opts})
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
			if err := w.Write(t.Context(), numbered(100)...); err != nil {
				t.Fatal(err)
			}
			c := newCollect()
			run(t, opts, c)
			c.take(t, 100)

			wrong := opts
			wrong.SASL = &source.SASL{Mechanism: mechanism, Username: "tocsin", Password: password + "x"}
			refused(t, wrong, "SASL", password)
			untrusted := opts
			untrusted.TLS = &tls.Config{}
			refused(t, untrusted, "TLS", password)
			plain := opts
			plain.TLS = nil
			plain.RequestTimeout = time.Second
			refused(t, plain, "kafka", password)
		})
	}
}

// refused checks that the cluster does not answer with these options, with an error that says why and no secret.
func refused(t *testing.T, opts source.Options, why, secret string) {
	t.Helper()
	c, err := source.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	err = c.Ping(ctx)
	if err == nil || !strings.Contains(err.Error(), why) {
		t.Errorf("Ping: %v, want an error about %s", err, why)
	}
	if text := fmt.Sprintf("%v %+v %#v", err, opts.SASL, *opts.SASL); strings.Contains(text, secret) {
		t.Errorf("the password stands in %q", text)
	}
}

// TestLeaderMoves moves the leader while records are read: none is lost or doubled.
func TestLeaderMoves(t *testing.T) {
	cluster := fakeCluster(t, kfake.NumBrokers(3), kfake.SeedTopics(1, "logs"))
	addr := cluster.ListenAddrs()[0]
	c := newCollect()
	run(t, options(t, addr, "logs"), c)
	next := int64(0)
	for round := range 6 {
		if err := cluster.MoveTopicPartition("logs", 0, int32(round%3)); err != nil {
			t.Fatal(err)
		}
		produce(t, addr, "logs", numbered(50)...)
		for _, r := range c.take(t, 50) {
			if r.Offset != next {
				t.Fatalf("offset %d after %d", r.Offset, next-1)
			}
			next++
		}
	}
}

// TestCoordinatorMoves lets the group's coordinator move.
func TestCoordinatorMoves(t *testing.T) {
	cluster := fakeCluster(t, kfake.NumBrokers(3), kfake.SeedTopics(2, "logs"))
	addr := cluster.ListenAddrs()[0]
	c := newCollect()
	consumer, _ := run(t, options(t, addr, "logs"), c)
	testkit.Until(t, "the assignment", func() bool { return len(consumer.Membership().Assigned) == 2 })
	cluster.RehashCoordinators()
	testkit.Until(t, "another assignment", func() bool {
		m := consumer.Membership()
		return m.Joined && len(m.Assigned) == 2
	})
	produce(t, addr, "logs", numbered(20)...)
	c.take(t, 20)
}

// TestBrokerAway lets the broker refuse fetches: the owner is not held up, hears of the trouble, and goes on after it.
func TestBrokerAway(t *testing.T) {
	cluster := fakeCluster(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "logs"))
	var away atomic.Bool
	away.Store(true)
	cluster.ControlKey(int16(kmsg.Fetch), func(kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		if away.Load() {
			return nil, errors.New("cut"), true
		}
		return nil, nil, false
	})
	troubles, records := make(chan error, 10_000), make(chan detector.Record, 100)
	run(t, options(t, cluster.ListenAddrs()[0], "logs"), source.HandlerFunc(func(ctx context.Context, p *source.Partition) error {
		for {
			b, err := p.Next(ctx)
			if err != nil {
				return err
			}
			if b.Trouble != nil {
				troubles <- b.Trouble
			}
			for _, r := range b.Records {
				records <- copyRecord(r)
			}
		}
	}))
	produce(t, cluster.ListenAddrs()[0], "logs", detector.Record{Value: []byte("x")})
	for range 3 {
		select {
		case <-troubles:
		case <-time.After(20 * time.Second):
			t.Fatal("no trouble was told of within 20 s")
		}
	}
	away.Store(false)
	select {
	case r := <-records:
		if string(r.Value) != "x" {
			t.Errorf("record %q", r.Value)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the record did not come within 20 s of the broker's return")
	}
}

// TestThrottled lets the broker answer by its quota, about no topic at all: nothing is wrong, and what comes is read.
func TestThrottled(t *testing.T) {
	cluster := fakeCluster(t, kfake.NumBrokers(1), kfake.SeedTopics(1, "logs"))
	var mutes atomic.Int32
	mutes.Store(4)
	cluster.ControlKey(int16(kmsg.Fetch), func(req kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		if mutes.Add(-1) < 0 {
			return nil, nil, false
		}
		res := req.ResponseKind().(*kmsg.FetchResponse)
		res.ThrottleMillis = 50
		return res, nil, true
	})
	addr := cluster.ListenAddrs()[0]
	produce(t, addr, "logs", numbered(3)...)
	readsWithin(t, time.Minute, options(t, addr, "logs"), func(ctx context.Context, p *source.Partition) error {
		for next := int64(0); next < 3; {
			b, err := p.Next(ctx)
			if err = cmp.Or(err, b.Trouble); err != nil {
				return err
			}
			next = b.Next
		}
		mutes.Store(2)
		records, _, err := p.Fetch(ctx, []int64{1})
		if err == nil && len(records) != 1 {
			err = fmt.Errorf("fetched again: %v, want the record at 1", records)
		}
		return err
	})
}
