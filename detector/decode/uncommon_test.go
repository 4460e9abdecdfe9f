package decode

import "testing"

// What loggers print in options and locales other than the usual.
func TestUncommonHeaders(t *testing.T) {
	const at, ms = "2026-11-22T23:44:43Z", "2026-11-22T23:44:43.123Z"
	checkSamples(t, []sample{
		{"logback empty context", "2026-11-22 23:44:43.123 [main] [] ERROR c.s.web.Orders - failed", "error", "failed", ms, "", "", "logger=c.s.web.Orders"},
		{"fern", "[2026-11-22][23:44:43][shop::db][ERROR] closed", "error", "closed", at, "", "", ""},
		{"log4js mark", "[2026-11-22T23:44:43.123] [MARK] audit - seen", "info", "seen", ms, "", "", "logger=audit"},
		{"sling", "22.11.2026 23:44:43.123 *WARN* [qtp-1] org.a.B slow", "warn", "slow", ms, "", "", "logger=org.a.B"},
		{"zerolog without level", "2026-11-22T23:44:43Z ??? no level", "", "no level", at, "", "", ""},
		{"loguru C++", "2026-11-22 23:44:43.123 (  12.345s) [main thread     ]               main.cpp:12    WARN| slow", "warn", "slow", ms, "", "", ""},
		{"telegraf", "2026-11-22T23:44:43Z E! [outputs.influxdb] retrying", "error", "[outputs.influxdb] retrying", at, "", "", ""},
		{"consul before 1.8", "    2026/11/22 23:44:43 [WARN] agent: sync failed", "warn", "agent: sync failed", at, "", "", ""},
		{"logcat time", "11-22 23:44:43.123 W/System.err( 1234): slow", "warn", "slow", ms, "", "", "logger=System.err|pid=1234"},
		{"logcat brief", "E/chatty  ( 1234): gone", "error", "gone", "", "", "", "logger=chatty"},
		{"logcat long", "[ 11-22 23:44:43.123  1234: 5678 F/libc     ]\nFatal signal 11", "fatal", "Fatal signal 11", ms, "", "", "logger=libc|thread=5678"},
		{"redis signal", "4711:signal-handler (1795391083) Received SIGTERM scheduling shutdown...", "", "Received SIGTERM scheduling shutdown...", at, "", "", "pid=4711"},
		{"no letter", "A/B testing (12): on", "", "A/B testing (12): on", "", "", "", ""},
	})
}

func TestPlatforms(t *testing.T) {
	const at, ms = "2026-11-22T23:44:43Z", "2026-11-22T23:44:43.123Z"
	checkSamples(t, []sample{
		{"splunkd", "11-02-2026 23:44:43.123 +0000 WARN  TailReader [2034 MainTailingThread] - cache is full", "warn", "cache is full", "2026-11-02T23:44:43.123Z", "", "", "logger=TailReader|thread=MainTailingThread|pid=2034"},
		{"splunkd without thread", "11-02-2026 23:44:43.123 -0500 ERROR ExecProcessor - boom", "error", "boom", "2026-11-03T04:44:43.123Z", "", "", "logger=ExecProcessor"},
		{"log4j with the day first", "02-11-2026 23:44:43.123 +0000 ERROR a.b.Orders - boom", "error", "boom", "2026-11-02T23:44:43.123Z", "", "", "logger=a.b.Orders"},
		{"routeros", "system,error,critical login failure for user admin from 10.0.0.1 via ssh", "fatal", "login failure for user admin from 10.0.0.1 via ssh", "", "", "", "logger=system,error,critical"},
		{"routeros 6", "nov/22/2026 23:44:43 interface,info ether1 link down", "info", "ether1 link down", at, "", "", "logger=interface,info"},
		{"routeros 6 without year", "nov/22 23:44:43 firewall,warning input: in:ether1", "warn", "input: in:ether1", at, "", "", ""},
		{"routeros 7", "2026-11-22 23:44:43 system,info router rebooted", "info", "router rebooted", at, "", "", ""},
		{"routeros syslog", "<30>Nov 22 23:44:43 MikroTik firewall,info input: in:ether1", "info", "firewall,info input: in:ether1", at, "", "MikroTik", ""},
		{"no topics", "system, error and more", "", "system, error and more", "", "", "", ""},
		{"glib", "(gedit:4123): Gtk-WARNING **: 23:44:43.123: cannot open display: :0", "warn", "cannot open display: :0", ms, "gedit", "", "logger=Gtk|pid=4123"},
		{"glib without time", "(process:123): GLib-GObject-CRITICAL **: g_object_unref: assertion failed", "error", "g_object_unref: assertion failed", "", "", "", "logger=GLib-GObject"},
		{"glib without domain", "** (app:12): WARNING **: 23:44:43.123: slow", "warn", "slow", ms, "app", "", ""},
		{"glib message", "** Message: 23:44:43.123: started", "info", "started", ms, "", "", ""},
		{"glib debug", "(app:12): My-DEBUG: 23:44:43.123: frame 12", "debug", "frame 12", ms, "app", "", "logger=My"},
		{"stars", "** done **", "", "** done **", "", "", "", ""},
		{"julia", "[ Info: training started", "info", "training started", "", "", "", ""},
		{"julia block", "┌ Warning: no such file\n│   path = x\n└ @ Main REPL[1]:1", "warn", "no such file\n│   path = x\n└ @ Main REPL[1]:1", "", "", "", ""},
		{"a table", "┌ Name: x", "", "┌ Name: x", "", "", "", ""},
		{"asterisk call", "[2026-11-22 23:44:43.123] WARNING[1234][C-0000001a]: app_dial.c: no channel", "warn", "app_dial.c: no channel", ms, "", "", "request_id=C-0000001a"},
	})
}

func TestForeignNames(t *testing.T) {
	const at = "2026-11-22T23:44:43Z"
	checkSamples(t, []sample{
		{"jul german", "Nov. 22, 2026 11:44:43 NACHM. app.Main main\nSCHWERWIEGEND: kaputt", "error", "kaputt", at, "", "", ""},
		{"jul french", "févr. 22, 2026 11:44:43 PM app.Main main\nAVERTISSEMENT: lent", "warn", "lent", "2026-02-22T23:44:43Z", "", "", ""},
		{"jul whole month", "November 22, 2026 11:44:43 PM app.Main main\nINFOS: prêt", "info", "prêt", at, "", "", ""},
		{"word", "2026-11-22 23:44:43 FEHLER kaputt", "error", "kaputt", at, "", "", ""},
		{"cyrillic", "2026-11-22 23:44:43 [ОШИБКА] нет", "error", "нет", at, "", "", ""},
		{"chinese", "2026-11-22 23:44:43 [警告] 慢", "warn", "慢", at, "", "", ""},
		{"accent", "2026-11-22 23:44:43 [INFORMACIÓN] listo", "info", "listo", at, "", "", ""},
		{"json", `{"time":"2026-11-22T23:44:43Z","level":"ошибка","msg":"нет"}`, "error", "нет", at, "", "", ""},
		{"no level", "2026-11-22 23:44:43 [Москва] дождь", "", "[Москва] дождь", at, "", "", ""},
	})
}

func TestPostgresPrefixes(t *testing.T) {
	const ms = "2026-11-22T23:44:43.123Z"
	checkSamples(t, []sample{
		{"unknown user", "2026-11-22 23:44:43.123 UTC [4711] [unknown]@[unknown] LOG:  connection received: host=10.0.0.1 port=5000", "info", "connection received: host=10.0.0.1 port=5000", ms, "", "", "pid=4711"},
		{"short zone", "2026-11-23 02:44:43.123 +03 [4711] app=psql,db=shop LOG:  checkpoint starting: time", "info", "checkpoint starting: time", ms, "", "", "app=psql|db=shop"},
		{"pgbadger", "2026-11-22 23:44:43.123 UTC [4711]: [3-1] user=anna,db=shop,app=psql,client=10.0.0.1 ERROR:  relation \"x\" does not exist", "error", `relation "x" does not exist`, ms, "", "", "user=anna|client=10.0.0.1"},
		{"a message", "2026-11-22 23:44:43.123 UTC the LOGIN:  anna", "", "the LOGIN:  anna", ms, "", "", ""},
	})
}

func TestHeadersInsideSyslog(t *testing.T) {
	const at, ms = "2026-11-22T23:44:43Z", "2026-11-22T23:44:43.123Z"
	checkSamples(t, []sample{
		{"log4j", "Nov 22 23:44:43 web-7 orders[12]: 2026-11-22 23:44:43,123 ERROR [main] a.B - bad", "error", "bad", at, "orders", "web-7", "logger=a.B|pid=12"},
		{"flask", "<30>Nov 22 23:44:43 web-7 orders[12]: [2026-11-22 23:44:43,123] WARNING in app: slow", "warn", "slow", at, "orders", "web-7", "logger=app"},
		{"whole time", "Nov 22 23:44:43 web-7 orders[12]: 2026-11-22T23:44:43.123Z INFO ready", "info", "ready", ms, "orders", "web-7", ""},
		{"only a date", "Nov 22 23:44:43 web-7 orders[12]: 2019-03-04 05:06:07 is when it was made", "", "2019-03-04 05:06:07 is when it was made", at, "orders", "web-7", ""},
		{"a level and a colon", "Nov 22 23:44:43 web-7 orders[12]: ERROR: no money", "error", "ERROR: no money", at, "orders", "web-7", ""},
		{"priority wins", "<14>Nov 22 23:44:43 web-7 orders[12]: ERROR: no money", "info", "ERROR: no money", at, "orders", "web-7", ""},
		{"dovecot", "Nov 22 23:44:43 web-7 dovecot: imap-login: Error: no route", "error", "imap-login: Error: no route", at, "dovecot", "web-7", ""},
		{"network manager", "Nov 22 23:44:43 web-7 NetworkManager[5]: <warn>  [1795391083.1234] dhcp4 (eth0): timed out", "warn", "<warn>  [1795391083.1234] dhcp4 (eth0): timed out", at, "NetworkManager", "web-7", ""},
		{"nginx", `Nov 22 23:44:43 web-7 nginx: 10.0.0.1 - - [22/Nov/2026:23:44:42 +0000] "GET /cart HTTP/1.1" 502 150 "-" "curl/8.5"`, "error", `10.0.0.1 - - [22/Nov/2026:23:44:42 +0000] "GET /cart HTTP/1.1" 502 150 "-" "curl/8.5"`, at, "nginx", "web-7", "status=502|path=/cart"},
		{"nginx with a priority", `<190>Nov 22 23:44:43 web-7 nginx: 10.0.0.1 - - [22/Nov/2026:23:44:42 +0000] "GET /cart HTTP/1.1" 502 150`, "info", `10.0.0.1 - - [22/Nov/2026:23:44:42 +0000] "GET /cart HTTP/1.1" 502 150`, at, "nginx", "web-7", "status=502"},
		{"haproxy", `Nov 22 23:44:43 lb-1 haproxy[12]: 10.0.0.1:51 [22/Nov/2026:23:44:43.123] fe be/srv 0/0/0/1/1 503 12 - - SC-- 1/1/0/0/0 0/0 "GET / HTTP/1.1"`, "error", `10.0.0.1:51 [22/Nov/2026:23:44:43.123] fe be/srv 0/0/0/1/1 503 12 - - SC-- 1/1/0/0/0 0/0 "GET / HTTP/1.1"`, at, "haproxy", "lb-1", "status=503"},
		{"haproxy without HTTP", `Nov 22 23:44:43 lb-1 haproxy[12]: 10.0.0.1:51 [22/Nov/2026:23:44:43.123] fe be/srv 0/0/5 512 -- 1/1/0/0/0 0/0`, "", `10.0.0.1:51 [22/Nov/2026:23:44:43.123] fe be/srv 0/0/5 512 -- 1/1/0/0/0 0/0`, at, "haproxy", "lb-1", "backend=be/srv"},
		{"a level further in", "Nov 22 23:44:43 web-7 orders[12]: retry after ERROR: 503", "", "retry after ERROR: 503", at, "orders", "web-7", ""},
	})
}

func TestDevicesAndKernels(t *testing.T) {
	const at, ms = "2026-11-22T23:44:43Z", "2026-11-22T23:44:43.123Z"
	const text = "%LINK-3-UPDOWN: Interface Gi0/1, changed state to down"
	checkSamples(t, []sample{
		{"cisco bare", "*Nov 22 23:44:43.123: " + text, "error", text, ms, "", "", ""},
		{"cisco through a server", "Nov 22 23:44:43 10.0.0.1 123: *Nov 22 23:44:41.123: " + text, "error", text, at, "", "10.0.0.1", ""},
		{"asa", "Nov 22 23:44:43 fw-1 %ASA-4-106023: Deny tcp src outside:1.2.3.4/5", "warn", "%ASA-4-106023: Deny tcp src outside:1.2.3.4/5", at, "", "fw-1", ""},
		{"asa of one word", "<166>Nov 22 2026 23:44:43 fw1 : %ASA-6-302013: Built outbound TCP connection 9", "info", "%ASA-6-302013: Built outbound TCP connection 9", at, "", "fw1", ""},
		{"year and tag", "<38>Nov 22 2026 23:44:43 web-7 sshd[44]: Accepted publickey for anna", "info", "Accepted publickey for anna", at, "sshd", "web-7", "pid=44"},
		{"elements without parameters", `<14>1 2026-11-22T23:44:43Z web-7 orders 12 - [a@1][b@2 k="v"] two`, "info", "two", at, "orders", "web-7", "b@2.k=v"},
		{"a bracket of the message", `<14>1 2026-11-22T23:44:43Z web-7 orders 12 - [pool] drained`, "info", "[pool] drained", at, "orders", "web-7", ""},
		{"syslog with a blank in its time", "2026-11-22 23:44:43.123456+0000  web-7 sshd[12]: x", "", "x", "2026-11-22T23:44:43.123456Z", "sshd", "web-7", ""},
		{"macOS", "2026-11-22 23:44:43.123456+0000 0x1a2b     Error       0x0                  321    0    kernel: (AppleUSB) port reset", "error", "(AppleUSB) port reset", "2026-11-22T23:44:43.123456Z", "kernel", "", "pid=321"},
		{"dmesg decoded", "kern  :warn  : [   12.345678] ACPI: x", "warn", "ACPI: x", "", "", "", "facility=kern|uptime=12.345678"},
		{"kmsg", "3,1234,5678901,-;ata1: failed", "error", "ata1: failed", "", "", "", "sequence=1234"},
		{"priority and dmesg", "<3>[   12.345678] ata1: failed", "error", "ata1: failed", "", "", "", ""},
		{"leef", "LEEF:2.0|Lancope|SW|1.0|41|^|src=10.0.0.1^sev=5^msg=hi there", "warn", "hi there", "", "SW", "", "src=10.0.0.1"},
	})
}

func TestHeadersOfFew(t *testing.T) {
	const at, ms = "2026-11-22T23:44:43Z", "2026-11-22T23:44:43.123Z"
	checkSamples(t, []sample{
		{"zabbix", "  1234:20261122:234443.123 cannot connect to the database", "", "cannot connect to the database", ms, "", "", "pid=1234"},
		{"no zabbix", "1234:20261322:234443.123 is odd", "", "1234:20261322:234443.123 is odd", "", "", "", ""},
		{"gitea", "2026/11/22 23:44:43 ...s/setting/setting.go:52:run() [E] cannot open database", "error", "cannot open database", at, "", "", ""},
		{"locust", "[2026-11-22 23:44:43,123] web-7/ERROR/locust.main: cannot spawn", "error", "cannot spawn", ms, "", "web-7", "logger=locust.main"},
		{"icinga", "[2026-11-22 23:44:43 +0000] critical/ApiListener: Cannot connect", "fatal", "Cannot connect", at, "", "", "logger=ApiListener"},
		{"a path and a colon", "[2026-11-22 23:44:43 +0000] critical/path: gone", "", "critical/path: gone", at, "", "", ""},
		{"tensorflow", "2026-11-22 23:44:43.123000: E external/xla/cuda_dnn.cc:9261] Unable to register", "error", "Unable to register", ms, "", "", "caller=external/xla/cuda_dnn.cc:9261"},
		{"freeradius", "Sun Nov 22 23:44:43 2026 : Error: Ignoring request", "error", "Ignoring request", at, "", "", ""},
		{"freeswitch", "2026-11-22 23:44:43.123000 98.50% [ERR] mod_sofia.c:123 cannot bind", "error", "cannot bind", ms, "", "", ""},
		{"a share", "2026-11-22 23:44:43.123 98.50% of the disk is used", "", "98.50% of the disk is used", ms, "", "", ""},
		{"zig", "error(net): cannot bind", "error", "cannot bind", "", "", "", "logger=net"},
		{"lager", "2026-11-22 23:44:43.123 [error] <0.123.0>@mod:fun:12 cannot bind", "error", "cannot bind", ms, "", "", "logger=mod:fun:12"},
		{"trino", "2026-11-22T23:44:43.123Z\tWARN\tmain\tio.trino.server.Server\tslow start", "warn", "slow start", ms, "", "", "thread=main|logger=io.trino.server.Server"},
	})
}
