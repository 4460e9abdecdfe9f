package decode

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// a logger writes one event; the lines are what the software named really prints.
type sample struct {
	name    string
	lines   string
	level   string
	message string
	time    string // in UTC; "" where none is stated
	service string
	host    string
	fields  string // key=value, divided by |
}

func checkSamples(t *testing.T, samples []sample) {
	t.Helper()
	now := time.Date(2026, 11, 22, 23, 50, 0, 0, time.UTC)
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			out := decodeLines(t, Options{Ordered: true, Now: func() time.Time { return now }}, strings.Split(s.lines, "\n")...)
			if len(out) != 1 {
				t.Fatalf("%d events: %s", len(out), out)
			}
			var got struct {
				Time, Level, Service, Host, Message string
				Fields                              map[string]any
				Lines                               int
			}
			if err := json.Unmarshal([]byte(out[0]), &got); err != nil {
				t.Fatalf("%s: %v", out[0], err)
			}
			check := func(what, got, want string) {
				if got != want {
					t.Errorf("%s: got %q, want %q\n%s", what, got, want, out[0])
				}
			}
			check("level", got.Level, s.level)
			check("message", got.Message, s.message)
			check("time", got.Time, s.time)
			check("service", got.Service, s.service)
			check("host", got.Host, s.host)
			if want := 1 + strings.Count(s.lines, "\n"); got.Lines != want {
				t.Errorf("lines: got %d, want %d", got.Lines, want)
			}
			for _, pair := range strings.Split(s.fields, "|") {
				key, want, ok := strings.Cut(pair, "=")
				if !ok {
					continue
				}
				v, _ := json.Marshal(got.Fields[key])
				check(key, strings.Trim(string(v), `"`), want)
			}
		})
	}
}

func TestTextLoggers(t *testing.T) {
	const at, ms = "2026-11-22T23:44:43Z", "2026-11-22T23:44:43.123Z"
	checkSamples(t, []sample{
		{"dropwizard", "INFO  [2026-11-22 23:44:43,123] org.eclipse.jetty.util.log: Logging initialized @1ms", "info", "Logging initialized @1ms", ms, "", "", "logger=org.eclipse.jetty.util.log"},
		{"tomcat", "22-Nov-2026 23:44:43.123 INFO [main] org.apache.catalina.startup.Catalina.start Server startup in [1] ms", "info", "Server startup in [1] ms", ms, "", "", ""},
		{"jboss", "23:44:43,123 INFO  [org.jboss.as] (main) WFLYSRV0049: WildFly starting", "info", "WFLYSRV0049: WildFly starting", ms, "", "", "logger=org.jboss.as"},
		{"quarkus", "2026-11-22 23:44:43,123 ERROR [io.quarkus] (main) order 1842 failed", "error", "order 1842 failed", ms, "", "", ""},
		{"log4j1", "2026-11-22 23:44:43,123 WARN  [main] app.Foo (Foo.java:12) - slow query", "warn", "slow query", ms, "", "", ""},
		{"log4j ttcc", "0    [main] INFO  app.Foo  - service started", "info", "service started", "", "", "", ""},
		{"log4j2 default", "23:44:43.123 [main] ERROR app.Foo - disk is full", "error", "disk is full", ms, "", "", "logger=app.Foo"},
		{"log4j2 nothing", "2026-11-22 23:44:43,123 [main] INFO app.payments.Checkout - ", "info", "", ms, "", "", ""},
		{"jul", "Nov 22, 2026 11:44:43 PM app.Checkout main\nWARNING: slow query", "warn", "slow query", at, "", "", ""},
		{"jul narrow space", "Nov 22, 2026 11:44:43\u202fPM app.Checkout main\nSEVERE: disk is full", "error", "disk is full", at, "", "", ""},
		{"jul trace", "Nov 22, 2026 11:44:43 PM app.Checkout main\nSEVERE: failed\njava.io.IOException: x\n\tat a.B.c(B.java:1)", "error", "failed\njava.io.IOException: x\n\tat a.B.c(B.java:1)", at, "", "", ""},
		{"python asctime name level", "2026-11-22 23:44:43,123 - root - INFO - service started", "info", "service started", ms, "", "", "logger=root"},
		{"python asctime level name", "2026-11-22 23:44:43,123 WARNING app.payments: slow query", "warn", "slow query", ms, "", "", "logger=app.payments"},
		{"python asctime name level bare", "2026-11-22 23:44:43,123 app.payments ERROR payment declined", "error", "payment declined", ms, "", "", ""},
		{"python level message", "2026-11-22 23:44:43,123 - INFO - service started", "info", "service started", ms, "", "", ""},
		{"python name first", "root - ERROR - disk is full", "error", "disk is full", "", "", "", ""},
		{"flask", "[2026-11-22 23:44:43,123] ERROR in app: Exception on /boom [GET]", "error", "Exception on /boom [GET]", ms, "", "", ""},
		{"celery", "[2026-11-22 23:44:43,123: WARNING/ForkPoolWorker-1] slow query", "warn", "slow query", ms, "", "", ""},
		{"gunicorn", "[2026-11-22 23:44:43 +0000] [123] [INFO] Listening at: http://0.0.0.0:8000 (123)", "info", "Listening at: http://0.0.0.0:8000 (123)", at, "", "", "pid=123"},
		{"loguru", "2026-11-22 23:44:43.123 | SUCCESS  | __main__:fn:106 - all done", "info", "all done", ms, "", "", ""},
		{"slog default", "2026/11/22 23:44:43 WARN slow query ms=1534", "warn", "slow query ms=1534", at, "", "", "ms=1534"},
		{"slog text", `time=2026-11-22T23:44:43.123Z level=ERROR+4 msg="disk is full" path=/var`, "fatal", "disk is full", ms, "", "", "path=/var"},
		{"go shortfile", "2026/11/22 23:44:43.123000 main.go:12: service started", "", "service started", ms, "", "", "caller=main.go:12"},
		{"zap console", "2026-11-22T23:44:43.123Z\tINFO\tapp\tmain/main.go:12\tservice started\t{\"port\": 8080}", "info", "service started", ms, "", "", "port=8080|caller=main/main.go:12|logger=app"},
		{"zap console tab", "2026-11-22T23:44:43.123Z\tDEBUG\tmain/main.go:12\tcol1\tcol2", "debug", "col1\tcol2", ms, "", "", ""},
		{"istio", "2026-11-22T23:44:43.123456Z\twarn\tslow query\tms=3", "warn", "slow query\tms=3", "2026-11-22T23:44:43.123456Z", "", "", ""},
		{"zerolog console", "2026-11-22T23:44:43Z INF service started port=8080", "info", "service started port=8080", at, "", "", "port=8080"},
		{"zerolog coloured", "\x1b[90m11:44PM\x1b[0m \x1b[32mINF\x1b[0m service started \x1b[36mport=\x1b[0m8080", "info", "service started port=8080", "2026-11-22T23:44:00Z", "", "", "port=8080"},
		{"hclog", "2026-11-22T23:44:43.123Z [INFO]  checkout: service started: port=8080 version=1.4.2", "info", "service started", ms, "", "", "port=8080|logger=checkout"},
		{"hclog bare", "2026-11-22T23:44:43.123Z [ERROR] checkout: disk is full", "error", "disk is full", ms, "", "", ""},
		{"hclog empty", "2026-11-22T23:44:43.123Z [INFO]  checkout:", "info", "", ms, "", "", ""},
		{"logrus tty", "INFO[0000] service started                               port=8080", "info", "service started", "", "", "", "port=8080"},
		{"logrus tty coloured", "\x1b[33mWARN\x1b[0m[0012] slow query                                   \x1b[33mms\x1b[0m=1534", "warn", "slow query", "", "", "", "ms=1534"},
		{"glog", "I20261122 23:44:43.123000  1234 main.cc:240] service started", "info", "service started", ms, "", "", "pid=1234"},
		{"klog structured", `I1122 23:44:43.123000    1234 main.go:12] "Pod status updated" pod="shop/checkout" status="Running"`, "info", "Pod status updated", ms, "", "", "pod=shop/checkout"},
		{"cockroach", "W261122 23:44:43.123000 1 server/x.go:12 ⋮ [n1] slow query", "warn", "⋮ [n1] slow query", ms, "", "", ""},
		{"tracing", `2026-11-22T23:44:43.123456Z  WARN checkout::payments: slow query ms=1534 table="orders"`, "warn", `slow query ms=1534 table="orders"`, "2026-11-22T23:44:43.123456Z", "", "", "ms=1534|table=orders"},
		{"tracing coloured", "\x1b[2m2026-11-22T23:44:43.123Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[2mcheckout\x1b[0m\x1b[2m:\x1b[0m disk is full \x1b[3mpath\x1b[0m\x1b[2m=\x1b[0m/var", "error", "disk is full path=/var", ms, "", "", "path=/var"},
		{"log4rs", "2026-11-22T23:44:43.123+00:00 INFO checkout::payments - service started", "info", "service started", ms, "", "", ""},
		{"fern", "[2026-11-22][23:44:43][checkout][INFO] service started", "info", "service started", at, "", "", ""},
		{"simplelog", "23:44:43 [WARN] checkout: slow query", "warn", "slow query", at, "", "", ""},
		{"env_logger", "[2026-11-22T23:44:43Z ERROR checkout::payments] payment declined", "error", "payment declined", at, "", "", "logger=checkout::payments"},
		{"ruby", "W, [2026-11-22T23:44:43.123000 #1234]  WARN -- : slow query", "warn", "slow query", ms, "", "", "pid=1234"},
		{"ruby progname", "E, [2026-11-22T23:44:43.123000 #1234] ERROR -- checkout: payment declined", "error", "payment declined", ms, "", "", ""},
		{"semantic logger", "2026-11-22 23:44:43.123 W [1234:main] Checkout -- slow query", "warn", "slow query", ms, "", "", ""},
		{"dotnet console", "warn: App.Checkout[0]\n      slow query", "warn", "slow query", "", "", "", "logger=App.Checkout"},
		{"dotnet console two lines", "fail: App.Checkout[17]\n      order 1842 failed\n      System.Exception: x\n         at App.Main()", "error", "order 1842 failed\n      System.Exception: x\n         at App.Main()", "", "", "", ""},
		{"dotnet single line", "info: App.Checkout[0] service started", "info", "service started", "", "", "", ""},
		{"dotnet systemd", "<4>App.Checkout[0] slow query", "warn", "App.Checkout[0] slow query", "", "", "", ""},
		{"serilog console", "[23:44:43 WRN] slow query", "warn", "slow query", at, "", "", ""},
		{"serilog file", "2026-11-22 23:44:43.123 +00:00 [ERR] payment declined", "error", "payment declined", ms, "", "", ""},
		{"nlog", "2026-11-22 23:44:43.1230|INFO|App.Checkout|service started", "info", "service started", ms, "", "", "logger=App.Checkout"},
		{"log4net", "2026-11-22 23:44:43,123 [1] INFO  App.Checkout - service started", "info", "service started", ms, "", "", ""},
		{"log4net ndc", "2026-11-22 23:44:43,123 [1] INFO  App.Checkout [(null)] - service started", "info", "service started", ms, "", "", ""},
		{"laravel", `[2026-11-22 23:44:43] production.ERROR: order failed {"userId":1}`, "error", "order failed", at, "", "", "userId=1"},
		{"php-fpm", "[22-Nov-2026 23:44:43] NOTICE: fpm is running, pid 1", "info", "fpm is running, pid 1", at, "", "", ""},
		{"winston simple", `warn: slow query {"duration_ms":1534}`, "warn", "slow query", "", "", "", "duration_ms=1534"},
		{"log4js", "[2026-11-22T23:44:43.123] [INFO] default - service started", "info", "service started", ms, "", "", ""},
		{"log4js coloured", "\x1b[32m[2026-11-22T23:44:43.123] [INFO] default - \x1b[39mservice started", "info", "service started", ms, "", "", ""},
		{"nest", "[Nest] 1234  - 11/22/2026, 11:44:43 PM     LOG [Checkout] service started", "info", "service started", at, "", "", ""},
		{"pino-pretty", "[23:44:43.123] ERROR (1234): payment declined", "error", "payment declined", ms, "", "", ""},
		{"elixir", "23:44:43.123 [info] service started", "info", "service started", ms, "", "", ""},
		{"rabbitmq", "2026-11-22 23:44:43.123000+00:00 [warning] <0.1.0> slow query", "warn", "slow query", ms, "", "", ""},
		{"erlang otp", "2026-11-22T23:44:43.123000+00:00 error: disk is full", "error", "disk is full", ms, "", "", ""},
		{"erlang report", "=ERROR REPORT==== 22-Nov-2026::23:44:43.123000 ===\ndisk is full", "error", "disk is full", ms, "", "", ""},
		{"spdlog", "[2026-11-22 23:44:43.123] [checkout] [warning] slow query", "warn", "slow query", ms, "", "", ""},
		{"boost", "[2026-11-22 23:44:43.123000] [0x00007f] [info]    service started", "info", "service started", ms, "", "", ""},
		{"log.c", "23:44:43 INFO  main.c:12: service started", "info", "service started", at, "", "", "caller=main.c:12"},
		{"swift-log", "2026-11-22T23:44:43+0000 info checkout : port=8080 [App] service started", "info", "port=8080 [App] service started", at, "", "", ""},
		{"logcat", "11-22 23:44:43.123  1234  5678 E Checkout: payment declined", "error", "payment declined", ms, "", "", ""},
		{"minecraft", "[23:44:43] [Server thread/WARN]: Can't keep up!", "warn", "Can't keep up!", at, "", "", ""},
		{"plain level", "[ERROR] disk is full", "error", "disk is full", "", "", "", ""},
		{"plain level colon", "ERROR: disk is full", "error", "disk is full", "", "", "", ""},
		{"sentence", "Error: disk is full", "", "Error: disk is full", "", "", "", ""},
		{"sentence capital", "WARNING Memory overcommit must be enabled!", "warn", "Memory overcommit must be enabled!", "", "", "", ""},
		{"no header", "user=alice action=login result=ok", "", "user=alice action=login result=ok", "", "", "", ""},
	})
}

func TestServerLogs(t *testing.T) {
	const at, ms = "2026-11-22T23:44:43Z", "2026-11-22T23:44:43.123Z"
	checkSamples(t, []sample{
		{"elasticsearch", "[2026-11-22T23:44:43,123][WARN ][o.e.n.Node               ] [node-1] slow query", "warn", "slow query", ms, "", "", ""},
		{"kafka", "[2026-11-22 23:44:43,123] INFO [KafkaServer id=0] started (kafka.server.KafkaServer)", "info", "[KafkaServer id=0] started", ms, "", "", "logger=kafka.server.KafkaServer"},
		{"zookeeper", "2026-11-22 23:44:43,123 [myid:1] - INFO  [main:QuorumPeer@1] - started", "info", "started", ms, "", "", ""},
		{"cassandra", "INFO  [main] 2026-11-22 23:44:43,123 StorageService.java:1 - Starting up", "info", "Starting up", ms, "", "", ""},
		{"hadoop", "2026-11-22 23:44:43,123 WARN org.apache.hadoop.hdfs.DataNode: slow disk", "warn", "slow disk", ms, "", "", ""},
		{"spark", "26/11/22 23:44:43 INFO SparkContext: Running Spark version 3.5", "info", "Running Spark version 3.5", at, "", "", "logger=SparkContext"},
		{"clickhouse", "2026.11.22 23:44:43.123000 [ 1 ] {} <Error> Application: disk is full", "error", "disk is full", ms, "", "", ""},
		{"tidb", `[2026/11/22 23:44:43.123 +00:00] [WARN] [main.go:12] ["slow query"] [ms=1534] [table="or ders"]`, "warn", "slow query", ms, "", "", "ms=1534|table=or ders|caller=main.go:12"},
		{"mysql", "2026-11-22T23:44:43.123000Z 0 [Warning] [MY-010068] [Server] CA certificate is self signed.", "warn", "CA certificate is self signed.", ms, "", "", ""},
		{"mariadb", "2026-11-22 23:44:43 0 [Note] mariadbd: ready for connections.", "info", "mariadbd: ready for connections.", at, "", "", ""},
		{"mongodb", `{"t":{"$date":"2026-11-22T23:44:43.123+00:00"},"s":"W","c":"NETWORK","id":22943,"ctx":"listener","msg":"Connection accepted","attr":{"remote":"1.2.3.4"}}`, "warn", "Connection accepted", ms, "", "", "c=NETWORK"},
		{"envoy", "[2026-11-22 23:44:43.123][1][info][main] [source/server/server.cc:1] initializing epoch 0", "info", "initializing epoch 0", ms, "", "", ""},
		{"envoy access", `[2026-11-22T23:44:43.123Z] "GET /a HTTP/1.1" 503 UF 0 12 3 - "-" "curl"`, "error", `[2026-11-22T23:44:43.123Z] "GET /a HTTP/1.1" 503 UF 0 12 3 - "-" "curl"`, ms, "", "", "status=503|method=GET"},
		{"haproxy", `<134>Nov 22 23:44:43 lb-1 haproxy[12]: 10.0.0.1:51 [22/Nov/2026:23:44:43.123] fe be/srv 0/0/0/1/1 200 12 - - ---- 1/1/0/0/0 0/0 "GET / HTTP/1.1"`, "info", `10.0.0.1:51 [22/Nov/2026:23:44:43.123] fe be/srv 0/0/0/1/1 200 12 - - ---- 1/1/0/0/0 0/0 "GET / HTTP/1.1"`, at, "haproxy", "lb-1", ""},
		{"apache error", "[Sun Nov 22 23:44:43.123000 2026] [core:error] [pid 12:tid 34] [client 1.2.3.4:5] AH00124: too many redirects", "error", "AH00124: too many redirects", ms, "", "", "pid=12|client=1.2.3.4:5"},
		{"nginx error", `2026/11/22 23:44:43 [crit] 12#12: *1 connect() failed`, "fatal", "connect() failed", at, "", "", ""},
		{"postgres", `2026-11-22 23:44:43.123 UTC [12] FATAL:  database "x" does not exist`, "fatal", `database "x" does not exist`, ms, "", "", ""},
		{"postgres user", `2026-11-22 23:44:43.123 UTC [12] alice@shop ERROR:  division by zero`, "error", "division by zero", ms, "", "", ""},
		{"redis", "12:M 22 Nov 2026 23:44:43.123 * Ready", "info", "Ready", ms, "", "", ""},
		{"squid", "1795391083.123     12 10.0.0.1 TCP_MISS/200 1234 GET http://a/ - DIRECT/1.2.3.4 text/html", "", "12 10.0.0.1 TCP_MISS/200 1234 GET http://a/ - DIRECT/1.2.3.4 text/html", ms, "", "", ""},
		{"bind", "22-Nov-2026 23:44:43.123 general: info: all zones loaded", "info", "all zones loaded", ms, "", "", ""},
		{"unbound", "[1795391083] unbound[1:0] info: start of service", "info", "start of service", at, "", "", ""},
		{"openvpn", "Sun Nov 22 23:44:43 2026 TLS Error: handshake failed", "", "TLS Error: handshake failed", at, "", "", ""},
		{"samba", "[2026/11/22 23:44:43.123000,  0] ../source3/smbd.c:12(main)", "", "../source3/smbd.c:12(main)", ms, "", "", ""},
		{"auditd", "type=SYSCALL msg=audit(1795391083.123:456): arch=c000003e syscall=2 success=yes", "", "type=SYSCALL msg=audit(1795391083.123:456): arch=c000003e syscall=2 success=yes", ms, "", "", "type=SYSCALL"},
		{"dmesg", "[    1.234567] usb 1-1: new device", "", "usb 1-1: new device", "", "", "", "uptime=1.234567"},
		{"elb", `http 2026-11-22T23:44:43.123000Z app/lb/50 1.2.3.4:5 10.0.0.1:80 0.000 0.001 0.000 502 502 34 366 "GET http://a:80/ HTTP/1.1" "curl" - -`, "error", `http 2026-11-22T23:44:43.123000Z app/lb/50 1.2.3.4:5 10.0.0.1:80 0.000 0.001 0.000 502 502 34 366 "GET http://a:80/ HTTP/1.1" "curl" - -`, ms, "", "", "method=GET"},
		{"s3", `79a59 bucket [22/Nov/2026:23:44:43 +0000] 1.2.3.4 arn 3E57 REST.GET.OBJECT k "GET /k HTTP/1.1" 404 NoSuchKey 12 - 3 - "-" "curl" -`, "warn", `79a59 bucket [22/Nov/2026:23:44:43 +0000] 1.2.3.4 arn 3E57 REST.GET.OBJECT k "GET /k HTTP/1.1" 404 NoSuchKey 12 - 3 - "-" "curl" -`, at, "", "", "status=404"},
		{"cloudfront", "2026-11-22\t23:44:43\tLHR61\t2390\t1.2.3.4\tGET\tx.cloudfront.net\t/a\t200\t-", "", "LHR61\t2390\t1.2.3.4\tGET\tx.cloudfront.net\t/a\t200\t-", at, "", "", ""},
		{"gin", `[GIN] 2026/11/22 - 23:44:43 | 200 |     1.2ms |   127.0.0.1 | GET      "/ok"`, "info", `[GIN] 2026/11/22 - 23:44:43 | 200 |     1.2ms |   127.0.0.1 | GET      "/ok"`, at, "", "", ""},
		{"werkzeug", `127.0.0.1 - - [22/Nov/2026 23:44:43] "GET / HTTP/1.1" 404 -`, "warn", `127.0.0.1 - - [22/Nov/2026 23:44:43] "GET / HTTP/1.1" 404 -`, at, "", "", "status=404|method=GET"},
		{"django", `[22/Nov/2026 23:44:43] "GET / HTTP/1.1" 200 12`, "info", `[22/Nov/2026 23:44:43] "GET / HTTP/1.1" 200 12`, at, "", "", "status=200"},
		{"vhost access", `shop.example.com:443 1.2.3.4 - bob [22/Nov/2026:23:44:43 +0000] "GET / HTTP/2.0" 500 12 "-" "x"`, "error", `shop.example.com:443 1.2.3.4 - bob [22/Nov/2026:23:44:43 +0000] "GET / HTTP/2.0" 500 12 "-" "x"`, at, "", "", "status=500|user=bob"},
		{"cisco", "<189>Nov 22 23:44:43 10.0.0.1 %SYS-5-CONFIG_I: Configured from console", "info", "%SYS-5-CONFIG_I: Configured from console", at, "", "10.0.0.1", ""},
		{"rfc3164", "<11>Nov 22 23:44:43 web-7 sshd[12]: Failed password", "error", "Failed password", at, "sshd", "web-7", "pid=12"},
		{"rfc5424", `<165>1 2026-11-22T23:44:43.123Z web-7 su - ID47 - BOM'su root' failed`, "info", "BOM'su root' failed", ms, "su", "web-7", ""},
		{"rfc5424 nil", `<13>1 - - - - - - hello`, "info", "hello", "", "", "", ""},
		{"kernel", "Nov 22 23:44:43 web-7 kernel: [   1.2] oom-killer", "", "[   1.2] oom-killer", at, "kernel", "web-7", ""},
		{"syslog json", `Nov 22 23:44:43 web-7 app[12]: {"level":"warn","msg":"slow query"}`, "warn", "slow query", at, "app", "web-7", ""},
		{"syslog klog", `2026-11-22T23:44:43.123+00:00 web-7 kubelet[12]: E1122 23:44:43.123000 12 kubelet.go:1] sync failed`, "error", "sync failed", ms, "kubelet", "web-7", ""},
		{"cee", `Nov 22 23:44:43 web-7 app: @cee: {"msg":"hello","level":"info"}`, "info", "hello", at, "app", "web-7", ""},
		{"cef", `CEF:0|Trend|Agent|1.0|600|User signed in|8|src=10.0.0.1 suser=bob rt=1795391083123 msg=a b c`, "error", "User signed in", ms, "Agent", "", "src=10.0.0.1|msg=a b c"},
		{"cef in syslog", `<134>Nov 22 23:44:43 fw CEF:0|Trend|Agent|1.0|600|User signed in|8|src=10.0.0.1`, "error", "User signed in", at, "Agent", "fw", "src=10.0.0.1"},
	})
}
