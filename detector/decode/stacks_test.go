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
		{
			"rust anyhow", "hello\nError: could not start\n\nCaused by:\n    0: reading /etc/a.toml\n    1: No such file\n\nLocation:\n    src/main.rs:12:5\nafter",
			"none 1 hello|error 8 Error: could not start|none 1 after",
		},
		{"error alone", "Error: could not start\nafter", "none 1 Error: could not start|none 1 after"},
		{
			"go race", "==================\nWARNING: DATA RACE\nWrite at 0x00c000 by goroutine 7:\n  main.f()\n      /a.go:9 +0x44\n\nPrevious read at 0x00c000 by main goroutine:\n  main.main()\n==================\nafter",
			"warn 9 ==================|none 1 after",
		},
		{
			"address sanitizer", "=================================================================\n==47==ERROR: AddressSanitizer: heap-use-after-free on address 0x60\nREAD of size 4 at 0x60 thread T0\n    #0 0x55 in main /a.cc:5\n\nSUMMARY: AddressSanitizer: heap-use-after-free /a.cc:5 in main\nafter",
			"fatal 6 =================================================================|none 1 after",
		},
		{"a ruler", "======================\nhello\n======================", "none 1 ======================|none 1 hello|none 1 ======================"},
		{
			"lambda", "2026-11-22T23:44:43.123Z\t7b1c2d3e-1111-2222-3333-444455556666\tERROR\tInvoke Error\nEND RequestId: 7b1c2d3e-1111-2222-3333-444455556666\nSTARTED by hand",
			"error 1 Invoke Error|none 2 END RequestId: 7b1c2d3e-1111-2222-3333-444455556666",
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

// TestMoreStacks has traces as the runtimes named print them, without a logger's header, between two plain lines.
func TestMoreStacks(t *testing.T) {
	for name, trace := range map[string]string{
		"kotlin coroutine":  "Exception in thread \"main\" java.lang.IllegalStateException: save failed\n\tat app.MainKt.save(Main.kt:7)\n\tat kotlinx.coroutines.DispatchedTask.run(DispatchedTask.kt:104)\n\tSuppressed: kotlinx.coroutines.internal.DiagnosticCoroutineContextException: [StandaloneCoroutine{Cancelling}@1b]\nCaused by: java.io.IOException: refused\n\tat app.MainKt.dial(Main.kt:3)\n\t... 12 more",
		"java suppressed":   "java.lang.IllegalStateException: save failed\n\tat a.B.c(B.java:1)\n\tSuppressed: java.io.IOException: rollback\n\t\tat a.B.d(B.java:2)\n\t\tCaused by: a.E: y\nCaused by: java.net.ConnectException: refused\n\tat a.B.e(B.java:3)\n\t... 12 more",
		"scala":             "Exception in thread \"main\" scala.MatchError: 7 (of class java.lang.Integer)\n\tat app.Main$.$anonfun$main$1(Main.scala:5)\n\tat scala.collection.immutable.List.foreach(List.scala:333)\n\tat app.Main.main(Main.scala)",
		"python group":      "  + Exception Group Traceback (most recent call last):\n  |   File \"/a.py\", line 1, in <module>\n  |     raise ExceptionGroup('two', [a, b])\n  | ExceptionGroup: two (2 sub-exceptions)\n  +-+---------------- 1 ----------------\n    | ValueError: x\n    +---------------- 2 ----------------\n    | KeyError: 'y'\n    +------------------------------------",
		"go runtime":        "fatal error: concurrent map writes\n\ngoroutine 7 [running]:\nmain.f(...)\n\t/a.go:4\ncreated by main.main in goroutine 1\n\t/a.go:9 +0x1d\n\ngoroutine 1 [sleep]:\ntime.Sleep(0x3b9aca00)\n\t/usr/local/go/src/runtime/time.go:338 +0x165\nexit status 2",
		"node aggregate":    "AggregateError: All promises were rejected\n    at main (/a.js:3:9) {\n  [errors]: [\n    Error: x\n        at /a.js:1:30,\n    Error: y\n        at /a.js:2:30\n  ]\n}",
		"dotnet inner":      "Unhandled exception. System.InvalidOperationException: save failed\n ---> System.Net.Sockets.SocketException (111): Connection refused\n   at App.Dial() in /a.cs:line 3\n   --- End of inner exception stack trace ---\n   at App.Save() in /a.cs:line 7\n   at App.Main()",
		"ruby cause":        "/a.rb:5:in `rescue in save': save order failed (RuntimeError)\n\tfrom /a.rb:5:in `save'\n\tfrom /a.rb:9:in `<main>'\n/a.rb:4:in `dial': Connection refused (IOError)\n\tfrom /a.rb:5:in `save'",
		"perl":              "save failed at a.pl line 3.\n\tmain::save(7) called at a.pl line 5\n\tmain::run() called at a.pl line 9",
		"haskell error":     "app: Prelude.head: empty list error\nCallStack (from HasCallStack):\n  error, called at libraries/base/GHC/List.hs:1646:3 in base:GHC.List\n  badHead, called at app/Main.hs:7:9 in main:Main",
		"c++ terminate":     "terminate called after throwing an instance of 'std::runtime_error'\n  what():  save failed\nAborted (core dumped)",
		"address sanitizer": "==12345==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000014 at pc 0x4f5\nREAD of size 4 at 0x602000000014 thread T0\n    #0 0x4f5 in main /a.cc:5\n\n0x602000000014 is located 4 bytes inside of 400-byte region\nfreed by thread T0 here:\n    #0 0x4b1 in operator delete[](void*)\n\nSUMMARY: AddressSanitizer: heap-use-after-free /a.cc:5 in main\nShadow bytes around the buggy address:\n=>0x0c047fff8000: fa fa[fd]fd\n==12345==ABORTING",
		"gdb":               "Program received signal SIGSEGV, Segmentation fault.\n0x0000555555555131 in f (p=0x0) at a.c:3\n#0  0x0000555555555131 in f (p=0x0) at a.c:3\n#1  0x0000555555555151 in main () at a.c:7",
		"swift":             "Swift/ContiguousArrayBuffer.swift:600: Fatal error: Index out of range\nCurrent stack trace:\n0    libswiftCore.so                    0x00007f6c4a5e4f30 _swift_stdlib_reportFatalErrorInFile + 112\n1    libswiftCore.so                    0x00007f6c4a2f7b64 <unavailable> + 1408868",
		"rust backtrace":    "thread 'main' panicked at src/main.rs:4:5:\nindex out of bounds\nstack backtrace:\n   0: rust_begin_unwind\n             at /rustc/library/std/src/panicking.rs:645:5\nnote: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.",
		"php uncaught":      "PHP Fatal error:  Uncaught RuntimeException: refused in /a.php:3\nStack trace:\n#0 /a.php(5): dial()\n#1 {main}\n\nNext LogicException: save failed in /a.php:6\nStack trace:\n#0 {main}\n  thrown in /a.php on line 6",
	} {
		t.Run(name, func(t *testing.T) {
			out := decodeLines(t, Options{Ordered: true}, append(append([]string{"service started"}, strings.Split(trace, "\n")...), "after")...)
			if len(out) != 3 {
				t.Fatalf("%d events:\n%s", len(out), strings.Join(out, "\n"))
			}
			var ev struct {
				Level, Message string
				Lines          int
			}
			if err := json.Unmarshal([]byte(out[1]), &ev); err != nil {
				t.Fatal(err)
			}
			if ev.Message != trace || ev.Lines != 1+strings.Count(trace, "\n") {
				t.Errorf("%d lines: %q", ev.Lines, ev.Message)
			}
			if ev.Level != "error" && ev.Level != "fatal" && name != "perl" {
				t.Errorf("level %q", ev.Level)
			}
		})
	}
}

// TestStacksUnderHeaders has traces of which lines could pass for something else, below a line with a header.
func TestStacksUnderHeaders(t *testing.T) {
	const head, next = "2026-11-22 23:44:43,123 ERROR payment declined", "2026-11-22 23:44:44,123 INFO next"
	for name, trace := range map[string]string{
		"elixir":       "** (RuntimeError) oops\n    (app 0.1.0) lib/app.ex:5: App.foo/1\n    (stdlib 4.2) gen_server.erl:1123: :gen_server.try_dispatch/4\nLast message: {:\"$gen_cast\", :boom}\nState: %{}",
		"ruby frames":  "/a.rb:4:in 'dial'\n/a.rb:5:in 'save'\n/a.rb:9:in '<main>'",
		"go errors":    "dial tcp: refused\nmain.save\n\t/a.go:4\nmain.main\n\t/a.go:9\nruntime.main\n\t/usr/local/go/src/runtime/proc.go:283",
		"python group": "  + Exception Group Traceback (most recent call last):\n  |   File \"/a.py\", line 1, in <module>\n  | ExceptionGroup: two (2 sub-exceptions)\n  +-+---------------- 1 ----------------\n    | ValueError: x\n    +------------------------------------",
		"python notes": "Traceback (most recent call last):\n  File \"/a.py\", line 1, in <module>\n    f()\n    ~^^\nValueError: bad\nlook at order 7\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File \"/a.py\", line 2, in <module>\nKeyError: 'y'",
		"java message": "java.lang.IllegalStateException: save failed\nfor order 1842\n\tat a.B.c(B.java:1)\nCaused by: java.io.IOException: x\n\t... 2 more",
		"akka":         "akka.actor.ActorInitializationException: exception during creation, root cause message: [x]\n\tat akka.actor.ActorInitializationException$.apply(Actor.scala:194)\nCaused by: java.lang.RuntimeException: x\n\t... 9 common frames omitted\nWrapped by: java.lang.Error: y",
	} {
		t.Run(name, func(t *testing.T) {
			lines := append(append([]string{head}, strings.Split(trace, "\n")...), next)
			out := decodeLines(t, Options{Ordered: true}, lines...)
			var ev struct{ Message string }
			if len(out) != 2 {
				t.Fatalf("%d events:\n%s", len(out), strings.Join(out, "\n"))
			}
			if err := json.Unmarshal([]byte(out[0]), &ev); err != nil || ev.Message != "payment declined\n"+trace {
				t.Errorf("%q", ev.Message)
			}
		})
	}
}
