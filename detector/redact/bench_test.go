package redact

import (
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

func BenchmarkEvent(b *testing.B) {
	for _, c := range []struct{ name, line string }{
		{"clean", `GET /v2/orders/8317 200 in 41 ms for 10.2.3.4, trace 4bf92f3577b34da6 done by worker 7`},
		{"clean-key", `cache miss for key session:00ff12, loading from replica 2`},
		{"clean-password", `Failed password for invalid user admin from 10.0.0.9 port 4822 ssh2`},
		{"clean-json", `{"time":"2026-06-05T00:26:14Z","level":"INFO","msg":"request 1234 completed for customer 883","service":"checkout","env":"prod","host":"web-3","method":"GET","status":200,"duration_ms":33.75}`},
		{"secret", `login user=bob password=hunter2 from 10.2.3.4`},
		{"secret-json", `{"user":"bob","request":"{\"apiKey\":\"a8f3k2m9d1Zx\"}","n":1}`},
		{"secret-token", `upstream answered 401 for ghp_16C7e42F292c6912E7710c838347Ae178B4a`},
	} {
		b.Run(c.name, func(b *testing.B) {
			r := redactor(b, Options{})
			text := []byte(c.line)
			secrets := make([]detector.Secret, 0, 8)
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				ev := detector.Event{Message: text, Secrets: secrets[:0]}
				r.Event(&ev)
			}
		})
	}
}

// An event as a decoder gives it: a message and fields.
func BenchmarkEventWithFields(b *testing.B) {
	r := redactor(b, Options{})
	text := func(s string) detector.Value { return detector.Value{Kind: detector.KindString, Text: []byte(s)} }
	message, trace := []byte(`cache miss for key session:00ff12, loading from replica 2`), []byte("4bf92f3577b34da64bf92f3577b34da6")
	fields := detector.Fields{
		{Key: "method", Value: text("GET")},
		{Key: "path", Value: text("/api/v1/orders/1842")},
		{Key: "status", Value: detector.Value{Kind: detector.KindNumber, Text: []byte("200")}},
		{Key: "duration_ms", Value: detector.Value{Kind: detector.KindNumber, Text: []byte("33.75")}},
		{Key: "user_agent", Value: text("Mozilla/5.0 (X11; Linux x86_64)")},
	}
	b.ReportAllocs()
	for b.Loop() {
		ev := detector.Event{Message: message, Fields: fields, TraceID: trace}
		r.Event(&ev)
	}
}
