package decode

import "testing"

// What shippers and clouds make of records, and records that arrive in pieces.
func TestUncommonRecords(t *testing.T) {
	const at, ms = "2026-11-22T23:44:43Z", "2026-11-22T23:44:43.123Z"
	checkSamples(t, []sample{
		{"pino with a name for its level", `{"level":"warn","time":1795391083123,"pid":1,"hostname":"web-7","name":"cart","msg":"slow"}`, "warn", "slow", ms, "cart", "web-7", ""},
		{"mongo", `{"t":{"$date":"2026-11-22T23:44:43.123Z"},"s":"D2","c":"NETWORK","ctx":"x","msg":"dbg"}`, "debug", "dbg", ms, "", "", ""},
		{"rsyslog", `{"timereported":"2026-11-22T23:44:43.123+00:00","host":"web-7","severity":"warning","syslog-tag":"orders[12]:","message":"x"}`, "warn", "x", ms, "orders", "web-7", ""},
		{"logstash's log4j", `{"@timestamp":"2026-11-22T23:44:43.123Z","source_host":"web-7","message":"Started","level":"INFO"}`, "info", "Started", ms, "", "web-7", ""},
		{"google's agents", `{"timestampSeconds":1795391083,"timestampNanos":123000000,"severity":"INFO","message":"x"}`, "info", "x", ms, "", "", ""},
		{"cloud run", `{"textPayload":"x","resource":{"type":"cloud_run_revision","labels":{"service_name":"pay","revision_name":"pay-1"}},"timestamp":"2026-11-22T23:44:43.123Z","severity":"ERROR"}`, "error", "x", ms, "pay", "", ""},
		{"kubernetes event", `{"kind":"Event","involvedObject":{"kind":"Pod","name":"cart-1"},"reason":"BackOff","message":"Back-off","lastTimestamp":"2026-11-22T23:44:43Z","type":"Warning"}`, "warn", "Back-off", at, "", "", "type=Warning|reason=BackOff"},
		{"a type that is no level", `{"time":"2026-11-22T23:44:43Z","type":"log","message":"x"}`, "", "x", at, "", "", "type=log"},
		{"a level beside a type", `{"time":"2026-11-22T23:44:43Z","type":"error","level":"info","message":"x"}`, "info", "x", at, "", "", "type=error"},
		{"cloudtrail", `{"eventTime":"2026-11-22T23:44:43Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","errorMessage":"Access Denied"}`, "", "Access Denied", at, "", "", "eventName=GetObject"},
		{"azure", `{"time":"2026-11-22T23:44:43.123Z","level":"Error","resultDescription":"console text","properties":{"a":1}}`, "error", "console text", ms, "", "", ""},
		{"filebeat's json", `{"@timestamp":"2026-11-22T23:44:44Z","json":{"level":"warn","msg":"slow","time":"2026-11-22T23:44:43Z"},"host":{"name":"web-7"},"container":{"name":"pay"}}`, "warn", "slow", at, "pay", "web-7", ""},
		{"fluent bit's parsed log", `{"date":1795391084.5,"log":{"level":"error","msg":"gone","a":1}}`, "error", "gone", "2026-11-22T23:44:44.5Z", "", "", ""},
		{"filebeat's fields", `{"@timestamp":"2026-11-22T23:44:43Z","agent":{"type":"filebeat"},"log":{"file":{"path":"/a"}},"fields":{"service":"orders","env":"prod"},"message":"x"}`, "", "x", at, "orders", "", ""},
		{"an application's fields", `{"time":"2026-11-22T23:44:43Z","level":"info","fields":{"service":"orders"},"message":"x"}`, "info", "x", at, "", "", ""},
		{"json behind a name", `2026-11-22T23:44:43.123Z orders: {"level":"error","msg":"bad"}`, "error", "bad", ms, "", "", "logger=orders"},
		{"json that is the message's", `2026-11-22T23:44:43.123Z got: {"a":1}`, "", `got: {"a":1}`, ms, "", "", ""},
		{"compose", `orders-1  | 2026-11-22T23:44:43.123Z ERROR bad`, "error", "bad", ms, "orders", "", "container=orders-1"},
		{"compose, json", `db-1      | {"level":"warn","msg":"slow"}`, "warn", "slow", "", "db", "", ""},
		{"kubectl", `[pod/cart-7d9f-x/cart] level=warn msg="x y"`, "warn", "x y", "", "cart", "", ""},
		{"a table", `total-1 of 3 | 12 | 13`, "", `total-1 of 3 | 12 | 13`, "", "", "", ""},
	})
}

func TestTruncatedRecords(t *testing.T) {
	const at = "2026-11-22T23:44:43Z"
	checkSamples(t, []sample{
		{"in a value", `{"time":"2026-11-22T23:44:43Z","level":"error","msg":"bad","sql":"select * from`, "error", "bad", at, "", "", "sql=select * from"},
		{"in the message", `{"time":"2026-11-22T23:44:43Z","level":"error","msg":"caf\u00`, "error", "caf", at, "", "", ""},
		{"in an escape", `{"time":"2026-11-22T23:44:43Z","level":"error","msg":"a\\b\`, "error", `a\b`, at, "", "", ""},
		{"in an object", `{"time":"2026-11-22T23:44:43Z","level":"error","msg":"bad","req":{"id":1,"pa`, "error", "bad", at, "", "", `req={\"id\":1,\"pa`},
		{"in a key", `{"time":"2026-11-22T23:44:43Z","level":"error","msg":"bad","user_na`, "error", "bad", at, "", "", `truncated=\"user_na`},
		{"behind a colon", `{"time":"2026-11-22T23:44:43Z","level":"error","msg":"bad","user":`, "error", "bad", at, "", "", `truncated=\"user\":`},
		{"by syslog", `<14>Nov 22 23:44:43 web-7 orders[12]: {"level":"error","msg":"bad","sql":"select`, "error", "bad", at, "orders", "web-7", "sql=select"},
		{"inside a wrapper", `{"log":"{\"level\":\"error\",\"msg\":\"bad\",\"sql\":\"select","stream":"stdout","time":"2026-11-22T23:44:43Z"}`, "error", "bad", at, "", "", "sql=select"},
		{"no record", `{"a":1,"b":"x`, "", `{"a":1,"b":"x`, "", "", "", ""},
		{"quotes that are not escaped", `{"level":"error","msg":"a "quoted" word"}`, "", `{"level":"error","msg":"a "quoted" word"}`, "", "", "", ""},
	})
}
