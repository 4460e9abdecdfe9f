package decode

import (
	"strings"
	"testing"
)

func TestMoreLogs(t *testing.T) {
	const at, ms = "2026-11-22T23:44:43Z", "2026-11-22T23:44:43.123Z"
	row := `2026-11-22 23:44:43.123 UTC,"alice","shop",12,"127.0.0.1:5",6a.1,1,"SELECT",2026-11-22 23:44:40 UTC,3/2,0,`
	checkSamples(t, []sample{
		{"csvlog", row + `ERROR,22012,"division by ""zero""",,,,,,"select 1/0;",,,"psql","client backend",,0`, "error", `division by "zero"`, ms, "", "", "pid=12|user=alice|sql_state=22012"},
		{
			"csvlog rows", row + "LOG,00000,\"duration: 1 ms  statement: select *\n  from orders\n where note = \"\"x\"\"\",,,,,,,,,\"psql\",\"client backend\",,0", "info",
			"duration: 1 ms  statement: select *\n  from orders\n where note = \"\"x\"\"", ms, "", "", "",
		},
		{
			"haproxy bare", `10.0.0.1:51 [22/Nov/2026:23:44:43.123] fe be/srv 0/0/0/1/1 503 12 - - SC-- 1/1/0/0/0 0/0 "GET /a?x=#22y#22 HTTP/1.1"`, "error",
			`10.0.0.1:51 [22/Nov/2026:23:44:43.123] fe be/srv 0/0/0/1/1 503 12 - - SC-- 1/1/0/0/0 0/0 "GET /a?x=#22y#22 HTTP/1.1"`, ms, "", "", "status=503|method=GET|backend=be/srv",
		},
		{"journalctl short-full", "Sun 2026-11-22 23:44:43 UTC web-7 checkout[12]: slow query", "", "slow query", at, "checkout", "web-7", "pid=12"},
		{"journalctl short-unix", "1795391083.123000 web-7 checkout[12]: slow query", "", "slow query", ms, "checkout", "web-7", ""},
		{"journalctl short-precise", "Nov 22 23:44:43.123000 web-7 checkout[12]: slow query", "", "slow query", ms, "checkout", "web-7", ""},
		{"heroku", "2026-11-22T23:44:43.123000+00:00 app[web.1]: slow query", "", "slow query", ms, "app", "", "pid=web.1"},
		{
			"django", "Internal Server Error: /boom\nTraceback (most recent call last):\n  File \"a.py\", line 1, in f\nValueError: x", "error",
			"Internal Server Error: /boom\nTraceback (most recent call last):\n  File \"a.py\", line 1, in f\nValueError: x", "", "", "", "",
		},
		{"jul json", "Nov 22, 2026 11:44:43 PM app.Checkout main\nINFO: {\"level\":\"error\",\"msg\":\"inner failure\"}", "error", "inner failure", at, "", "", ""},
		{"jul logger", "Nov 22, 2026 11:44:43 PM app.payments.Checkout\nFINE: cache lookup", "debug", "cache lookup", at, "", "", ""},
		{"jul empty", "Nov 22, 2026 11:44:43 PM app.Checkout main\nINFO: ", "info", "", at, "", "", ""},
		{"tracing span", `2026-11-22T23:44:43.123000Z  INFO call{trace_id="4bf92f3577b34da6a3ce929d0e0e4736" n=1}:inner: checkout::payments: traced call k=v`, "info", "traced call k=v", ms, "", "", "k=v|n=1|logger=checkout::payments"},
		{"tracing empty", "2026-11-22T23:44:43.123000Z  INFO checkout::payments: ", "info", "", ms, "", "", ""},
		{"lambda node", "2026-11-22T23:44:43.123Z\t8f507cfc-xmpl-4697-b07a-ac58fc914c95\tERROR\tpayment declined", "error", "payment declined", ms, "", "", ""},
		{"lambda python", "[ERROR]\t2026-11-22T23:44:43.123Z\t8f507cfc-9a5c-4697-b07a-ac58fc914c95\tpayment declined", "error", "payment declined", ms, "", "", ""},
		{"logstash plain", "2026-11-22T23:44:43.123Z {name=web-7} payment declined", "", "payment declined", ms, "", "web-7", ""},
		{"lograge", "method=GET path=/orders format=html controller=Orders action=show status=500 duration=12.5", "error", "method=GET path=/orders format=html controller=Orders action=show status=500 duration=12.5", "", "", "", "status=500|path=/orders"},
		{"rails started", `Started GET "/orders" for 127.0.0.1 at 2026-11-22 23:44:43 +0000`, "", `Started GET "/orders" for 127.0.0.1 at 2026-11-22 23:44:43 +0000`, "", "", "", ""},
		{"milliseconds without padding", "20261122-23:44:43:18|Step_LSC|30002312|slow", "", "Step_LSC|30002312|slow", "2026-11-22T23:44:43.018Z", "", "", ""},
		{"thread in parentheses", "2026-11-22 23:44:43.123 WARNING (MainThread) [homeassistant.components.sensor] slow", "warn", "slow", "2026-11-22T23:44:43.123Z", "", "", "thread=MainThread|logger=homeassistant.components.sensor"},
		{"parentheses of a message", "2026-11-22 23:44:43.123 WARNING (retry) [a.b] slow", "warn", "(retry) [a.b] slow", "2026-11-22T23:44:43.123Z", "", "", ""},
		{"laravel", `[2026-11-22 23:44:43] local.INFO: order placed {"id":7} `, "info", "order placed", "2026-11-22T23:44:43Z", "", "", "id=7|logger=local"},
		{"uwsgi", "[pid: 12|app: 0|req: 1/1] 127.0.0.1 () {28 vars in 400 bytes} [Sun Nov 22 23:44:43 2026] GET / => generated 2 bytes in 1 msecs (HTTP/1.1 200)", "info", "[pid: 12|app: 0|req: 1/1] 127.0.0.1 () {28 vars in 400 bytes} [Sun Nov 22 23:44:43 2026] GET / => generated 2 bytes in 1 msecs (HTTP/1.1 200)", "2026-11-22T23:44:43Z", "", "", "client=127.0.0.1|method=GET|path=/|status=200"},
		{"uwsgi error", "[pid: 12|app: 0|req: 1/1] 127.0.0.1 () {28 vars in 400 bytes} [Sun Nov 22 23:44:43 2026] GET / => generated 2 bytes in 1 msecs (HTTP/1.1 502) 2 headers in 60 bytes (1 switches on core 0)", "error", "[pid: 12|app: 0|req: 1/1] 127.0.0.1 () {28 vars in 400 bytes} [Sun Nov 22 23:44:43 2026] GET / => generated 2 bytes in 1 msecs (HTTP/1.1 502) 2 headers in 60 bytes (1 switches on core 0)", "2026-11-22T23:44:43Z", "", "", "client=127.0.0.1|method=GET|path=/|status=502"},
		{"go-kit empty", "level=info ts=2026-11-22T23:44:43.123Z caller=main.go:1 msg=", "info", "", ms, "", "", ""},
		{"grafana", `logger=settings t=2026-11-22T23:44:43.123Z level=info msg="Starting Grafana" version=11`, "info", "Starting Grafana", ms, "", "", "version=11"},
		{"traefik", `time="2026-11-22T23:44:43Z" level=error msg="no such host" providerName=docker`, "error", "no such host", at, "", "", ""},
		{"containerd", `time="2026-11-22T23:44:43.123000000Z" level=warning msg="cleaning up" namespace=k8s.io`, "warn", "cleaning up", ms, "", "", ""},
		{"influx", `ts=2026-11-22T23:44:43.123000Z lvl=info msg="Compiled" log_id=0x service=storage`, "info", "Compiled", ms, "storage", "", ""},
		{"sidekiq", "2026-11-22T23:44:43.123Z pid=1 tid=abc class=Foo INFO: start", "info", "start", ms, "", "", ""},
		{"jenkins", "2026-11-22 23:44:43.123+0000 [id=1]\tWARNING\tjenkins.Main#run: slow query", "warn", "jenkins.Main#run: slow query", ms, "", "", ""},
		{"asterisk", "[Nov 22 23:44:43] WARNING[12]: chan.c:1 f: slow query", "warn", "chan.c:1 f: slow query", at, "", "", ""},
		{"unreal", "[2026.11.22-23.44.43:123][  0]LogInit: Display: started", "", "[  0]LogInit: Display: started", ms, "", "", ""},
		{"airflow", "[2026-11-22T23:44:43.123+0000] {taskinstance.py:12} INFO - started", "info", "started", ms, "", "", ""},
		{"scrapy", "2026-11-22 23:44:43 [scrapy.core.engine] INFO: Spider opened", "info", "Spider opened", at, "", "", ""},
		{"spring no name", "2026-11-22T23:44:43.123Z  WARN 870 --- [           main] app.payments.Checkout                    : slow query", "warn", "slow query", ms, "", "", "pid=870|thread=main|logger=app.payments.Checkout"},
		{"spring sleuth", "2026-11-22 23:44:43.123  INFO [checkout,4bf92f3577b34da6a3ce929d0e0e4736,00f067aa0ba902b7] 870 --- [           main] app.Checkout : traced call", "info", "traced call", ms, "checkout", "", ""},
		{"spring micrometer", "2026-11-22T23:44:43.123Z  INFO 870 --- [checkout] [           main] [4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7] app.Checkout : traced call", "info", "traced call", ms, "checkout", "", ""},
		{"json in pairs", `time=2026-11-22T23:44:43Z level=info msg=x user={"id":7} tags=["a","b"]`, "info", "x", at, "", "", ""},
		{"logstash", `{"@timestamp":"2026-11-23T00:00:00Z","@version":"1","host":{"name":"web-7"},"message":"2026-11-22T23:44:43.123Z ERROR payment declined"}`, "error", "payment declined", ms, "", "web-7", ""},
		{"fluent bit cri", `{"@timestamp":1795391083.123,"time":"2026-11-22T23:44:43.123Z","stream":"stdout","logtag":"F","message":"{\"level\":50,\"msg\":\"payment declined\"}"}`, "error", "payment declined", ms, "", "", ""},
		{"vector journald", `{"PRIORITY":"3","SYSLOG_IDENTIFIER":"checkout","_SYSTEMD_UNIT":"c.service","host":"web-7","message":"payment declined","source_type":"journald","timestamp":"2026-11-22T23:44:43.123Z"}`, "error", "payment declined", ms, "checkout", "web-7", ""},
		{"filebeat kubernetes", `{"@timestamp":"2026-11-22T23:44:43.123Z","message":"payment declined","stream":"stderr","kubernetes":{"pod":{"name":"p-1"},"container":{"name":"c"},"node":{"name":"node-3"},"labels":{"app_kubernetes_io/name":"checkout"}},"agent":{"type":"filebeat"},"container":{"id":"x","runtime":"containerd"},"host":{"name":"beat-1"}}`, "", "payment declined", ms, "checkout", "node-3", ""},
		{"docker compose", `{"log":"ERROR: payment declined\n","stream":"stderr","attrs":{"com.docker.compose.service":"checkout"},"time":"2026-11-22T23:44:43.123Z"}`, "error", "payment declined", ms, "checkout", "", ""},
		{"fluentd docker", `{"container_id":"x","container_name":"/checkout","source":"stdout","log":"{\"level\":\"warn\",\"msg\":\"slow query\",\"time\":\"2026-11-22T23:44:43.123Z\"}"}`, "warn", "slow query", ms, "checkout", "", ""},
		{"hdfs", "081109 203615 148 INFO dfs.DataNode$PacketResponder: terminating", "info", "terminating", "2008-11-09T20:36:15Z", "", "", "pid=148"},
		{"health app", "20171223-22:5:3:17|Step_LSC|30002312|onStand 3579", "", "Step_LSC|30002312|onStand 3579", "2017-12-23T22:05:03.017Z", "", "", ""},
		{"bgl", "APPREAD 1117869872 2005.06.04 R23 2005-06-04-00.24.32.432192 R23 RAS APP FATAL ciod: failed", "fatal", "2005-06-04-00.24.32.432192 R23 RAS APP FATAL ciod: failed", "2005-06-04T07:24:32Z", "", "R23", ""},
		{"proxifier", "[11.22 23:44:43] chrome.exe - proxy:5070 close", "", "chrome.exe - proxy:5070 close", at, "", "", ""},
		{"zookeeper nested", "2026-11-22 23:44:43,123 - INFO  [QuorumPeer[myid=1]/0:0:0:2181:FastLeader@774] - Notification time out: 3200", "info", "Notification time out: 3200", ms, "", "", ""},
		{"ruby any", "A, [2026-11-22T23:44:43.123456 #1234]   ANY -- : whatever", "", "whatever", "2026-11-22T23:44:43.123456Z", "", "", "pid=1234"},
		{"logger in brackets", "2026-11-22 23:44:43,123 INFO  [app.payments.Checkout] service started", "info", "service started", ms, "", "", ""},
		{"thread in brackets", "2026-11-22 23:44:43,123 ERROR [http-nio-8080-exec-1] payment declined", "error", "payment declined", ms, "", "", "thread=http-nio-8080-exec-1"},
		{"word in brackets", "2026-11-22 23:44:43,123 WARN [pool] drained", "warn", "[pool] drained", ms, "", "", ""},
		{"net/http", "2026/11/22 23:44:43 http: TLS handshake error from 1.2.3.4:5: EOF", "", "http: TLS handshake error from 1.2.3.4:5: EOF", at, "", "", ""},
		{"words with colons", "2026-11-22 23:44:43.123 ERROR user: bob is locked", "error", "user: bob is locked", ms, "", "", ""},
		{"time and sentence", "2026-11-22T23:44:43Z starting server: ok", "", "starting server: ok", at, "", "", ""},
		{"nova", "2026-11-22 23:44:43.123 1234 INFO nova.compute.manager [req-1 - - -] started", "info", "started", ms, "", "", "logger=nova.compute.manager"},
	})
}

func TestLoggerThatPrintsOnlyItsName(t *testing.T) {
	got := decodeLines(t, Options{Ordered: true}, "2026-11-22T23:44:43.123Z [INFO]  checkout: started", "2026-11-22T23:44:43.124Z [INFO]  checkout", "2026-11-22T23:44:43.124Z [INFO]  done")
	for i, want := range []string{`"message":"started"`, `"message":"","fields":{"logger":"checkout"}`, `"message":"done"`} {
		if len(got) != 3 || !strings.Contains(got[i], want) {
			t.Fatalf("%s", got)
		}
	}
}
