package decode

import (
	"strings"
	"testing"
)

// TestPrintedText has a line of each further logger as the software really prints it.
func TestPrintedText(t *testing.T) {
	const at, ms = "2026-11-22T23:44:43Z", "2026-11-22T23:44:43.123Z"
	checkSamples(t, []sample{
		{"python colons", "2026-11-22 23:44:43,123:WARNING:slow query", "warn", "slow query", ms, "", "", ""},
		{"python colons and name", "2026-11-22 23:44:43,123:ERROR:app.payments:payment declined", "error", "payment declined", ms, "", "", "logger=app.payments"},
		{"python level first", "ERROR:2026-11-22 23:44:43,123:payment declined", "error", "payment declined", ms, "", "", ""},
		{"python level and name", "INFO:app.payments:service started", "info", "service started", "", "", "", "logger=app.payments"},
		{"python colon in date", "2026-11-22:23:44:43,123 WARNING  [app.py:12] slow query", "warn", "slow query", ms, "", "", "caller=app.py:12"},
		{"python line number", "2026-11-22 23:44:43,123 - ERROR - app.py:12 - payment declined", "error", "payment declined", ms, "", "", "caller=app.py:12"},
		{"python thread", "2026-11-22 23:44:43,123 MainThread INFO app.payments - service started", "info", "service started", ms, "", "", "thread=MainThread|logger=app.payments"},
		{"python name and thread", "2026-11-22T23:44:43+0000 ERROR [app.payments] [MainThread] payment declined", "error", "payment declined", at, "", "", ""},
		{"django verbose", "WARNING 2026-11-22 23:44:43,123 views 29613 140431300373376 slow query", "warn", "slow query", ms, "", "", "pid=29613|logger=views"},
		{"coloredlogs", "\x1b[32m2026-11-22 23:44:43\x1b[0m \x1b[35mweb-7\x1b[0m \x1b[34mapp.payments[12]\x1b[0m \x1b[1;30mWARNING\x1b[0m \x1b[33mslow query\x1b[0m", "warn", "slow query", at, "", "web-7", "pid=12|logger=app.payments"},
		{"colorlog", "\x1b[33mWARNING:app.payments:slow query\x1b[0m", "warn", "slow query", "", "", "", "logger=app.payments"},
		{"loguru coloured", "\x1b[32m2026-11-22 23:44:43.123\x1b[0m | \x1b[33m\x1b[1mWARNING \x1b[0m | \x1b[36mapp\x1b[0m:\x1b[36mf\x1b[0m:\x1b[36m12\x1b[0m - \x1b[33m\x1b[1mslow query\x1b[0m", "warn", "slow query", ms, "", "", ""},
		{"tornado", "[W 261122 23:44:43 web:12] slow query", "warn", "slow query", at, "", "", "caller=web:12"},
		{"jupyter", "[I 2026-11-22 23:44:43.123 ServerApp] Serving notebooks", "info", "Serving notebooks", ms, "", "", "logger=ServerApp"},
		{"twisted", "2026-11-22T23:44:43+0000 [app.payments#critical] disk is full", "fatal", "disk is full", at, "", "", "logger=app.payments"},
		{"structlog repr", `timestamp='2026-11-22T23:44:43.123Z' level='info' event='it\'s "fine"\nand \x1b[31mred' port=8080`, "info", "it's \"fine\"\nand \x1b[31mred", ms, "", "", "port=8080"},
		{"log15", "\x1b[33mWARN\x1b[0m[11-22|23:44:43] slow query                               \x1b[33mms\x1b[0m=1534", "warn", "slow query                               ms=1534", at, "", "", "ms=1534"},
		{"geth", "INFO [11-22|23:44:43.123] Starting peer-to-peer node               instance=Geth/v1", "info", "Starting peer-to-peer node               instance=Geth/v1", ms, "", "", "instance=Geth/v1"},
		{"apex text", "\x1b[31m ERROR\x1b[0m[0000] payment declined          \x1b[31mcode\x1b[0m=7", "error", "payment declined", "", "", "", "code=7"},
		{"charm caller", "2026/11/22 23:44:43 WARN <app/main.go:12> slow query ms=3", "warn", "slow query ms=3", at, "", "", "caller=app/main.go:12"},
		{"zerolog caller", "2026-11-22T23:44:43Z WRN app/main.go:12 > slow query ms=3", "warn", "slow query ms=3", at, "", "", "caller=app/main.go:12"},
		{"go prefix and file", "WARNING: 2026/11/22 23:44:43 main.go:12: slow query", "warn", "slow query", at, "", "", "caller=main.go:12"},
		{"zap epoch", "1.795391083123e+09\tinfo\tapp/main.go:12\tservice started\t{\"port\": 8080}", "info", "service started", ms, "", "", "port=8080|caller=app/main.go:12"},
		{"jetty", "2026-11-22 23:44:43.123:WARN :oejs.Server:main: slow query", "warn", "slow query", ms, "", "", "logger=oejs.Server|thread=main"},
		{"logback place", "2026-11-22 23:44:43,123 WARN [main] a.p.Checkout [Checkout.java:15] slow query", "warn", "slow query", ms, "", "", "caller=Checkout.java:15|logger=a.p.Checkout"},
		{"log4j right-justified", " WARN [main] (Checkout.java:15) - slow query", "warn", "slow query", "", "", "", ""},
		{"log4j logger behind nothing", "[2026-11-22 23:44:43,123] INFO  (app.payments.Checkout)", "info", "", ms, "", "", "logger=app.payments.Checkout"},
		{"european date", "22-11-2026 23:44:43.123 \x1b[35m[main]\x1b[0;39m \x1b[31mWARN \x1b[0;39m app.Checkout - slow query", "warn", "slow query", ms, "", "", ""},
		{"american with dashes", "11-22-2026 23:44:43 ERROR payment declined", "error", "payment declined", at, "", "", ""},
		{"dotted date", "22.11.2026 23:44:43 ERROR payment declined", "error", "payment declined", at, "", "", ""},
		{"play", "2026-11-22 23:44:43,123 [warn] from play.api.Application in main - slow query", "warn", "slow query", ms, "", "", "logger=play.api.Application|thread=main"},
		{"tinylog", "2026-11-22 23:44:43 [main] app.Checkout.main()\nWARN: slow query", "warn", "slow query", at, "", "", ""},
		{"tinylog line", "2026-11-22 23:44:43.123 [main] app.Checkout.main() WARN: slow query", "warn", "slow query", ms, "", "", ""},
		{"nest verbose", "[Nest] 12  - 11/22/2026, 11:44:43 PM VERBOSE [Checkout] entering handler", "debug", "entering handler", at, "", "", "pid=12"},
		{"npmlog", "ERR! checkout payment declined", "error", "checkout payment declined", "", "", "", ""},
		{"npmlog lower", "sill checkout entering handler", "trace", "checkout entering handler", "", "", "", ""},
		{"sidekiq 5", "2026-11-22T23:44:43.123Z 12 TID-abc OrderWorker JID-b4a577edbccf1d805744efa9 WARN: slow query", "warn", "slow query", ms, "", "", "pid=12"},
		{"rails request", "W, [2026-11-22T23:44:43.123000 #12]  WARN -- : [8f507cfc-9a5c-4697-b07a-ac58fc914c95] slow query", "warn", "slow query", ms, "", "", "request_id=8f507cfc-9a5c-4697-b07a-ac58fc914c95"},
		{"log4perl", "2026/11/22 23:44:43 WARN> app.pl:8 main::run - slow query", "warn", "slow query", at, "", "", "caller=app.pl:8"},
		{"env_logger bare", "[WARN  checkout::payments] slow query", "warn", "slow query", "", "", "", "logger=checkout::payments"},
		{"pretty_env_logger", " WARN  checkout::payments > slow query", "warn", "slow query", "", "", "", "logger=checkout::payments"},
		{"tracing pretty", "  2026-11-22T23:44:43.123456Z  WARN checkout::payments: slow query, ms: 3\n    at src/main.rs:50", "warn", "slow query, ms: 3\n    at src/main.rs:50", "2026-11-22T23:44:43.123456Z", "", "", ""},
		{"tracing thread", "2026-11-22T23:44:43.123Z  WARN ThreadId(01) checkout::payments: src/main.rs:50: slow query", "warn", "slow query", ms, "", "", "thread=ThreadId(01)|caller=src/main.rs:50"},
		{"tracing logfmt", `ts=2026-11-22T23:44:43.123Z level=info target=a::b message="it\'s \u{1b}[31mred"`, "info", "it's \x1b[31mred", ms, "", "", ""},
		{"simplelog thread", "23:44:43 [DEBUG] (1) checkout::payments: cache lookup", "debug", "cache lookup", at, "", "", "logger=checkout::payments"},
		{"slog-term", "Nov 22 23:44:43.123 DEBG cache lookup, key: user:42", "debug", "cache lookup, key: user:42", ms, "", "", ""},
		{"words of a sentence", "2026-11-22 23:44:43 Got ERROR from upstream", "", "Got ERROR from upstream", at, "", "", ""},
		{"deeper lines", "2026-11-22 23:44:43 WARN first\n    2026-11-22T23:44:43Z INFO quoted", "warn", "first\n    2026-11-22T23:44:43Z INFO quoted", at, "", "", ""},
	})
}

func TestPrintedJSON(t *testing.T) {
	const ms = "2026-11-22T23:44:43.123Z"
	checkSamples(t, []sample{
		{"twisted", "\x1e" + `{"log_level":{"name":"warn"},"log_namespace":"app","log_format":"slow query","log_time":1795391083.123}`, "warn", "slow query", ms, "", "", "log_namespace=app"},
		{"lambda-log", `{"_logLevel":"warn","msg":"slow query","_tags":[]}`, "warn", "slow query", "", "", "", ""},
		{"winston logstash", `{"@fields":{"level":"warn","ms":3},"@message":"slow query","@timestamp":"2026-11-22T23:44:43.123Z"}`, "warn", "slow query", ms, "", "", ""},
		{"tracing empty", `{"timestamp":"2026-11-22T23:44:43.123Z","level":"INFO","fields":{"message":"","port":8080},"target":"a::b"}`, "info", "", ms, "", "", ""},
		{"slog-json", `{"msg":"cache lookup","level":"DEBG","ts":"2026-11-22T23:44:43.123Z"}`, "debug", "cache lookup", ms, "", "", ""},
	})
}

// TestPrintedByServers has lines of servers, devices and platforms.
func TestPrintedByServers(t *testing.T) {
	const at, ms = "2026-11-22T23:44:43Z", "2026-11-22T23:44:43.123Z"
	checkSamples(t, []sample{
		{"heroku drain", "83 <40>1 2026-11-22T23:44:43+00:00 host app web.3 - State changed from starting to up", "fatal", "State changed from starting to up", at, "app", "host", "pid=web.3"},
		{"splunk hec object", `{"time":1795391083.123,"host":"web-7","source":"app","sourcetype":"_json","event":{"level":"error","message":"payment declined"}}`, "error", "payment declined", ms, "", "web-7", "sourcetype=_json"},
		{"splunk hec text", `{"time":1795391083.123,"host":"web-7","sourcetype":"syslog","event":"ERROR payment declined"}`, "error", "payment declined", ms, "", "web-7", ""},
		{"datadog", `{"message":"payment declined","status":"error","timestamp":1795391083123,"hostname":"web-7","service":"checkout","ddsource":"go"}`, "error", "payment declined", ms, "checkout", "web-7", ""},
		{"status of a job", `{"message":"job done","status":"success","time":"2026-11-22T23:44:43Z"}`, "", "job done", at, "", "", "status=success"},
		{"asa", "<166>Nov 22 2026 23:44:43 fw-1 : %ASA-4-106023: Deny tcp src outside:1.2.3.4", "info", "%ASA-4-106023: Deny tcp src outside:1.2.3.4", at, "", "fw-1", ""},
		{"ios", "<189>123: *Nov 22 23:44:43.123: %LINEPROTO-5-UPDOWN: Line protocol changed state to up", "info", "%LINEPROTO-5-UPDOWN: Line protocol changed state to up", ms, "", "", ""},
		{"leef 1", "LEEF:1.0|Microsoft|MSExchange|4.0 SP1|15345|src=192.0.2.0\tdst=172.50.123.1\tsev=5", "warn", "LEEF:1.0|Microsoft|MSExchange|4.0 SP1|15345|src=192.0.2.0\tdst=172.50.123.1\tsev=5", "", "MSExchange", "", "src=192.0.2.0|sev=5"},
		{"leef 2 in syslog", "<13>Nov 22 23:44:43 fw LEEF:2.0|Lancope|StealthWatch|1.0|41|^|src=10.0.1.8^dst=10.0.0.5^sev=9", "fatal", "LEEF:2.0|Lancope|StealthWatch|1.0|41|^|src=10.0.1.8^dst=10.0.0.5^sev=9", at, "StealthWatch", "fw", "src=10.0.1.8"},
		{"mongodb text", "2026-11-22T23:44:43.123+0000 E STORAGE  [conn1] WiredTiger error", "error", "WiredTiger error", ms, "", "", "logger=STORAGE|thread=conn1"},
		{"mariadb thread", "2026-11-22 23:44:43 140123456789012 [ERROR] InnoDB: Cannot allocate", "error", "Cannot allocate", at, "", "", "pid=140123456789012|logger=InnoDB"},
		{
			"mysql slow", "# Time: 2026-11-22T23:44:43.123000Z\n# User@Host: root[root] @ localhost []  Id:     8\n# Query_time: 1.234567  Lock_time: 0.000000\nSET timestamp=1795391083;\nselect sleep(1);", "",
			"# Time: 2026-11-22T23:44:43.123000Z\n# User@Host: root[root] @ localhost []  Id:     8\n# Query_time: 1.234567  Lock_time: 0.000000\nSET timestamp=1795391083;\nselect sleep(1);", ms, "", "", "",
		},
		{"mysql old", "261122 23:44:43 [Warning] slow query", "warn", "slow query", at, "", "", ""},
		{"syslog logfmt", `Nov 22 23:44:43 web-7 prometheus[12]: ts=2026-11-22T23:44:43.123Z level=warn msg="slow query" ms=3`, "warn", "slow query", ms, "prometheus", "web-7", "ms=3"},
		{"fortinet", `date=2026-11-22 time=23:44:43 devname="FGT" type="traffic" level="warning" action="deny" msg="blocked"`, "warn", "blocked", at, "", "FGT", "action=deny"},
		{"kubernetes json", `{"ts":1795391083123.4,"caller":"app/server.go:12","msg":"Starting controller","v":4}`, "info", "Starting controller", "2026-11-22T23:44:43.1234Z", "", "", "v=4"},
		{"colours over lines", "\x1b[33mWARNING:app.payments:first\nsecond\x1b[0m", "warn", "first\nsecond", "", "", "", ""},
		{"vpc flow", "2 123456789010 eni-1 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK", "", "2 123456789010 eni-1 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK", "", "", "", ""},
	})
}

// TestBatches: an envelope of several records is so many events, each with what the envelope says.
func TestBatches(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want []string
	}{
		"cloudwatch": {
			`{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"/aws/lambda/checkout","logStream":"s","logEvents":[{"id":"1","timestamp":1795391083123,"message":"[ERROR]\t2026-11-22T23:44:43.123Z\t8f507cfc-9a5c-4697-b07a-ac58fc914c95\tpayment declined\n"},{"id":"2","timestamp":1795391083124,"message":"{\"level\":\"warn\",\"msg\":\"slow query\"}"}]}`,
			[]string{`{"time":"2026-11-22T23:44:43.123Z","level":"error","service":"checkout","environment":"","host":"","message":"payment declined","fields":{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"/aws/lambda/checkout"`, `{"time":"2026-11-22T23:44:43.124Z","level":"warn","service":"checkout","environment":"","host":"","message":"slow query","fields":{"messageType"`},
		},
		"loki": {
			`{"streams":[{"stream":{"app":"checkout","level":"error"},"values":[["1795391083123000000","payment declined"],["1795391083124000000","level=warn msg=\"slow query\""]]},{"stream":{"app":"cart"},"values":[["1795391083125000000","ok"]]}]}`,
			[]string{`{"time":"2026-11-22T23:44:43.123Z","level":"error","service":"checkout","environment":"","host":"","message":"payment declined"`, `{"time":"2026-11-22T23:44:43.124Z","level":"warn","service":"checkout","environment":"","host":"","message":"slow query"`, `{"time":"2026-11-22T23:44:43.125Z","level":"","service":"cart","environment":"","host":"","message":"ok"`},
		},
		"azure": {
			`{"records":[{"time":"2026-11-22T23:44:43.123Z","level":"Error","properties":{"message":"payment declined"}},{"time":"2026-11-22T23:44:43.124Z","level":"Informational","operationName":"x"}]}`,
			[]string{`{"time":"2026-11-22T23:44:43.123Z","level":"error","service":"","environment":"","host":"","message":"payment declined"`, `{"time":"2026-11-22T23:44:43.124Z","level":"info"`},
		},
		"a record's own list": {`{"msg":"imported","level":"info","records":[{"id":1},{"id":2}]}`, []string{`{"time":"","level":"info","service":"","environment":"","host":"","message":"imported","fields":{"records":[{"id":1},{"id":2}]}`}},
		"not understood":      {`{"streams":[{"a":1},2]}`, []string{`{"time":"","level":"","service":"","environment":"","host":"","message":"{\"a\":1}"`, `{"time":"","level":"","service":"","environment":"","host":"","message":"2"`}},
	} {
		t.Run(name, func(t *testing.T) {
			out := decodeLines(t, Options{Ordered: true}, c.in)
			if len(out) != len(c.want) {
				t.Fatalf("%d events: %s", len(out), strings.Join(out, "\n"))
			}
			for i := range out {
				if !strings.HasPrefix(out[i], c.want[i]) {
					t.Errorf("got  %s\nwant %s", out[i], c.want[i])
				}
			}
		})
	}
}

// TestSigns has loggers for terminals, which show the level by a sign.
func TestSigns(t *testing.T) {
	checkSamples(t, []sample{
		{"signale", "⚠  warning   slow query", "warn", "slow query", "", "", "", ""},
		{"signale scope", "[23:44:43] [checkout] › ✖  error     payment declined", "error", "payment declined", "2026-11-22T23:44:43Z", "", "", ""},
		{"signale debug", "⬤  debug     cache lookup", "debug", "cache lookup", "", "", "", ""},
		{"consola", "ℹ service started", "info", "service started", "", "", "", ""},
		{"as a picture", "⚠️ slow query", "warn", "slow query", "", "", "", ""},
		{"a list", "● one", "", "● one", "", "", "", ""},
		{"within a line", "2026-11-22 23:44:43 INFO ✔ done", "info", "✔ done", "2026-11-22T23:44:43Z", "", "", ""},
	})
}

// TestDocuments has records that are printed over many lines, each a record of its own on the topic.
func TestDocuments(t *testing.T) {
	const ms = "2026-11-22T23:44:43.123Z"
	checkSamples(t, []sample{
		{
			"log4j2 json", "{\n  \"instant\" : {\n    \"epochSecond\" : 1795391083,\n    \"nanoOfSecond\" : 123000000\n  },\n  \"thread\" : \"main\",\n  \"level\" : \"WARN\",\n  \"loggerName\" : \"app.Checkout\",\n  \"message\" : \"slow\\nquery\",\n  \"endOfBatch\" : false\n}",
			"warn", "slow\nquery", ms, "", "", "thread=main",
		},
		{
			"in a container", "2026-11-22T23:44:43.123Z stdout F {\n2026-11-22T23:44:43.123Z stdout F   \"level\": \"error\",\n2026-11-22T23:44:43.123Z stdout F   \"msg\": \"payment declined\",\n2026-11-22T23:44:43.123Z stdout F   \"service\": \"checkout\"\n2026-11-22T23:44:43.124Z stdout F }",
			"error", "payment declined", "2026-11-22T23:44:43.124Z", "checkout", "", "stream=stdout",
		},
		{"no record", "{\n  a: 1,\n  b: 2\n}", "", "{\n  a: 1,\n  b: 2\n}", "", "", "", ""},
		{
			"java.util.logging xml", "<record>\n  <date>2026-11-22T23:44:43.123Z</date>\n  <millis>1795391083123</millis>\n  <sequence>1</sequence>\n  <logger>app.Checkout</logger>\n  <level>SEVERE</level>\n  <class>app.Checkout</class>\n  <message>a &lt;b&gt; &amp; c</message>\n  <exception>\n    <message>java.io.IOException: x</message>\n    <frame>\n      <class>a.B</class>\n    </frame>\n  </exception>\n</record>",
			"error", "a <b> & c", ms, "", "", "logger=app.Checkout",
		},
		{"log4j2 xml", "<Event xmlns=\"http://logging.apache.org/log4j/2.0/events\" timeMillis=\"1795391083123\" thread=\"main\" level=\"WARN\" loggerName=\"app.Checkout\">\n  <Instant epochSecond=\"1795391083\" nanoOfSecond=\"123000000\"/>\n  <Message>slow query</Message>\n</Event>", "warn", "slow query", ms, "", "", "thread=main"},
		{"log4j1 xml", "<log4j:event logger=\"app.Checkout\" timestamp=\"1795391083123\" level=\"ERROR\" thread=\"main\">\n  <log4j:message><![CDATA[a < b]]></log4j:message>\n</log4j:event>", "error", "a < b", ms, "", "", "logger=app.Checkout"},
		{"jboss xml", "<record><timestamp>2026-11-22T23:44:43.123Z</timestamp><sequence>1</sequence><loggerName>app.Checkout</loggerName><level>WARN</level><message>slow query</message><hostName>web-7</hostName></record>", "warn", "slow query", ms, "", "web-7", "loggerName=app.Checkout"},
		{
			"windows event", "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Service Control Manager'/><EventID>7034</EventID><Level>2</Level><TimeCreated SystemTime='2026-11-22T23:44:43.1230000Z'/><Computer>WIN-1</Computer></System><EventData><Data Name='param1'>Print Spooler</Data></EventData><RenderingInfo Culture='en-US'><Message>The Print Spooler service terminated.</Message><Level>Error</Level></RenderingInfo></Event>",
			"error", "The Print Spooler service terminated.", ms, "", "WIN-1", "EventID=7034|param1=Print Spooler",
		},
		{"markup", "<b>bold</b>", "", "<b>bold</b>", "", "", "", ""},
	})
}

// TestDocumentAmongOthers: a record over many lines within one record of the topic leaves its neighbours alone.
func TestDocumentAmongOthers(t *testing.T) {
	out := decodeLines(t, Options{Ordered: true}, "one\n{\n  \"level\": \"warn\",\n  \"msg\": \"slow query\"\n}\ntwo", "three")
	want := []string{`"message":"one"`, `"level":"warn"`, `"message":"two"`, `"message":"three"`}
	if len(out) != len(want) {
		t.Fatalf("%d events: %s", len(out), out)
	}
	for i, part := range want {
		if !strings.Contains(out[i], part) {
			t.Errorf("%s lacks %s", out[i], part)
		}
	}
}
