package template

import (
	"math"
	"testing"
)

func TestSlots(t *testing.T) {
	for _, c := range []struct {
		line  string
		kind  SlotKind
		value float64 // NaN: not numeric
		text  string
	}{
		{"took 12 ms", SlotDuration, 0.012, "12 ms"},
		{"took 12ms", SlotDuration, 0.012, "12ms"},
		{"took 1.5 seconds now", SlotDuration, 1.5, "1.5 seconds"},
		{"took 1h2m3.5s", SlotDuration, 3723.5, "1h2m3.5s"},
		{"took 900µs", SlotDuration, 900e-6, "900µs"},
		{"wait 5 Min", SlotDuration, 300, "5 Min"},
		{"read 4 KB", SlotSize, 4096, "4 KB"},
		{"read 2.5GiB", SlotSize, 2.5 * (1 << 30), "2.5GiB"},
		{"read 10 bytes", SlotSize, 10, "10 bytes"},
		{"heap 24M", SlotSize, 24 << 20, "24M"},
		{"disk at 93%", SlotPercent, 93, "93%"},
		{"count 42", SlotNumber, 42, "42"},
		{"delta -7.25.", SlotNumber, -7.25, "-7.25"},
		{"small 1e-05", SlotNumber, 1e-5, "1e-05"},
		{"port 51234 open", SlotNumber, 51234, "51234"},
		{"id 12345678901234567", SlotNumber, 12345678901234567, "12345678901234567"},
		{"big 1234567890123456789012", SlotHex, math.NaN(), "1234567890123456789012"},
		{"at 0x7fff01", SlotHex, math.NaN(), "0x7fff01"},
		{"commit 3f2a9bc", SlotHex, math.NaN(), "3f2a9bc"},
		{"id 2c7e8b0f-11aa-4f2d-8c3f-7d2f1f7d9c10", SlotUUID, math.NaN(), "2c7e8b0f-11aa-4f2d-8c3f-7d2f1f7d9c10"},
		{"from 10.0.0.1:80", SlotAddress, math.NaN(), "10.0.0.1:80"},
		{"from 10.0.0.1", SlotAddress, math.NaN(), "10.0.0.1"},
		{"from fe80::1", SlotAddress, math.NaN(), "fe80::1"},
		{"mac 52:54:00:12:34:56", SlotAddress, math.NaN(), "52:54:00:12:34:56"},
		{"to mail.example.com:25", SlotAddress, math.NaN(), "mail.example.com:25"},
		{"get https://example.com/a?b=1", SlotURL, math.NaN(), "https://example.com/a?b=1"},
		{"open /var/log/x", SlotPath, math.NaN(), "/var/log/x"},
		{`open C:\x\y`, SlotPath, math.NaN(), `C:\x\y`},
		{"on 2015-07-29 17:41:44", SlotTime, math.NaN(), "2015-07-29 17:41:44"},
		{"on 2015-07-29T17:41:44Z", SlotTime, math.NaN(), "2015-07-29T17:41:44Z"},
		{"since 17:41", SlotTime, math.NaN(), "17:41"},
		{"job blk_-160", SlotOther, math.NaN(), "blk_-160"},
		{"version v1.2.3", SlotOther, math.NaN(), "v1.2.3"},
	} {
		s := NewShaper()
		s.Shape([]byte(c.line))
		got := s.Slots(nil)
		if len(got) != 1 {
			t.Errorf("%q: %+v", c.line, got)
			continue
		}
		g := got[0]
		if g.Kind != c.kind || c.line[g.Start:g.End] != c.text || g.Numeric == math.IsNaN(c.value) {
			t.Errorf("%q: kind %v, %q, numeric %v", c.line, g.Kind, c.line[g.Start:g.End], g.Numeric)
		}
		if g.Numeric && math.Abs(g.Value-c.value) > 1e-12*math.Abs(c.value) {
			t.Errorf("%q: %v, want %v", c.line, g.Value, c.value)
		}
	}
	s := NewShaper()
	s.Shape([]byte("took 5 ms of 3 tries, x=7"))
	if got := s.Slots(nil); len(got) != 3 || got[0].Index != 0 || got[1].Value != 3 || got[2].Index != 2 || got[2].Value != 7 {
		t.Errorf("%+v", got)
	}
}
