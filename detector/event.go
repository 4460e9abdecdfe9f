package detector

import "time"

// Event is one thing that was logged: a line, a stack trace with the line that began it, one log record of an OTLP
// message. The decoder owns it and reuses it with all its bytes for the next one, so whoever keeps a part copies it;
// the strings (Service, Environment, Host, Format) are interned and may be kept.
type Event struct {
	Time     time.Time // the event's own time, UTC; zero where the line states none
	Received time.Time // the record's time, UTC

	Service     string
	Environment string
	Host        string
	Level       Level
	Message     []byte // what was logged, without time, level and the like; redacted once redact has seen it
	Fields      Fields
	TraceID     []byte
	SpanID      []byte

	Format     string // the format it was recognised by: json, logfmt, klog, otlp…
	Structured bool   // the record had keys and values
	Lines      int    // physical lines it took
	Bytes      int    // bytes of the record(s) it took

	Secrets []Secret // what redact removed

	Position Position // the record that began it

	Shape    ShapeID // set by the template stage
	Template string  // the shape's masked text, interned; set by the template stage
}

// Secret is a secret that was removed from a line. Its value is never kept.
type Secret struct {
	Kind        string `json:"kind"`                  // password, aws-access-key, private-key…
	Key         string `json:"key,omitempty"`         // the key it stood under, if any
	Fingerprint string `json:"fingerprint,omitempty"` // 8 hex digits of a keyed hash: equal secrets can be told to be equal
}
