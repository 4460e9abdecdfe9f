package demo

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Format puts a line into what a service writes, and what its shipper makes of it: one record or several.
type Format func(at time.Time, service, host, level string, line Line) []string

// JSONZap is what zap writes, with a service and a host.
func JSONZap(at time.Time, service, host, level string, line Line) []string {
	return []string{object(
		Field{"level", level}, Field{"ts", float64(at.UnixMicro()) / 1e6}, Field{"service", service},
		Field{"host", host}, Field{"msg", line.Message}, line.Fields)}
}

var pino = map[string]int{"debug": 20, "info": 30, "warn": 40, "error": 50}

// JSONPino is what pino writes.
func JSONPino(at time.Time, service, host, level string, line Line) []string {
	return []string{object(
		Field{"level", pino[level]}, Field{"time", at.UnixMilli()}, Field{"service", service},
		Field{"hostname", host}, Field{"msg", line.Message}, line.Fields)}
}

// Logfmt is key=value.
func Logfmt(at time.Time, service, host, level string, line Line) []string {
	var b strings.Builder
	fmt.Fprintf(&b, "ts=%s level=%s service=%s host=%s msg=%q", at.UTC().Format("2006-01-02T15:04:05.000Z07:00"), level, service, host, line.Message)
	for _, f := range line.Fields {
		fmt.Fprintf(&b, " %s=%v", f.Key, f.Value)
	}
	return []string{b.String()}
}

// Syslog is what rsyslog forwards by RFC 5424.
func Syslog(at time.Time, service, host, level string, line Line) []string {
	severity := map[string]int{"debug": 7, "info": 6, "warn": 4, "error": 3}[level]
	return []string{fmt.Sprintf("<%d>1 %s %s %s 4711 - - %s", 16*8+severity, at.UTC().Format("2006-01-02T15:04:05.000Z07:00"), host, service, line.Message)}
}

// Access is nginx's combined log, shipped by Vector.
func Access(at time.Time, service, host, _ string, line Line) []string {
	v := make(map[string]any, len(line.Fields))
	for _, f := range line.Fields {
		v[f.Key] = f.Value
	}
	text := fmt.Sprintf(`%v - - [%s] "%v %v HTTP/1.1" %v %v "-" "Mozilla/5.0 (X11; Linux x86_64)"`,
		v["client"], at.UTC().Format("02/Jan/2006:15:04:05 -0700"), v["method"], v["path"], v["status"], v["bytes"])
	if line.Message != "" {
		text = line.Message
	}
	return []string{vector(at, service, host, text)}
}

// VectorPython is Python's logging, shipped by Vector.
func VectorPython(at time.Time, service, host, level string, line Line) []string {
	name := map[string]string{"debug": "DEBUG", "info": "INFO", "warn": "WARNING", "error": "ERROR"}[level]
	text := fmt.Sprintf("%s %s %s: %s", at.UTC().Format("2006-01-02 15:04:05,000"), name, service, line.Message)
	return []string{vector(at, service, host, text)}
}

// FluentBitJava is logback, shipped by Fluent Bit: each line of a trace is a record of its own.
func FluentBitJava(at time.Time, service, host, level string, line Line) []string {
	text := fmt.Sprintf("%s %-5s [http-nio-8080-exec-3] com.example.%s.Main - %s",
		at.UTC().Format("2006-01-02 15:04:05.000"), strings.ToUpper(level), service, line.Message)
	lines := []string{text}
	if line.Trace != "" {
		lines = append(lines, strings.Split(line.Trace, "\n")...)
	}
	for i, l := range lines {
		lines[i] = fluentBit(at, service, host, l)
	}
	return lines
}

func vector(at time.Time, service, host, text string) string {
	return object(Field{"message", text}, Field{"timestamp", at.UTC().Format(time.RFC3339Nano)},
		Field{"source_type", "kubernetes_logs"},
		Field{"kubernetes", map[string]any{
			"container_name": service, "pod_name": host, "pod_namespace": "production",
			"pod_labels": map[string]string{"app": service},
		}})
}

func fluentBit(at time.Time, service, host, text string) string {
	return object(Field{"@timestamp", at.UTC().Format("2006-01-02T15:04:05.000Z07:00")}, Field{"log", text + "\n"}, Field{"stream", "stdout"},
		Field{"kubernetes", map[string]any{
			"container_name": service, "pod_name": host, "namespace_name": "production",
			"labels": map[string]string{"app": service},
		}})
}

// object prints fields, and lists of fields, as one JSON object in their order.
func object(parts ...any) string {
	b := []byte{'{'}
	add := func(f Field) {
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = strconv.AppendQuote(b, f.Key)
		value, err := json.Marshal(f.Value)
		if err != nil {
			value = []byte("null")
		}
		b = append(append(b, ':'), value...)
	}
	for _, p := range parts {
		switch p := p.(type) {
		case Field:
			add(p)
		case []Field:
			for _, f := range p {
				add(f)
			}
		}
	}
	return string(append(b, '}'))
}
