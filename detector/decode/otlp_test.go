package decode

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	logs "go.opentelemetry.io/proto/otlp/logs/v1"
	resource "go.opentelemetry.io/proto/otlp/resource/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

func text(s string) *commonpb.AnyValue {
	return &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: s}}
}

func number(n int64) *commonpb.AnyValue {
	return &commonpb.AnyValue{Value: &commonpb.AnyValue_IntValue{IntValue: n}}
}

// otlpRequest is a request with n log records in one scope.
func otlpRequest(n int) *logs.LogsData {
	scope := &logs.ScopeLogs{Scope: &commonpb.InstrumentationScope{Name: "app/payments"}}
	for i := range n {
		scope.LogRecords = append(scope.LogRecords, &logs.LogRecord{
			TimeUnixNano: 1795391083123456789 + uint64(i), SeverityNumber: logs.SeverityNumber_SEVERITY_NUMBER_WARN2,
			Body: text("slow query"), TraceId: []byte("0123456789abcdef"), SpanId: []byte("01234567"),
			Attributes: []*commonpb.KeyValue{{Key: "duration_ms", Value: number(9223372036854775807)}, {Key: "table", Value: text("orders")}},
		})
	}
	return &logs.LogsData{ResourceLogs: []*logs.ResourceLogs{{
		Resource: &resource.Resource{Attributes: []*commonpb.KeyValue{
			{Key: "service.name", Value: text("checkout")},
			{Key: "host.name", Value: text("web-7")},
			{Key: "deployment.environment", Value: text("prod")},
			{Key: "k8s.namespace.name", Value: text("shop")},
		}},
		ScopeLogs: []*logs.ScopeLogs{scope},
	}}}
}

func otlpSample(n int) []byte {
	b, err := proto.Marshal(otlpRequest(n))
	if err != nil {
		panic(err)
	}
	return b
}

func TestOTLP(t *testing.T) {
	req := otlpRequest(3)
	last := req.ResourceLogs[0].ScopeLogs[0].LogRecords[2]
	last.Body = &commonpb.AnyValue{Value: &commonpb.AnyValue_KvlistValue{KvlistValue: &commonpb.KeyValueList{Values: []*commonpb.KeyValue{
		{Key: "message", Value: text("user logged in")},
		{Key: "user", Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_ArrayValue{ArrayValue: &commonpb.ArrayValue{Values: []*commonpb.AnyValue{number(7), text("Bob \"J\"")}}}}},
	}}}}
	last.SeverityNumber, last.SeverityText = 0, "Warning"
	binary, err := proto.Marshal(req)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := protojson.Marshal(req) // base64 ids and names of enums
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string][]byte{"proto": binary, "protojson": plain} {
		got := decodeLines(t, Options{}, string(value))
		if len(got) != 3 {
			t.Fatalf("%s: %d events: %s", name, len(got), got)
		}
		for i, want := range []string{"slow query", "slow query", "user logged in"} {
			var ev struct {
				Time                                               time.Time
				Level, Service, Host, Environment, Message, Format string
				Trace                                              string `json:"trace_id"`
				Fields                                             map[string]json.RawMessage
			}
			if err := json.Unmarshal([]byte(got[i]), &ev); err != nil {
				t.Fatal(err)
			}
			if ev.Message != want || ev.Level != "warn" || ev.Service != "checkout" || ev.Host != "web-7" || ev.Environment != "prod" ||
				ev.Format != "otlp" || ev.Trace != "30313233343536373839616263646566" || ev.Time.UnixNano() != 1795391083123456789+int64(i) {
				t.Errorf("%s %d: %s", name, i, got[i])
			}
			if string(ev.Fields["duration_ms"]) != "9223372036854775807" || string(ev.Fields["table"]) != `"orders"` {
				t.Errorf("%s %d: fields %s", name, i, got[i])
			}
			if i == 2 && string(ev.Fields["user"]) != `[7,"Bob \"J\""]` {
				t.Errorf("%s: user is %s", name, ev.Fields["user"])
			}
		}
	}
}

func TestOTLPRawLines(t *testing.T) {
	req := otlpRequest(3)
	for i, body := range []string{"2026-11-22 23:44:43,123 [main] ERROR a.B - failed", "java.io.IOException: x", "\tat a.B.c(B.java:1)"} {
		r := req.ResourceLogs[0].ScopeLogs[0].LogRecords[i]
		*r = logs.LogRecord{ObservedTimeUnixNano: 1795391083123456789, Body: text(body)}
	}
	b, err := proto.Marshal(req)
	if err != nil {
		t.Fatal(err)
	}
	d := New(Options{})
	var got []string
	emit := func(ev *detector.Event) { got = append(got, ev.Level.String()+" "+string(ev.Message)) }
	d.Decode(&detector.Record{Value: b}, emit)
	d.Flush(time.Time{}, emit)
	if len(got) != 1 || got[0] != "error failed\njava.io.IOException: x\n\tat a.B.c(B.java:1)" {
		t.Fatalf("%q", got)
	}
}
