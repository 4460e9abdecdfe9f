package e2e

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/tocsin-io/tocsin/detector"
)

// log writes lines to partitions of its choice at times of its choice.
type log struct {
	t       *testing.T
	client  *kgo.Client
	topic   string
	records []*kgo.Record
}

func newLog(t *testing.T, p parts) *log {
	t.Helper()
	c, err := kgo.NewClient(kgo.SeedBrokers(p.kafka), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return &log{t: t, client: c, topic: p.topic}
}

// line adds a line that its host dates at own and the log at received.
func (l *log) line(partition int, host string, own, received time.Time) {
	l.records = append(l.records, &kgo.Record{
		Topic: l.topic, Partition: int32(partition), Timestamp: received,
		Value: fmt.Appendf(nil, `{"time":%q,"level":"info","service":"shop-%d","host":%q,"msg":"order paid in %d ms"}`,
			own.UTC().Format(time.RFC3339Nano), partition, host, len(l.records)%90),
	})
}

func (l *log) send() {
	l.t.Helper()
	if err := l.client.ProduceSync(l.t.Context(), l.records...).FirstErr(); err != nil {
		l.t.Fatal(err)
	}
	l.records = nil
}

// trim deletes what a partition holds before an offset, as retention does.
func (l *log) trim(partition int32, before int64) {
	l.t.Helper()
	var offsets kadm.Offsets
	offsets.Add(kadm.Offset{Topic: l.topic, Partition: partition, At: before, LeaderEpoch: -1})
	res, err := kadm.NewClient(l.client).DeleteRecords(l.t.Context(), offsets)
	if err = errors.Join(err, res.Error()); err != nil {
		l.t.Fatal(err)
	}
}

// told waits for an incident of a kind whose title and detail have these words.
func told(t *testing.T, base string, kind detector.Kind, words ...string) {
	t.Helper()
	eventually(t, 40*time.Second, "an incident of kind "+string(kind), func() (bool, string) {
		var got struct {
			Incidents []struct {
				Kind, Title, Detail, Severity string
			}
		}
		err := tryGet(base+"/api/v1/incidents?kind="+string(kind), &got)
		for _, in := range got.Incidents {
			all := true
			for _, w := range words {
				all = all && strings.Contains(in.Title+" "+in.Detail, w)
			}
			if all {
				return true, ""
			}
		}
		return false, fmt.Sprintf("%v %+v", err, got)
	})
}

// TestInputThatIsOffIsToldAsSuch has a host whose clock is ahead, a partition that falls silent, a forwarder that brings
// ten minutes at once, and records that are deleted before they are read.
func TestInputThatIsOffIsToldAsSuch(t *testing.T) {
	p := newParts(t, 3)
	l := newLog(t, p)
	now := time.Now()
	for at := now.Add(-2 * time.Hour); at.Before(now); at = at.Add(2 * time.Second) {
		for part := range 3 {
			if part == 1 && now.Sub(at) < 12*time.Minute {
				continue
			}
			l.line(part, "right", at, at.Add(200*time.Millisecond))
		}
		if now.Sub(at) < 5*time.Minute && at.Unix()%20 < 2 {
			l.line(2, "fast", at.Add(10*time.Minute), at.Add(300*time.Millisecond))
		}
	}
	l.send()
	a, _, stop := startApp(t, p.configuration(""), "")
	told(t, a.URL(), detector.KindSkew, "fast", "10 min ahead", "NTP")
	eventually(t, 20*time.Second, "the host in the health", func() (bool, string) {
		var got struct {
			Skewed []struct{ Host string } `json:"skewed_hosts"`
		}
		err := tryGet(a.URL()+"/api/v1/health", &got)
		return len(got.Skewed) == 1 && got.Skewed[0].Host == "fast", fmt.Sprint(err, got)
	})
	told(t, a.URL(), detector.KindLoss, "partition (1 of", "no record for", "it expected", "Look at what writes to it")

	for i := range 600 {
		l.line(0, "stalled", now.Add(time.Duration(i-630)*time.Second), time.Now())
	}
	l.send()
	told(t, a.URL(), detector.KindLate, "shop-0 came late", "forwarder")
	stop()

	for range 500 {
		l.line(2, "right", time.Now(), time.Now())
	}
	l.send()
	ends, err := kadm.NewClient(l.client).ListEndOffsets(t.Context(), p.topic)
	if err != nil {
		t.Fatal(err)
	}
	end, _ := ends.Lookup(p.topic, 2)
	l.trim(2, end.Offset-100)
	a, _, _ = startApp(t, p.configuration(""), "")
	told(t, a.URL(), detector.KindLoss, "partition 2 of", "has a gap of 400 offsets", "raise the retention")

	var got struct {
		Incidents []struct{ Kind, Title string }
	}
	get(t, a.URL()+"/api/v1/incidents?kind=surge", &got)
	if len(got.Incidents) > 0 {
		t.Errorf("lines that came late, or all at once, are a surge: %+v", got)
	}
}
