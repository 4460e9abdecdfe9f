package app

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/source"
	"github.com/tocsin-io/tocsin/detector/source/embedded"
	"github.com/tocsin-io/tocsin/store"
)

// health tells the dashboard how the pipeline is.
type health struct {
	engine   *engine.Engine
	consumer *source.Consumer
	reader   *rate.Reader
	store    *store.Store
	backend  rate.Backend
	broker   *embedded.Broker // nil: Kafka is another process
	hub      *hub
	now      func() time.Time
	about    about
	meter    *meter
}

// about is what does not change while the process runs.
type about struct {
	topic, group string
	brokers      []string
	counts       string // where counts are kept: Redis, or the store
	owner        string
}

// meter measures lines a second over the last minute from a counter that only grows.
type meter struct {
	now   func() time.Time
	total func() uint64

	mu     sync.Mutex
	points []meterPoint
}

type meterPoint struct {
	at    time.Time
	lines uint64
}

// run takes a point each second until ctx ends and hands each rate out.
func (m *meter) run(ctx context.Context, each func(perSecond float64)) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			m.mu.Lock()
			m.points = append(m.points, meterPoint{m.now(), m.total()})
			if len(m.points) > 61 {
				m.points = m.points[1:]
			}
			m.mu.Unlock()
			each(m.over(10))
		}
	}
}

// over is the mean of the last seconds.
func (m *meter) over(seconds int) float64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.points) < 2 {
		return 0
	}
	last := m.points[len(m.points)-1]
	first := m.points[max(0, len(m.points)-1-seconds)]
	if dt := last.at.Sub(first.at).Seconds(); dt > 0 {
		return float64(last.lines-first.lines) / dt
	}
	return 0
}

// Health implements dashboards.HealthSource.
func (h *health) Health(ctx context.Context) dashboards.Health {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	now := h.now()
	out := dashboards.Health{
		At: now, LinesPerSecond: h.meter.over(60), LinesTotal: h.engine.Stats.Lines.Load(), Bucket: rate.Fine,
		Topic: h.about.topic, Group: h.about.group, Replicas: 1, Sources: h.about.brokers,
	}
	if first := h.hub.first.Load(); first > 0 {
		out.FirstLine = time.Unix(0, first).UTC()
	}
	ours := make(map[rate.Partition]engine.PartitionHealth)
	for _, p := range h.engine.Health().Partitions() {
		ours[p.Partition] = p
	}
	out.JudgedTo, _ = h.engine.Health().Judged()
	out.SkewedHosts = skewedHosts(ours)
	statuses, err := h.reader.Statuses(ctx)
	if err == nil {
		for _, s := range statuses {
			h.partition(&out, s, ours)
		}
	}
	h.stores(ctx, &out, err)
	h.stages(&out)
	for _, f := range h.engine.Health().Faults() {
		out.OwnErrors = append(out.OwnErrors, dashboards.OwnError{
			Times: f.Times, Part: f.Part, Cause: f.Cause, Last: f.Last, Action: "waited and tried again",
		})
	}
	return out
}

func (h *health) partition(out *dashboards.Health, s rate.Status, ours map[rate.Partition]engine.PartitionHealth) {
	if s.Partition.Topic == historyTopic {
		return
	}
	cp := s.Checkpoint
	p := dashboards.Partition{
		Topic: s.Partition.Topic, ID: s.Partition.ID, Owner: "another replica", Offset: cp.Next,
		LagLines: max(0, cp.End-cp.Next), Watermark: cp.Watermark,
	}
	if o, ok := ours[s.Partition]; ok {
		p.Owner, p.History = h.about.owner, o.Lag
	}
	if p.LagLines > 0 {
		p.Behind = max(0, out.At.Sub(cp.Watermark))
	}
	out.LagLines += p.LagLines
	out.Lag = max(out.Lag, p.Behind)
	if !cp.Watermark.IsZero() && (out.CountedTo.IsZero() || cp.Watermark.Before(out.CountedTo)) {
		out.CountedTo = cp.Watermark
	}
	if out.FirstLine.IsZero() && cp.Next > 0 {
		out.FirstLine = cp.Updated
	}
	out.Partitions = append(out.Partitions, p)
}

var effects = map[string]string{
	"kafka":  "Lines wait in Kafka. What is counted stays; pages that are due are sent.",
	"counts": "Counting waits and goes on where it was. Lines wait in Kafka; none is lost.",
	"store":  "Incidents and pages wait until it is back. Lines wait in Kafka; none is lost.",
}

// awayWithin is how long a part may take to answer before open pages say that it is away.
const awayWithin = time.Second

// away is the name of a part that does not answer now, or by what the engine last heard of it; empty where all do.
func (h *health) away(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, awayWithin)
	defer cancel()
	switch {
	case !h.alone() && h.backend.Ping(ctx) != nil:
		return h.nameOf("counts")
	case h.store.Ping(ctx) != nil:
		return h.nameOf("store")
	}
	for _, f := range h.engine.Health().Away() {
		if _, ok := effects[f.Part]; ok { // evaluation and partitions wait for one of these, or for none
			return h.nameOf(f.Part)
		}
	}
	return ""
}

// nameOf is what people call a part: kafka, store or counts.
func (h *health) nameOf(part string) string {
	switch part {
	case "kafka":
		return "Kafka"
	case "store":
		return h.store.Name()
	}
	return h.about.counts
}

// alone reports whether the store keeps the counts too.
func (h *health) alone() bool { return h.about.counts == h.store.Name() }

func (h *health) stores(ctx context.Context, out *dashboards.Health, countsErr error) {
	away := make(map[string]engine.Fault)
	for _, f := range h.engine.Health().Away() {
		away[f.Part] = f
	}
	if f, ok := away["counts"]; h.alone() && ok {
		if s, both := away["store"]; !both || f.Since.Before(s.Since) {
			away["store"] = f
		}
	}
	add := func(part string, err error, took time.Duration) {
		s := dashboards.Store{Name: h.nameOf(part), Latency: took}
		f, gone := away[part]
		if err != nil && !gone {
			f, gone = engine.Fault{Since: out.At, Error: err.Error()}, true
		}
		if gone {
			s.Away, s.Since, s.Error, s.Effect = true, f.Since, f.Error, effects[part]
			s.QueuedFor = out.LagLines
		}
		out.Stores = append(out.Stores, s)
	}
	add("kafka", nil, 0)
	h.brokerTrouble(out)
	start := time.Now()
	err := h.store.Ping(ctx)
	add("store", err, time.Since(start))
	if !h.alone() {
		start = time.Now()
		if err := h.backend.Ping(ctx); err != nil && countsErr == nil {
			countsErr = err
		}
		add("counts", countsErr, time.Since(start))
	}
}

// brokerTrouble tells why the broker inside refuses producers.
func (h *health) brokerTrouble(out *dashboards.Health) {
	if h.broker == nil {
		return
	}
	since, err := h.broker.Trouble()
	kafka := &out.Stores[len(out.Stores)-1]
	if err == nil || kafka.Away {
		return
	}
	kafka.Away, kafka.Since, kafka.Error = true, since, err.Error()
	kafka.Effect = "Producers are told to try again; what was taken is counted."
}

// membershipNote tells why this process reads nothing; empty where it reads, or is about to.
func membershipNote(m source.Membership) string {
	switch {
	case m.TopicsMissing:
		return "none of the topics exists: they are read as soon as they do"
	case m.Standby():
		return "standby: there are more replicas than partitions, and this one takes over when another goes"
	}
	return ""
}

func (h *health) stages(out *dashboards.Health) {
	s := &h.engine.Stats
	lines := s.Lines.Load()
	share := func(n uint64) string {
		if lines == 0 {
			return "none yet"
		}
		return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(lines))
	}
	until, shards := h.engine.Health().Judged()
	judged := "no bucket yet"
	if !until.IsZero() {
		layout := "15:04:05"
		if h.now().Sub(until) > 12*time.Hour { // the past is judged at the first start
			layout = "2 Jan 15:04:05"
		}
		judged = "judged up to " + until.UTC().Format(layout) + " UTC"
	}
	read := []string{fmt.Sprintf("%d lost offsets", s.Lost.Load())}
	if note := membershipNote(h.consumer.Membership()); note != "" {
		read = append(read, note)
	}
	out.Stages = []dashboards.Stage{
		{Name: "Read", Value: float64(s.Records.Load()), Notes: read, Bad: s.Lost.Load() > 0},
		{Name: "Decode", Value: float64(lines), Notes: []string{share(s.Unstructured.Load()) + " unstructured"}},
		{Name: "Redact", Value: float64(s.Secrets.Load()), Unit: unit(s.Secrets.Load(), "secret")},
		{Name: "Shape", Value: float64(lines - s.Overflow.Load()), Notes: []string{share(s.Overflow.Load()) + " under overflow"}, Bad: s.Overflow.Load() > 0},
		{Name: "Count", Value: float64(s.Flushes.Load()), Unit: unit(s.Flushes.Load(), "write"), Notes: []string{fmt.Sprintf("%d tried again", s.Retries.Load())}},
		{Name: "Detect", Value: float64(s.Buckets.Load()), Unit: unit(s.Buckets.Load(), "bucket"), Notes: []string{fmt.Sprintf("%d shards", shards), judged}},
		{Name: "Send", Value: float64(s.Opened.Load()), Unit: unit(s.Opened.Load(), "incident")},
	}
}

// unit is a noun as it stands behind a number: 1 secret, 2 secrets.
func unit(n uint64, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}
