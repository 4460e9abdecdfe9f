package decode

import "testing"

func TestTraceID(t *testing.T) {
	const id = "4bf92f3577b34da6a3ce929d0e0e4736"
	for in, want := range map[string]string{
		id: id, "4BF92F35-77b3-4da6-a3ce-929d0e0e4736": "4BF92F35-77b3-4da6-a3ce-929d0e0e4736", "projects/p/traces/" + id: id,
		"Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8": "1-67891233-abcdef012345678912345678",
		"00000000000000000000000000000000":                                 "", "short": "", "": "", "not an id at all": "", "1234567890123456789": "1234567890123456789",
		id + id + "0": "", "abcdefgh": "",
	} {
		if got := string(traceID([]byte(in))); got != want {
			t.Errorf("traceID(%q) = %q, want %q", in, got, want)
		}
	}
	trace, span, ok := traceparent([]byte("00-" + id + "-00f067aa0ba902b7-01"))
	if !ok || string(trace) != id || string(span) != "00f067aa0ba902b7" {
		t.Errorf("%q %q %v", trace, span, ok)
	}
}
