//go:build linux

package chaos

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/tocsin-io/tocsin/cmd/internal/chaos/proxy"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

const (
	brokerCount = 3
	topic       = "logs"
)

// broker is one of three that are controllers too. Each replica reaches it through a listener and a proxy of its own,
// and the brokers copy from one another through a proxy.
type broker struct {
	process
	id         int
	suite      string // where the suite reaches it, past the proxies
	inter      *proxy.Proxy
	toReplicas [slots]*proxy.Proxy
}

// kafkaCluster is the three of them.
type kafkaCluster struct {
	brokers [brokerCount]*broker
	client  *kafka.Client
}

// kafkaJars is where .ci/services puts Kafka's jars.
func kafkaJars() (string, error) {
	cache := os.Getenv("TOCSIN_CACHE")
	if cache == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		cache = filepath.Join(home, ".cache", "tocsin")
	}
	found, err := filepath.Glob(filepath.Join(cache, "kafka-*", ".complete"))
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("there is no Kafka under %s: run make test, or .ci/services up", cache)
	}
	return filepath.Dir(found[len(found)-1]), nil
}

func java(jars string, args ...string) *exec.Cmd {
	fixed := []string{"-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp", filepath.Join(jars, "*")}
	return exec.Command("java", append(fixed, args...)...)
}

// newKafka lays out three brokers and starts them.
func (w *world) newKafka() (*kafkaCluster, error) {
	jars, err := kafkaJars()
	if err != nil {
		return nil, err
	}
	ports, err := testkit.Ports(brokerCount * (3 + slots))
	if err != nil {
		return nil, err
	}
	next := func() string {
		port := ports[0]
		ports = ports[1:]
		return fmt.Sprintf("127.0.0.1:%d", port)
	}
	k := &kafkaCluster{}
	var voters, controllers []string
	for i := range k.brokers {
		controllers = append(controllers, next())
		voters = append(voters, fmt.Sprintf("%d@%s", i+1, controllers[i]))
	}
	for i := range k.brokers {
		b := &broker{id: i + 1, suite: next()}
		k.brokers[i] = b
		if err := w.layOut(b, next, strings.Join(voters, ","), controllers[i]); err != nil {
			return nil, err
		}
		conf := filepath.Join(w.dir, fmt.Sprintf("kafka-%d.properties", b.id))
		b.process = process{
			spawner: w.spawner, name: fmt.Sprintf("broker %d", b.id), log: filepath.Join(w.dir, fmt.Sprintf("kafka-%d.log", b.id)),
			make: func() *exec.Cmd { return java(jars, "kafka.Kafka", conf) },
		}
	}
	if err := w.formatKafka(jars, k); err != nil {
		return nil, err
	}
	for _, b := range k.brokers {
		if err := b.start(); err != nil {
			return nil, err
		}
		w.onClose(func() { b.kill() })
	}
	k.client = &kafka.Client{Addr: kafka.TCP(k.addresses()...), Timeout: 10 * time.Second}
	return k, nil
}

// layOut writes a broker's configuration and makes its proxies.
func (w *world) layOut(b *broker, next func() string, voters, controller string) error {
	listeners := []string{"SUITE://" + b.suite, "CONTROLLER://" + controller}
	advertised := []string{"SUITE://" + b.suite}
	inter := next()
	var err error
	if b.inter, err = w.proxy(inter); err != nil {
		return err
	}
	listeners, advertised = append(listeners, "INTER://"+inter), append(advertised, "INTER://"+b.inter.Addr())
	for i := range b.toReplicas {
		at := next()
		if b.toReplicas[i], err = w.proxy(at); err != nil {
			return err
		}
		listeners = append(listeners, fmt.Sprintf("R%d://%s", i, at))
		advertised = append(advertised, fmt.Sprintf("R%d://%s", i, b.toReplicas[i].Addr()))
	}
	var protocols []string
	for _, l := range listeners {
		name, _, _ := strings.Cut(l, ":")
		protocols = append(protocols, name+":PLAINTEXT")
	}
	conf := fmt.Sprintf(`process.roles=broker,controller
node.id=%d
controller.quorum.voters=%s
listeners=%s
advertised.listeners=%s
listener.security.protocol.map=%s
controller.listener.names=CONTROLLER
inter.broker.listener.name=INTER
log.dirs=%s
num.network.threads=2
num.io.threads=4
auto.create.topics.enable=false
default.replication.factor=3
min.insync.replicas=2
offsets.topic.replication.factor=3
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=3
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=4000
broker.heartbeat.interval.ms=500
replica.lag.time.max.ms=5000
`, b.id, voters, strings.Join(listeners, ","), strings.Join(advertised, ","), strings.Join(protocols, ","), w.kafkaDir(b.id))
	return os.WriteFile(filepath.Join(w.dir, fmt.Sprintf("kafka-%d.properties", b.id)), []byte(conf), 0o600)
}

func (w *world) kafkaDir(id int) string { return filepath.Join(w.dir, fmt.Sprintf("kafka-%d", id)) }

// formatKafka formats the first broker's directory and gives the others a copy under their own names.
func (w *world) formatKafka(jars string, k *kafkaCluster) error {
	cmd := java(jars, "kafka.tools.StorageTool", "format", "-t", uuid(), "-c", filepath.Join(w.dir, "kafka-1.properties"))
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("format Kafka's log: %w: %s", err, out)
	}
	meta, err := os.ReadFile(filepath.Join(w.kafkaDir(1), "meta.properties"))
	if err != nil {
		return err
	}
	for _, b := range k.brokers[1:] {
		if err := os.CopyFS(w.kafkaDir(b.id), os.DirFS(w.kafkaDir(1))); err != nil {
			return err
		}
		var own bytes.Buffer
		for line := range strings.Lines(string(meta)) {
			switch {
			case strings.HasPrefix(line, "node.id="):
				line = fmt.Sprintf("node.id=%d\n", b.id)
			case strings.HasPrefix(line, "directory.id="):
				line = "directory.id=" + uuid() + "\n"
			}
			own.WriteString(line)
		}
		if err := os.WriteFile(filepath.Join(w.kafkaDir(b.id), "meta.properties"), own.Bytes(), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// uuid is an id as Kafka writes them.
func uuid() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[0] &= 0x7f           // none that begins with a dash, which would be read as a flag
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func (k *kafkaCluster) addresses() []string {
	var out []string
	for _, b := range k.brokers {
		out = append(out, b.suite)
	}
	return out
}

// answers waits until all brokers are there and every partition has all its copies in step.
func (k *kafkaCluster) answers(ctx context.Context) error {
	return poll(ctx, "Kafka", func() error {
		for _, b := range k.brokers {
			if err := b.died(); err != nil {
				return fatal{err}
			}
		}
		res, err := k.client.Metadata(ctx, &kafka.MetadataRequest{Addr: k.client.Addr})
		if err != nil {
			return err
		}
		if len(res.Brokers) < brokerCount {
			return fmt.Errorf("%d brokers of %d", len(res.Brokers), brokerCount)
		}
		for _, t := range res.Topics {
			for _, p := range t.Partitions {
				if len(p.Isr) < brokerCount {
					return fmt.Errorf("%s/%d has %d copies in step", t.Name, p.ID, len(p.Isr))
				}
			}
		}
		return nil
	})
}

func (k *kafkaCluster) createTopic(ctx context.Context, partitions int) error {
	return poll(ctx, "the topic", func() error {
		res, err := k.client.CreateTopics(ctx, &kafka.CreateTopicsRequest{
			Topics: []kafka.TopicConfig{{Topic: topic, NumPartitions: partitions, ReplicationFactor: brokerCount}},
		})
		if err != nil {
			return err
		}
		if err := res.Errors[topic]; err != nil && !errors.Is(err, kafka.TopicAlreadyExists) {
			return err
		}
		return nil
	})
}

// layout is what the brokers say of the topic. A broker that has just come back may answer with an error first.
func (k *kafkaCluster) layout(ctx context.Context) (parts []kafka.Partition, err error) {
	err = ask(ctx, "the partitions of the topic", func(ctx context.Context) error {
		res, err := k.client.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{topic}})
		if err != nil {
			return err
		}
		if len(res.Topics) != 1 {
			return fmt.Errorf("%d topics in the answer", len(res.Topics))
		}
		parts = res.Topics[0].Partitions
		return res.Topics[0].Error
	})
	return parts, err
}

// partitions is how many the topic has.
func (k *kafkaCluster) partitions(ctx context.Context) (int, error) {
	parts, err := k.layout(ctx)
	return len(parts), err
}

// records is how many the topic holds by its partitions' ends; nothing in the suite removes any. A broker that has just
// come back may answer with an error first.
func (k *kafkaCluster) records(ctx context.Context) (total int64, err error) {
	err = ask(ctx, "the ends of the topic", func(ctx context.Context) error {
		total, err = k.ends(ctx)
		return err
	})
	return total, err
}

func (k *kafkaCluster) ends(ctx context.Context) (total int64, err error) {
	parts, err := k.layout(ctx)
	if err != nil {
		return 0, err
	}
	var last []kafka.OffsetRequest
	for _, p := range parts {
		last = append(last, kafka.LastOffsetOf(p.ID))
	}
	ends, err := k.client.ListOffsets(ctx, &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{topic: last}})
	if err != nil {
		return 0, err
	}
	for _, p := range ends.Topics[topic] {
		if p.Error != nil {
			return 0, p.Error
		}
		total += p.LastOffset
	}
	return total, nil
}
