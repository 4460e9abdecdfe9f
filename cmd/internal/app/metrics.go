package app

import (
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/source"
	"github.com/tocsin-io/tocsin/detector/source/embedded"
)

// newMetrics serves tocsin's own metrics from a registry of its own.
func newMetrics(a *App) http.Handler {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), engineCollector{a.engine, a.consumer, a.broker}, a.pages.sent, a.pages.failed, outboxCollector{a.store, a.o.Now})
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{})
}

// engineCollector turns the engine's counters into metrics when they are asked for.
type engineCollector struct {
	engine   *engine.Engine
	consumer *source.Consumer
	broker   *embedded.Broker // nil: Kafka is another process
}

type counter struct {
	desc *prometheus.Desc
	get  func(*engine.Stats) uint64
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("tocsin_"+name, help, labels, nil)
}

var (
	engineCounters = []counter{
		{desc("records_total", "Records read."), func(s *engine.Stats) uint64 { return s.Records.Load() }},
		{desc("lines_total", "Lines (events) counted."), func(s *engine.Stats) uint64 { return s.Lines.Load() }},
		{desc("bytes_total", "Bytes of the records counted."), func(s *engine.Stats) uint64 { return s.Bytes.Load() }},
		{desc("unstructured_total", "Lines without keys and values."), func(s *engine.Stats) uint64 { return s.Unstructured.Load() }},
		{desc("skewed_total", "Lines whose time was corrected."), func(s *engine.Stats) uint64 { return s.Skewed.Load() }},
		{desc("secrets_total", "Secrets removed from lines."), func(s *engine.Stats) uint64 { return s.Secrets.Load() }},
		{desc("withheld_total", "Lines of which nothing is told, as removing their secrets failed."), func(s *engine.Stats) uint64 { return s.Withheld.Load() }},
		{desc("overflow_total", "Lines counted under an overflow template."), func(s *engine.Stats) uint64 { return s.Overflow.Load() }},
		{desc("lost_offsets_total", "Offsets that could not be read any more."), func(s *engine.Stats) uint64 { return s.Lost.Load() }},
		{desc("rewound_total", "Times the counts stood before what had been acknowledged, and were made again from the log."), func(s *engine.Stats) uint64 { return s.Rewound.Load() }},
		{desc("flushes_total", "Writes of counts."), func(s *engine.Stats) uint64 { return s.Flushes.Load() }},
		{desc("flush_retries_total", "Writes of counts that had to be tried again."), func(s *engine.Stats) uint64 { return s.Retries.Load() }},
		{desc("fenced_total", "Times a newer owner was met."), func(s *engine.Stats) uint64 { return s.Fenced.Load() }},
		{desc("buckets_total", "Buckets judged, all shards."), func(s *engine.Stats) uint64 { return s.Buckets.Load() }},
		{desc("incidents_opened_total", "Incidents opened."), func(s *engine.Stats) uint64 { return s.Opened.Load() }},
	}
	lagDesc       = desc("lag_lines", "Lines that wait in a partition that this process counts.", "topic", "partition")
	watermarkDesc = desc("watermark_timestamp_seconds", "Event time up to which a partition is complete.", "topic", "partition")
	judgedDesc    = desc("judged_timestamp_seconds", "Event time up to which this process has judged all its shards.")
	awayDesc      = desc("away", "1 while a component does not answer.", "part")
	standbyDesc   = desc("standby", "1 while the consumer group has no partition for this process, else 0.")
	shardsDesc    = desc("shards", "Evaluation shards of this process.")
)

// Describe implements prometheus.Collector.
func (engineCollector) Describe(ch chan<- *prometheus.Desc) {
	for _, c := range engineCounters {
		ch <- c.desc
	}
	for _, d := range []*prometheus.Desc{lagDesc, watermarkDesc, judgedDesc, awayDesc, standbyDesc, shardsDesc} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (c engineCollector) Collect(ch chan<- prometheus.Metric) {
	for _, n := range engineCounters {
		ch <- prometheus.MustNewConstMetric(n.desc, prometheus.CounterValue, float64(n.get(&c.engine.Stats)))
	}
	h := c.engine.Health()
	for _, p := range h.Partitions() {
		id := strconv.Itoa(p.Partition.ID)
		ch <- prometheus.MustNewConstMetric(lagDesc, prometheus.GaugeValue, float64(max(0, p.Checkpoint.End-p.Checkpoint.Next)), p.Partition.Topic, id)
		if w := p.Checkpoint.Watermark; !w.IsZero() {
			ch <- prometheus.MustNewConstMetric(watermarkDesc, prometheus.GaugeValue, float64(w.UnixMilli())/1e3, p.Partition.Topic, id)
		}
	}
	away := map[string]float64{"kafka": 0, "counts": 0, "store": 0}
	for _, f := range h.Away() {
		away[f.Part] = 1
	}
	if c.broker != nil {
		if _, err := c.broker.Trouble(); err != nil {
			away["kafka"] = 1
		}
	}
	for part, v := range away {
		ch <- prometheus.MustNewConstMetric(awayDesc, prometheus.GaugeValue, v, part)
	}
	standby := 0.0
	if c.consumer.Membership().Standby() {
		standby = 1
	}
	ch <- prometheus.MustNewConstMetric(standbyDesc, prometheus.GaugeValue, standby)
	judged, shards := h.Judged()
	if !judged.IsZero() {
		ch <- prometheus.MustNewConstMetric(judgedDesc, prometheus.GaugeValue, float64(judged.UnixMilli())/1e3)
	}
	ch <- prometheus.MustNewConstMetric(shardsDesc, prometheus.GaugeValue, float64(shards))
}
