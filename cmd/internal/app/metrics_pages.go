package app

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/tocsin-io/tocsin/detector"
)

// pageMetrics counts what became of messages: it is told by the notifier.
type pageMetrics struct {
	sent   *prometheus.HistogramVec
	failed *prometheus.CounterVec
}

func newPageMetrics() *pageMetrics {
	return &pageMetrics{
		sent: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tocsin_message_seconds", Help: "Time from the commit of a message to its receiver's answer.",
			Buckets: []float64{.05, .1, .25, .5, 1, 2, 5, 10, 60, 600},
		}, []string{"receiver", "event"}),
		failed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tocsin_message_failures_total", Help: "Tries that failed; final ones are given up.",
		}, []string{"receiver", "event", "final"}),
	}
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
