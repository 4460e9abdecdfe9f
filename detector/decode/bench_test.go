package decode

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Lines of the formats that streams are mostly made of; the JSON line is 300 bytes long.
var benchLines = map[string]string{
	"json":   `{"time":"2026-11-22T23:43:06.265939005Z","level":"INFO","msg":"request completed","service":"checkout","env":"prod","host":"web-7","method":"GET","path":"/api/v1/orders/1842","status":200,"duration_ms":12.75,"user_agent":"Mozilla/5.0 (X11; Linux x86_64)","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","n":"x"}`,
	"logfmt": `ts=2026-11-22T23:43:07.454801632Z caller=main.go:335 level=info msg="request completed" duration_ms=12.75 method=GET path=/api/v1/orders/1842 status=200`,
	"plain":  `2026-11-22 23:44:39,870 [main] INFO app.payments.Checkout - request completed in 12 ms for order 1842`,
	"klog":   `I1122 23:43:06.969741   31819 main.go:240] request completed in 12 ms for order 1842`,
	"access": `127.0.0.1 - - [22/Nov/2026:23:43:54 +0000] "GET /ok.html HTTP/1.1" 200 2 "https://example.com/start?a=1" "Mozilla/5.0 (X11; Linux x86_64)"`,
	"syslog": `<14>Nov 22 23:48:31 web-7 checkout[1000]: request completed in 12 ms for order 1842`,
	"fluentbit": `{"@timestamp":1795391083.123,"log":"{\"level\":\"warn\",\"msg\":\"slow query\",\"ms\":1534}\n","stream":"stdout",` +
		`"kubernetes":{"pod_name":"checkout-7d9f","namespace_name":"shop","container_name":"checkout","host":"node-3","labels":{"app":"checkout"}}}`,
	"cri":  `2026-11-22T23:44:43.123Z stderr F {"level":"warn","msg":"slow query","ms":1534}`,
	"text": `connection to 10.0.0.5:5432 closed after 12 ms, retrying`,
	"otlp": "",
}

func benchDecoder(line []byte) (*Decoder, *detector.Record, func(*detector.Event)) {
	rec := &detector.Record{Topic: "logs", Time: time.Date(2026, 11, 22, 23, 43, 7, 0, time.UTC), Value: line}
	return New(Options{}), rec, func(*detector.Event) {}
}

func BenchmarkDecode(b *testing.B) {
	for _, name := range []string{"json", "logfmt", "plain", "klog", "access", "syslog", "fluentbit", "cri", "text", "otlp"} {
		b.Run(name, func(b *testing.B) {
			line := []byte(benchLines[name])
			if name == "otlp" {
				line = otlpSample(10)
			}
			d, rec, emit := benchDecoder(line)
			b.SetBytes(int64(len(line)))
			b.ReportAllocs()
			for b.Loop() {
				rec.Offset++
				d.Decode(rec, emit)
			}
		})
	}
}

// TestNoAllocation: in steady state a line costs no memory.
func TestNoAllocation(t *testing.T) {
	for name, text := range benchLines {
		line := []byte(text)
		if name == "otlp" {
			line = otlpSample(10)
		}
		d, rec, emit := benchDecoder(line)
		for range 100 {
			rec.Offset++
			d.Decode(rec, emit)
		}
		if n := testing.AllocsPerRun(1000, func() { rec.Offset++; d.Decode(rec, emit) }); n != 0 {
			t.Errorf("%s: %v allocations a line", name, n)
		}
	}
}
