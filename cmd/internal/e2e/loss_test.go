package e2e

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/tocsin-io/tocsin/detector"
)

// admin is a client that rules over topics.
func (p parts) admin(t *testing.T) *kadm.Client {
	t.Helper()
	c, err := kgo.NewClient(kgo.SeedBrokers(p.kafka))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return kadm.NewClient(c)
}

// trim removes what is before an offset of partition 0, as retention does.
func (p parts) trim(t *testing.T, before int64) {
	t.Helper()
	var offsets kadm.Offsets
	offsets.Add(kadm.Offset{Topic: p.topic, At: before, LeaderEpoch: -1})
	res, err := p.admin(t).DeleteRecords(t.Context(), offsets)
	if err = errors.Join(err, res.Error()); err != nil {
		t.Fatal(err)
	}
}

// anew deletes the topic and makes it again under its name.
func (p parts) anew(t *testing.T) {
	t.Helper()
	c := p.admin(t)
	res, err := c.DeleteTopics(t.Context(), p.topic)
	if err = errors.Join(err, res.Error()); err != nil {
		t.Fatal(err)
	}
	eventually(t, 30*time.Second, "the topic made anew", func() (bool, string) {
		_, err := c.CreateTopic(t.Context(), 1, 1, nil, p.topic)
		return err == nil, fmt.Sprint(err) // it is deleted in the background
	})
	eventually(t, 30*time.Second, "a leader of the new topic", func() (bool, string) {
		got, err := c.ListEndOffsets(t.Context(), p.topic)
		return err == nil && got.Error() == nil && len(got[p.topic]) == 1, fmt.Sprint(err, got)
	})
}

// losses waits for so many incidents of kind loss, and returns them with their places.
func losses(t *testing.T, base string, from time.Time, n int) []detector.Incident {
	t.Helper()
	q := url.Values{"kind": {"loss"}, "from": {from.Format(time.RFC3339)}}
	var list struct{ Incidents []detector.Incident }
	eventually(t, 40*time.Second, fmt.Sprint(n, " losses"), func() (bool, string) {
		err := tryGet(base+"/api/v1/incidents?"+q.Encode(), &list)
		return err == nil && len(list.Incidents) == n, fmt.Sprintf("%v %+v", err, list.Incidents)
	})
	for i := range list.Incidents {
		get(t, base+"/api/v1/incidents/"+list.Incidents[i].ID, &list.Incidents[i])
	}
	slices.SortFunc(list.Incidents, func(a, b detector.Incident) int { return a.OpenedAt.Compare(b.OpenedAt) })
	return list.Incidents
}

// TestRetentionOvertakes removes lines before they are read, while tocsin is stopped: the incident says how many, which
// and over which time; what is left is counted once.
func TestRetentionOvertakes(t *testing.T) {
	p := newParts(t, 1)
	f := newFlow(t, func(v []string) { produce(t, p.kafka, p.topic, v) })
	a, _, stop := startApp(t, p.configuration(""), "")
	f.batch(1000)
	f.all(a.URL(), 30*time.Second)
	stop()
	counted := f.want
	f.want = map[string]uint64{}
	f.batch(300) // of which none is left
	f.want = counted
	cut := time.Now()
	p.trim(t, 1300)
	f.batch(200)
	a, _, _ = startApp(t, p.configuration(""), "")
	f.all(a.URL(), 30*time.Second)
	in := losses(t, a.URL(), f.from, 1)[0]
	if diff := cmp.Diff([]detector.Span{{Topic: p.topic, From: 1000, To: 1299, Lines: 300}}, in.Places); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
	if in.Lines != 300 || in.Severity != detector.SeverityPage || in.Unit != "records" {
		t.Errorf("%d %s, severity %s, want 300 records that page", in.Lines, in.Unit, in.Severity)
	}
	if in.Onset.Before(f.from) || in.Onset.After(cut) || in.LastLine.Before(in.Onset) || in.LastLine.After(time.Now()) {
		t.Errorf("from %s to %s, want within the test, beginning before %s", in.Onset, in.LastLine, cut)
	}
	for _, want := range []string{"partition 0 of " + p.topic, "300 offsets, from 1000 to 1299"} {
		if !strings.Contains(in.Title, want) {
			t.Errorf("the title is %q, want %q in it", in.Title, want)
		}
	}
	if !strings.Contains(in.Detail, "raise the retention") {
		t.Errorf("the detail is %q, want what to do", in.Detail)
	}
}

// TestTopicMadeAnew deletes the topic and makes it again: more lines come into the new one than were counted of the old
// one, so no offset is out of range, and each is counted. First while tocsin runs, then while it is stopped.
func TestTopicMadeAnew(t *testing.T) {
	p := newParts(t, 1)
	f := newFlow(t, func(v []string) { produce(t, p.kafka, p.topic, v) })
	a, _, stop := startApp(t, p.configuration(""), "")
	f.batch(500)
	f.all(a.URL(), 30*time.Second)
	p.anew(t)
	f.batch(900)
	f.all(a.URL(), 60*time.Second)
	in := losses(t, a.URL(), f.from, 1)[0]
	if in.Lines != 0 || !strings.Contains(in.Title, "made anew") {
		t.Errorf("%d lost in %q, want none known and that it was made anew", in.Lines, in.Title)
	}
	stop()
	p.anew(t)
	f.batch(1800)
	a, _, _ = startApp(t, p.configuration(""), "")
	f.all(a.URL(), 60*time.Second)
	p.anew(t)
	f.batch(10) // fewer than were counted
	f.all(a.URL(), 60*time.Second)
}

// compacted makes the topic one that keeps the newest record of a key.
func (p parts) compacted(t *testing.T) {
	t.Helper()
	var set []kadm.AlterConfig
	for name, value := range map[string]string{
		"cleanup.policy": "compact", "segment.ms": "1", "min.cleanable.dirty.ratio": "0.001", "max.compaction.lag.ms": "1", "delete.retention.ms": "0",
	} {
		set = append(set, kadm.AlterConfig{Op: kadm.SetConfig, Name: name, Value: &value})
	}
	res, err := p.admin(t).AlterTopicConfigs(t.Context(), set, p.topic)
	for _, r := range res {
		err = errors.Join(err, r.Err)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// firstAfter is the offset of the first record of partition 0 that is there from at on.
func (p parts) firstAfter(t *testing.T, at int64) (int64, error) {
	t.Helper()
	c, err := kgo.NewClient(kgo.SeedBrokers(p.kafka), kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{p.topic: {0: kgo.NewOffset().At(at)}}))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	got := c.PollRecords(ctx, 1)
	if len(got.Records()) == 0 {
		return 0, errors.Join(errors.New("no record"), got.Err())
	}
	return got.Records()[0].Offset, nil
}

// TestCompactionHoles has the broker remove lines by their key before they are read: the incident says how many, and what is
// left is counted once.
func TestCompactionHoles(t *testing.T) {
	p := newParts(t, 1)
	keyed := func(key func(i int) string) func([]string) {
		return func(values []string) {
			records := make([]detector.Record, len(values))
			for i, v := range values {
				records[i] = detector.Record{Key: []byte(key(i)), Value: []byte(v), Time: time.Now()}
			}
			produceRecords(t, p.kafka, p.topic, records)
		}
	}
	f := newFlow(t, keyed(func(i int) string { return fmt.Sprint("first-", i) }))
	a, _, stop := startApp(t, p.configuration(""), "")
	f.batch(100)
	f.all(a.URL(), 30*time.Second)
	stop()
	p.compacted(t)
	counted := maps.Clone(f.want)
	f.send = keyed(func(int) string { return "the same" })
	f.batch(301)
	f.want = counted
	f.want["orders/info"]++ // the newest of them, line 300, stays
	for n := range 2 {      // what is appended to is not compacted
		f.send = keyed(func(i int) string { return fmt.Sprint("then-", n, "-", i) })
		f.batch(100)
	}
	eventually(t, 2*time.Minute, "compaction", func() (bool, string) {
		at, err := p.firstAfter(t, 100)
		return err == nil && at == 400, fmt.Sprint(at, err)
	})
	a, _, _ = startApp(t, p.configuration(""), "")
	f.all(a.URL(), 30*time.Second)
	in := losses(t, a.URL(), f.from, 1)[0]
	if diff := cmp.Diff([]detector.Span{{Topic: p.topic, From: 100, To: 399, Lines: 300}}, in.Places); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
	if in.Lines != 300 || in.Unit != "records" || in.Severity != detector.SeverityPage {
		t.Errorf("%d %s, severity %s, want 300 records that page", in.Lines, in.Unit, in.Severity)
	}
	if !strings.Contains(in.Detail, "cleanup.policy=delete") {
		t.Errorf("the detail is %q, want what to do", in.Detail)
	}
}
