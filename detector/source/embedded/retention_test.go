package embedded

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"
)

func retained(t *testing.T, dir string) (*kfake.Cluster, *retainer) {
	t.Helper()
	c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.DataDir(filepath.Join(dir, "log")), kfake.SeedTopics(2, "logs"),
		kfake.BrokerConfigs(map[string]string{"log.cleaner.backoff.ms": "1000", "log.retention.ms": "-1"}))
	if err != nil {
		t.Fatal(err)
	}
	r, err := newRetainer(c, Options{Dir: dir, Topic: "logs", RetentionTime: 48 * time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	return c, r
}

// write sends a batch of one record for each time.
func write(t *testing.T, c *kfake.Cluster, times ...time.Time) {
	t.Helper()
	w := kafka.Writer{Addr: kafka.TCP(c.ListenAddrs()...), Topic: "logs", BatchSize: 1, RequiredAcks: kafka.RequireAll}
	defer w.Close()
	w.Balancer = kafka.BalancerFunc(func(kafka.Message, ...int) int { return 0 })
	for _, at := range times {
		if err := w.WriteMessages(context.Background(), kafka.Message{Value: []byte("line"), Time: at}); err != nil {
			t.Fatal(err)
		}
	}
}

func bounds(c *kfake.Cluster) [2]int64 {
	p := c.PartitionInfo("logs", 0)
	return [2]int64{p.LogStartOffset, p.HighWatermark}
}

// Lines stay as long as the retention says since they arrived, whatever times they bear; the newest stays for ever, so
// that a restart goes on with the same offsets.
func TestRetentionGoesByArrival(t *testing.T) {
	dir := t.TempDir()
	c, r := retained(t, dir)
	// The clock of the test begins now: the broker's own rules would go by that of the machine.
	now := time.Now().Truncate(time.Second)
	pass := func(d time.Duration, want [2]int64) {
		t.Helper()
		for end := now.Add(d); now.Before(end); {
			now = now.Add(10 * time.Minute)
			if err := r.run(now); err != nil {
				t.Fatal(err)
			}
		}
		if got := bounds(c); got != want {
			t.Fatalf("offsets %v, want %v", got, want)
		}
	}
	write(t, c, now, now.Add(-30*24*time.Hour), time.Unix(1, 0), now)
	pass(47*time.Hour, [2]int64{0, 4})
	write(t, c, now, now)
	pass(3*time.Hour, [2]int64{4, 6})
	c.Close()
	c, r = retained(t, dir) // it goes on with what is known
	pass(44*time.Hour, [2]int64{4, 6})
	pass(100*time.Hour, [2]int64{5, 6})
	c.Close()
	c, _ = retained(t, dir)
	defer c.Close()
	if got := bounds(c); got[1] != 6 {
		t.Fatalf("offsets %v after a restart, want them to go on at 6", got)
	}
}
