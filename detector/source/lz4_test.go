package source

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/pierrec/lz4/v4"
)

func lz4Frames(t testing.TB, text []byte, options ...lz4.Option) []byte {
	t.Helper()
	var out bytes.Buffer
	w := lz4.NewWriter(&out)
	if err := w.Apply(options...); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// linkedFrame is a frame of two blocks, the second of which repeats what stands in the first.
func linkedFrame() (frame, text []byte) {
	frame = binary.LittleEndian.AppendUint32(nil, lz4Magic)
	frame = append(frame, lz4Version, 4<<4, 0x02) // the header's checksum is not ours to check
	for _, block := range [][]byte{
		append([]byte{0xf0, 1}, "abcdefghijklmnop"...),                          // 16 literals
		append([]byte{0x14, '.', 17, 0, 0x50 /* 8 from 17 back */}, "vwxyz"...), // and 5 literals at the end
	} {
		frame = binary.LittleEndian.AppendUint32(frame, uint32(len(block)))
		frame = append(frame, block...)
	}
	return append(frame, 0, 0, 0, 0), []byte("abcdefghijklmnop.abcdefghvwxyz")
}

func lz4Texts() [][]byte {
	var log bytes.Buffer
	for i := range 3000 {
		fmt.Fprintf(&log, `{"level":"INFO","msg":"request %d completed for customer %d"}`+"\n", i, i*i%9973)
	}
	random := make([]byte, 100<<10)
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range random {
		random[i] = byte(rnd.Uint32())
	}
	return [][]byte{nil, []byte("short"), log.Bytes(), random, make([]byte, 300<<10)}
}

// What the library writes is read as the library reads it, behind what stands there, in room that is there or not.
func TestLZ4(t *testing.T) {
	for n, text := range lz4Texts() {
		for _, size := range []lz4.BlockSize{lz4.Block64Kb, lz4.Block4Mb} {
			for _, sums := range []bool{false, true} {
				frame := lz4Frames(t, text, lz4.BlockSizeOption(size), lz4.BlockChecksumOption(sums), lz4.ChecksumOption(sums), lz4.SizeOption(uint64(len(text))))
				for _, dst := range [][]byte{[]byte("before"), append(make([]byte, 0, 1<<20), "before"...)} {
					got, ok := appendLZ4(dst, frame)
					if want := append([]byte("before"), text...); !ok || !bytes.Equal(got, want) {
						t.Errorf("text %d, blocks of %v, checksums %v: %d bytes, %v; want %d", n, size, sums, len(got), ok, len(want))
					}
				}
			}
		}
	}
}

func TestLZ4OfLinkedBlocks(t *testing.T) {
	frame, want := linkedFrame()
	got, ok := appendLZ4([]byte("before"), frame)
	if !ok || string(got) != "before"+string(want) {
		t.Errorf("%q, %v; want %q", got, ok, want)
	}
}

func TestLZ4LeavesToOthers(t *testing.T) {
	frame := lz4Frames(t, []byte("one two one two one two one two"))
	linked, _ := linkedFrame()
	changed := func(i int, c byte) []byte {
		b := bytes.Clone(frame)
		b[i] = c
		return b
	}
	for name, data := range map[string][]byte{
		"nothing": nil, "another format": changed(0, 0), "another version": changed(4, 0x80|frame[4]&0x3f), "a dictionary": changed(4, frame[4]|1),
		"no size of blocks": changed(5, 0), "cut off": frame[:len(frame)-1], "two frames": append(bytes.Clone(frame), frame...),
		"a block that refers to nothing": append(bytes.Clone(linked[:lz4Header]), linked[lz4Header+4+18:]...),
		"a block that is too long":       append(bytes.Clone(linked[:lz4Header]), 0xff, 0xff, 0xff, 0xff),
	} {
		if got, ok := appendLZ4([]byte("before"), data); ok || string(got) != "before" {
			t.Errorf("%s: %q, %v", name, got, ok)
		}
	}
}

// FuzzLZ4 holds that what the library reads is read alike, or left to it.
func FuzzLZ4(f *testing.F) {
	for _, text := range lz4Texts()[:2] {
		f.Add(lz4Frames(f, text))
		f.Add(lz4Frames(f, text, lz4.BlockChecksumOption(true), lz4.ChecksumOption(false), lz4.BlockSizeOption(lz4.Block64Kb)))
	}
	linked, _ := linkedFrame()
	f.Add(linked)
	f.Fuzz(func(t *testing.T, data []byte) {
		got, ok := appendLZ4([]byte("before"), data)
		if string(got[:6]) != "before" || !ok && len(got) > 6 {
			t.Fatalf("what stood before is %q", got)
		}
		want, err := io.ReadAll(io.LimitReader(lz4.NewReader(bytes.NewReader(data)), maxUnzipped))
		if ok && err == nil && !bytes.Equal(got[6:], want) {
			t.Fatalf("%d bytes, the library reads %d", len(got)-6, len(want))
		}
	})
}
