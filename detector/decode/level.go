package decode

import (
	"github.com/tocsin-io/tocsin/detector"
)

// levelNames are the spellings of levels that loggers write, in lower case.
var levelNames = map[string]detector.Level{}

func init() {
	for level, names := range map[detector.Level]string{
		detector.LevelTrace: "trace trc trce trac tra silly sill finest finer all trace1 trace2 trace3 trace4",
		detector.LevelDebug: "debug dbg dbug debu debg deb fine config verbose verb vrb debug1 debug2 debug3 debug4 debug5",
		detector.LevelInfo: "info inf information informational notice note log success succ ok http default system mark " +
			"info1 info2 info3 info4 notic ntc statement display",
		detector.LevelWarn: "warn warning wrn warni warnin warn1 warn2 warn3 warn4 deprecated deprecation",
		detector.LevelError: "error err erro eror severe fail failure failed error1 error2 error3 error4 sever " +
			"exception",
		detector.LevelFatal: "fatal ftl fata fat crit critical crt alert alrt emerg emergency panic pani pnc dpanic " +
			"disaster critic fatal1 fatal2 fatal3 fatal4",
	} {
		for start, i := 0, 0; i <= len(names); i++ {
			if i == len(names) || names[i] == ' ' {
				levelNames[names[start:i]] = level
				start = i + 1
			}
		}
	}
}

// levelOf reads a level's name in any case, with blanks around it and with the offsets of log/slog (ERROR+4).
func levelOf(b []byte) (detector.Level, bool) {
	for len(b) > 0 && b[0] <= ' ' {
		b = b[1:]
	}
	for len(b) > 0 && b[len(b)-1] <= ' ' {
		b = b[:len(b)-1]
	}
	switch len(b) {
	case 4:
		switch string(b) {
		case "info", "INFO", "Info":
			return detector.LevelInfo, true
		case "warn", "WARN":
			return detector.LevelWarn, true
		}
	case 5:
		switch string(b) {
		case "error", "ERROR":
			return detector.LevelError, true
		case "debug", "DEBUG":
			return detector.LevelDebug, true
		}
	case 0:
		return 0, false
	}
	if len(b) > 16 || b[0] >= 0x80 {
		level, ok := foreignLevels[string(b)]
		return level, ok
	}
	if string(b) == "Verbose" || string(b) == "VRB" {
		return detector.LevelTrace, true // of Serilog: its lowest; elsewhere verbose stands between info and debug
	}
	var buf [16]byte
	n := 0
	for ; n < len(b) && (isAlpha(b[n]) || (n > 0 && isDigit(b[n]))); n++ {
		buf[n] = b[n] | 0x20
	}
	level, ok := levelNames[string(buf[:n])]
	if !ok {
		if n < len(b) && b[n] >= 0x80 {
			level, ok = foreignLevels[string(b)]
			return level, ok
		}
		if n == 1 && len(b) == 1 {
			return levelLetter(b[0])
		}
		return 0, false
	}
	if n == len(b) {
		return level, true
	}
	return slogLevel(level, b[n:])
}

// slogLevel applies an offset of log/slog: debug -4, info 0, warn 4, error 8, four apart.
func slogLevel(level detector.Level, offset []byte) (detector.Level, bool) {
	if len(offset) < 2 || len(offset) > 4 || (offset[0] != '+' && offset[0] != '-') {
		return 0, false
	}
	n := 0
	for _, c := range offset[1:] {
		if !isDigit(c) {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	if offset[0] == '-' {
		n = -n
	}
	n += (int(level) - int(detector.LevelInfo)) * 4
	switch {
	case n < -4:
		return detector.LevelTrace, true
	case n < 0:
		return detector.LevelDebug, true
	case n < 4:
		return detector.LevelInfo, true
	case n < 8:
		return detector.LevelWarn, true
	case n < 12:
		return detector.LevelError, true
	}
	return detector.LevelFatal, true
}

func levelLetter(c byte) (detector.Level, bool) {
	switch c {
	case 'T', 'V', 't', 'v':
		return detector.LevelTrace, true
	case 'D', 'd':
		return detector.LevelDebug, true
	case 'I', 'N', 'i', 'n':
		return detector.LevelInfo, true
	case 'W', 'w':
		return detector.LevelWarn, true
	case 'E', 'e':
		return detector.LevelError, true
	case 'F', 'C', 'A', 'P', 'f', 'c':
		return detector.LevelFatal, true
	}
	return 0, false
}

// syslogLevel maps severities 0 (emergency) to 7 (debug) of RFC 5424.
func syslogLevel(severity int) detector.Level {
	switch {
	case severity <= 2:
		return detector.LevelFatal
	case severity == 3:
		return detector.LevelError
	case severity == 4:
		return detector.LevelWarn
	case severity <= 6:
		return detector.LevelInfo
	}
	return detector.LevelDebug
}

// typeLevel reads a level under a key that mostly says something else.
func typeLevel(b []byte) detector.Level {
	switch string(b) {
	case "Normal":
		return detector.LevelInfo
	case "Warning", "warning", "WARNING", "warn":
		return detector.LevelWarn
	case "Error", "error", "ERROR":
		return detector.LevelError
	}
	return detector.LevelNone
}

// otelLevel maps severity numbers 1 to 24 of OpenTelemetry.
func otelLevel(n int) detector.Level {
	if n < 1 || n > 24 {
		return detector.LevelNone
	}
	return detector.LevelTrace + detector.Level((n-1)/4)
}

// statusLevel maps the status of an HTTP answer.
func statusLevel(status int) detector.Level {
	switch {
	case status >= 500 && status < 600:
		return detector.LevelError
	case status >= 400 && status < 500:
		return detector.LevelWarn
	case status >= 100 && status < 400:
		return detector.LevelInfo
	}
	return detector.LevelNone
}

// numberLevel maps the numbers that loggers use where the key alone does not say which scale it is: syslog 1 to 7,
// pino and bunyan 10 to 60, monolog 100 to 600, java.util.logging 700 to 1000, logback and log4js 5000 to 50000.
// 0 is logr's plain information.
func numberLevel(n int) detector.Level {
	switch {
	case n < 0:
		return detector.LevelDebug
	case n == 0:
		return detector.LevelInfo
	case n <= 7:
		return syslogLevel(n)
	case n < 100:
		return stepLevel(n, 20, 30, 40, 50)
	case n < 700:
		return stepLevel(n, 100, 200, 300, 400)
	case n < 5000:
		return stepLevel(n, 400, 800, 900, 1000)
	}
	return stepLevel(n, 10000, 20000, 30000, 40000)
}

// stepLevel finds n on a scale that gives the lowest numbers of debug to error; fatal is one step of error beyond.
func stepLevel(n, debug, info, warn, err int) detector.Level {
	switch {
	case n < debug:
		return detector.LevelTrace
	case n < info:
		return detector.LevelDebug
	case n < warn:
		return detector.LevelInfo
	case n < err:
		return detector.LevelWarn
	case n < err+(err-warn) || err == 1000:
		return detector.LevelError
	}
	return detector.LevelFatal
}
