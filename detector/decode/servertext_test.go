package decode

import "testing"

func TestServersThatWriteText(t *testing.T) {
	const at, ms = "2026-11-22T23:44:43Z", "2026-11-22T23:44:43.123Z"
	avc := "type=AVC msg=audit(1795391083.123:12): avc:  denied  { read } for  pid=1"
	iis := "10.0.0.1 GET /orders - 443 - 1.2.3.4 Mozilla/5.0 - 500 0 0 12"
	checkSamples(t, []sample{
		{"postgres of rds", `2026-11-22 23:44:43 UTC:1.2.3.4(51812):app@shop:[12]:ERROR:  relation "x" does not exist`, "error", `relation "x" does not exist`, at, "", "", "pid=12|user=app|database=shop"},
		{"postgres of rds, itself", "2026-11-22 23:44:43 UTC::@:[12]:LOG:  checkpoint starting: time", "info", "checkpoint starting: time", at, "", "", "pid=12"},
		{"websphere", "[11/22/26 23:44:43:123 UTC] 0000004a SystemOut     E   SRVE0260E: failed", "error", "SRVE0260E: failed", ms, "", "", "logger=SystemOut|thread=0000004a"},
		{"websphere audit", "[11/22/26 23:44:43:123 UTC] 0000004a WsServerImpl  A   WSVR0001I: open for e-business", "info", "WSVR0001I: open for e-business", ms, "", "", ""},
		{"audit with words", avc, "", avc, ms, "", "", "type=AVC|pid=1"},
		{"iis", "2026-11-22 23:44:43 " + iis, "error", iis, at, "", "", "status=500|method=GET|path=/orders"},
		{"redis without a year", "12:S 22 Nov 23:44:43.123 * Connecting to MASTER", "info", "Connecting to MASTER", ms, "", "", "pid=12"},
		{"cisco with a number and a name", "<187>1234: router1: Nov 22 23:44:43.123: %LINK-3-UPDOWN: down", "error", "%LINK-3-UPDOWN: down", ms, "", "router1", ""},
		{"postfix", "Nov 22 23:44:43 mx postfix/smtpd[12]: warning: hostname x does not resolve", "warn", "warning: hostname x does not resolve", at, "postfix/smtpd", "mx", ""},
		{"sshd", "Nov 22 23:44:43 web-7 sshd[12]: fatal: no host key", "fatal", "fatal: no host key", at, "sshd", "web-7", ""},
		{"caddy console", "2026/11/22 23:44:43.123\tERROR\thttp.log.error\tdial refused\t{\"status\": 502}", "error", "dial refused", ms, "", "", "logger=http.log.error|status=502"},
		{"data with a message", `{"data":{"message":"payment declined"},"level":"error","time":"2026-11-22T23:44:43.123Z"}`, "error", "payment declined", ms, "", "", ""},
	})
}
