package decode

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestStacks decodes whole files and compares the first line of each message and the lines that each event took.
func TestStacks(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       string // level, lines and first line of each event
	}{
		{"java", "2026-11-22 23:44:43,123 [main] ERROR a.B - failed\njava.io.IOException: x\nfor order 1\n\tat a.B.c(B.java:1)\nCaused by: a.E: y\n\t... 3 more\n" +
			"2026-11-22 23:44:43,124 [main] INFO a.B - next", "error 6 failed|info 1 next"},
		{
			"java bare", "service started\nException in thread \"main\" java.lang.IllegalStateException: x\n\tat a.B.c(B.java:1)\nCaused by: a.E: y\n\tat a.B.d(B.java:2)\n\t... 1 more\nafter",
			"none 1 service started|error 5 Exception in thread \"main\" java.lang.IllegalStateException: x|none 1 after",
		},
		{
			"spring", "2026-11-23T00:45:41.944+01:00 ERROR 870 --- [shop] [main] a.B : failed\n\njava.io.IOException: x\n\tat a.B.c(B.java:1)\n\n2026-11-23T00:45:41.957+01:00  INFO 870 --- [shop] [main] a.B : next",
			"error 5 failed|info 1 next",
		},
		{
			"python chained", "ERROR:root:failed\nTraceback (most recent call last):\n  File \"a.py\", line 1, in f\nValueError: x\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n  File \"a.py\", line 2, in g\nKeyError: y\nINFO:root:next",
			"error 10 failed|info 1 next",
		},
		{
			"python uncaught", "service started\nTraceback (most recent call last):\n  File \"a.py\", line 1, in f\nValueError: x\nafter",
			"none 1 service started|error 3 Traceback (most recent call last):|none 1 after",
		},
		{
			"go panic", "2026/11/22 23:43:07 service started\npanic: boom\n\ngoroutine 1 [running]:\nmain.main()\n\t/a.go:1 +0x1\nexit status 2\n2026/11/22 23:43:08 next",
			"none 1 service started|fatal 6 panic: boom|none 1 next",
		},
		{
			"go fatal error", "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [select (no cases)]:\nmain.main()\n\t/a.go:1 +0x1\n{\"level\":\"info\",\"msg\":\"next\"}",
			"fatal 5 fatal error: all goroutines are asleep - deadlock!|info 1 next",
		},
		{
			"rust", "[2026-11-22T23:44:43Z INFO  a] service started\n\nthread 'main' panicked at src/main.rs:4:5:\nindex out of bounds\nnote: run with `RUST_BACKTRACE=1`\n[2026-11-22T23:44:44Z INFO  a] next",
			"info 1 service started|error 4 thread 'main' panicked at src/main.rs:4:5:|info 1 next",
		},
		{
			"rust bare", "hello\n\nthread 'main' (12) panicked at src/main.rs:4:5:\nindex out of bounds\nstack backtrace:\n   0: std::panic\n             at /a.rs:1\nafter",
			"none 1 hello|error 6 thread 'main' (12) panicked at src/main.rs:4:5:|none 1 after",
		},
		{"node", "order failed Error: x\n    at f (/a.js:1:2)\n    at /a.js:3:4 {\n  [cause]: Error: y\n      at g (/a.js:5:6)\n}\nafter", "error 6 order failed Error: x|none 1 after"},
		{"node uncaught", "/srv/a.js:42\nthrow new Error('x')\n^\n\nError: x\n    at f (/srv/a.js:42:7)\n\nNode.js v20.20.2\nafter", "error 8 /srv/a.js:42|none 1 after"},
		{
			"dotnet", "Unhandled exception. System.InvalidOperationException: x\n ---> System.Exception: y\n   at App.F() in /a.cs:line 1\n   --- End of inner exception stack trace ---\n   at App.Main()\nafter",
			"error 5 Unhandled exception. System.InvalidOperationException: x|none 1 after",
		},
		{"ruby logger", "E, [2026-11-22T23:44:43.123 #1] ERROR -- : x (RuntimeError)\n/a.rb:1:in 'f'\n/a.rb:2:in '<main>'\nI, [2026-11-22T23:44:43.124 #1]  INFO -- : next", "error 3 x (RuntimeError)|info 1 next"},
		{"ruby bare", "/a.rb:1:in 'f': x (RuntimeError)\n\tfrom /a.rb:2:in '<main>'\nafter", "error 2 /a.rb:1:in 'f': x (RuntimeError)|none 1 after"},
		{
			"php", "[22-Nov-2026 23:48:40 UTC] PHP Fatal error:  Uncaught E: x in /a.php:1\nStack trace:\n#0 /a.php(2): f()\n#1 {main}\n  thrown in /a.php on line 1\n[22-Nov-2026 23:48:41 UTC] next",
			"error 5 PHP Fatal error:  Uncaught E: x in /a.php:1|none 1 next",
		},
		{"php cli", "PHP Fatal error:  Uncaught E: x in /a.php:1\nStack trace:\n#0 {main}\n  thrown in /a.php on line 1\nafter", "error 4 PHP Fatal error:  Uncaught E: x in /a.php:1|none 1 after"},
		{
			"klog fatal", "F1122 23:43:07.051188   31819 main.go:251] disk is full\ngoroutine 1 [running]:\nmain.main()\n\t/a.go:1 +0x1\n\ngoroutine 2 [select]:\nmain.f()\nI1122 23:43:07.051189   31819 main.go:252] next",
			"fatal 7 disk is full|info 1 next",
		},
		{"access lines stand alone", "1.2.3.4 - - [22/Nov/2026:23:44:43 +0000] \"GET / HTTP/1.1\" 200 1\nstray\n{\"msg\":\"x\"}", "info 1 1.2.3.4 - - [22/Nov/2026:23:44:43 +0000] \"GET / HTTP/1.1\" 200 1|none 1 stray|none 1 x"},
		{"caused by alone", "one\nCaused by: nothing\ntwo", "none 1 one|none 1 Caused by: nothing|none 1 two"},
		{"blank lines", "one\n\ntwo", "none 1 one|none 1 |none 1 two"},
		{
			"syslog trace", "Nov 22 23:44:43 h app[1]: java.io.IOException: x\nNov 22 23:44:43 h sshd[2]: other\nNov 22 23:44:43 h app[1]: \tat a.B.c(B.java:1)\nNov 22 23:44:43 h app[1]: Caused by: y\nNov 22 23:44:43 h app[1]: next",
			"error 3 java.io.IOException: x|none 1 other|none 1 next",
		},
		{
			"journalctl", "2026-11-22T23:50:19+0000 web-7 app[1]: failed\n                                     Traceback (most recent call last):\n                                       File \"x\"\n2026-11-22T23:50:19+0000 web-7 app[1]: ",
			"error 3 failed|none 1 ",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, out := range decodeLines(t, Options{Ordered: true}, strings.Split(c.text, "\n")...) {
				var ev struct {
					Level, Message string
					Lines          int
				}
				if err := json.Unmarshal([]byte(out), &ev); err != nil {
					t.Fatal(err)
				}
				if ev.Level == "" {
					ev.Level = "none"
				}
				first, _, _ := strings.Cut(ev.Message, "\n")
				got = append(got, strings.Join([]string{ev.Level, string(rune('0' + ev.Lines%10)), first}, " "))
			}
			// Ten lines and more are written modulo ten.
			want := strings.ReplaceAll(c.want, " 10 ", " 0 ")
			if strings.Join(got, "|") != want {
				t.Errorf("got  %s\nwant %s", strings.Join(got, "|"), want)
			}
		})
	}
}
