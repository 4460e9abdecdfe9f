package decode

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func framed(records ...string) []byte {
	var b []byte
	for _, r := range records {
		b = binary.BigEndian.AppendUint32(b, uint32(len(r)))
		b = append(b, r...)
	}
	return b
}

func TestRecords(t *testing.T) {
	long := strings.Repeat("x", 300<<10)
	tooLong := strings.Repeat("y", MaxRecord+10)
	for _, c := range []struct {
		name    string
		input   string
		framing Framing
		want    []string
		cut     int64
		err     string
	}{
		{"lines", "a\nb\r\n\nc", FramingLines, []string{"a", "b\r", "", "c"}, 0, ""},
		{"empty", "", FramingLines, nil, 0, ""},
		{"last newline", "a\n", FramingLines, []string{"a"}, 0, ""},
		{"long line", long + "\nz", FramingLines, []string{long, "z"}, 0, ""},
		{"too long", "a\n" + tooLong + "\nz\n", FramingLines, []string{"a", tooLong[:MaxRecord], "z"}, 10, ""},
		{"too long, last", tooLong, FramingLines, []string{tooLong[:MaxRecord]}, 10, ""},
		{"length", string(framed("a", "", "b\nc")), FramingLength, []string{"a", "", "b\nc"}, 0, ""},
		{"length, too long", string(framed(tooLong, "z")), FramingLength, []string{tooLong[:MaxRecord], "z"}, 10, ""},
		{"length cut off", string(framed("a")) + "\x00\x00", FramingLength, []string{"a"}, 0, "record 1: the length before it is cut off after 2 bytes"},
		{"record cut off", string(framed("abc")[:6]), FramingLength, nil, 0, "record 0: 3 bytes are announced and the input ends before"},
	} {
		for _, read := range []func(io.Reader) io.Reader{func(r io.Reader) io.Reader { return r }, iotest.HalfReader, iotest.DataErrReader} {
			r := NewRecords(read(strings.NewReader(c.input)), c.framing)
			var got []string
			for rec := r.Next(); rec != nil; rec = r.Next() {
				if rec.Offset != int64(len(got)) {
					t.Errorf("%s: offset %d of record %d", c.name, rec.Offset, len(got))
				}
				if rec.Value == nil {
					t.Errorf("%s: record %d is a tombstone", c.name, len(got))
				}
				got = append(got, string(rec.Value))
			}
			if strings.Join(got, "\x00") != strings.Join(c.want, "\x00") || len(got) != len(c.want) {
				t.Errorf("%s: got %d records, want %d", c.name, len(got), len(c.want))
			}
			if r.Cut() != c.cut {
				t.Errorf("%s: %d bytes cut off, want %d", c.name, r.Cut(), c.cut)
			}
			if err := r.Err(); (err == nil) != (c.err == "") || err != nil && err.Error() != c.err {
				t.Errorf("%s: error %v, want %q", c.name, err, c.err)
			}
		}
	}
}

func TestParseFraming(t *testing.T) {
	for s, want := range map[string]Framing{"": FramingLines, "lines": FramingLines, "length": FramingLength} {
		if got, err := ParseFraming(s); err != nil || got != want {
			t.Errorf("%q: %v %v", s, got, err)
		}
	}
	if _, err := ParseFraming("varint"); err == nil || !strings.Contains(err.Error(), "use lines or length") {
		t.Errorf("%v", err)
	}
}

func FuzzRecords(f *testing.F) {
	f.Add([]byte("a\nb\n"))
	f.Add(framed("a", "b"))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		var lines [][]byte
		r := NewRecords(bytes.NewReader(b), FramingLines)
		for rec := r.Next(); rec != nil; rec = r.Next() {
			lines = append(lines, bytes.Clone(rec.Value))
		}
		if got := bytes.Join(lines, []byte{'\n'}); !bytes.Equal(got, bytes.TrimSuffix(b, []byte{'\n'})) && r.Cut() == 0 {
			t.Fatalf("lines of %q are %q", b, got)
		}
		r = NewRecords(bytes.NewReader(b), FramingLength)
		for rec := r.Next(); rec != nil; rec = r.Next() {
			if len(rec.Value) > MaxRecord {
				t.Fatalf("a record of %d bytes", len(rec.Value))
			}
		}
	})
}
