package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
	"github.com/tocsin-io/tocsin/store"
)

// pageMetrics counts what became of messages: it is told by the notifier.
type pageMetrics struct {
	sent   *prometheus.HistogramVec
	failed *prometheus.CounterVec
}

// newPageMetrics counts for receivers from zero on, so that the first failure of one is an increase.
func newPageMetrics(receivers []string) *pageMetrics {
	m := &pageMetrics{
		sent: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tocsin_message_seconds", Help: "Time from the commit of a message to its receiver's answer.",
			Buckets: []float64{.05, .1, .25, .5, 1, 2, 5, 10, 60, 600},
		}, []string{"receiver", "event"}),
		failed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tocsin_message_failures_total", Help: "Tries that failed; final ones are given up.",
		}, []string{"receiver", "event", "final"}),
	}
	for _, r := range receivers {
		for _, event := range []detector.ChangeEvent{detector.ChangeOpened, detector.ChangeUpdated, detector.ChangeAcknowledged, detector.ChangeResolved, detector.ChangeReopened, plan.Reminded, plan.Escalated, plan.Digested, plan.Expiring} {
			m.sent.WithLabelValues(r, string(event))
			m.failed.WithLabelValues(r, string(event), "no")
			m.failed.WithLabelValues(r, string(event), "yes")
		}
	}
	return m
}

// Sent implements notifier.Metrics.
func (m *pageMetrics) Sent(receiver string, event detector.ChangeEvent, after time.Duration) {
	m.sent.WithLabelValues(receiver, string(event)).Observe(after.Seconds())
}

// Failed implements notifier.Metrics.
func (m *pageMetrics) Failed(receiver string, event detector.ChangeEvent, final bool) {
	word := "no"
	if final {
		word = "yes"
	}
	m.failed.WithLabelValues(receiver, string(event), word).Inc()
}

// outboxTimeout is how long a scrape waits for the store; without an answer it goes without these metrics.
const outboxTimeout = 2 * time.Second

var (
	unsentDesc = desc("messages_unsent", "Messages that are still to be sent.", "receiver")
	oldestDesc = desc("messages_unsent_oldest_timestamp_seconds", "When the oldest message that is still to be sent was written.", "receiver")
)

// outboxCollector reads from the store what is still to be sent: every replica tells the same.
type outboxCollector struct {
	store *store.Store
	now   func() time.Time
}

// Describe implements prometheus.Collector.
func (outboxCollector) Describe(ch chan<- *prometheus.Desc) { ch <- unsentDesc; ch <- oldestDesc }

// Collect implements prometheus.Collector.
func (c outboxCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), outboxTimeout)
	defer cancel()
	stats, err := c.store.Receivers(ctx, c.now())
	if err != nil {
		return // that the store is away is a metric of its own
	}
	for _, r := range stats {
		ch <- prometheus.MustNewConstMetric(unsentDesc, prometheus.GaugeValue, float64(r.Waiting+r.Failed), r.Receiver)
		if !r.Oldest.IsZero() {
			ch <- prometheus.MustNewConstMetric(oldestDesc, prometheus.GaugeValue, float64(r.Oldest.UnixMilli())/1e3, r.Receiver)
		}
	}
}
