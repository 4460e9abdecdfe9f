package source

import (
	"encoding/binary"
	"math"
	"testing"
)

// Numbers of every length are read as they were written, at the end of the data and before more.
func TestVarint(t *testing.T) {
	for shift := range 64 {
		for _, v := range []int64{1 << shift, 1<<shift - 1, -1 << shift, -1<<shift - 1, math.MinInt64, 0} {
			for _, more := range []string{"", "x"} {
				p := parser{b: append(binary.AppendVarint(nil, v), more...)}
				if got := p.varint(); got != v || p.err != nil || string(p.b) != more {
					t.Fatalf("%d before %q: read %d, %v, left %q", v, more, got, p.err, p.b)
				}
			}
		}
		cut := parser{b: binary.AppendVarint(nil, 1<<shift)}
		cut.b = cut.b[:len(cut.b)-1]
		if got := cut.varint(); got != 0 || cut.err == nil {
			t.Fatalf("%d cut off: read %d, %v", int64(1)<<shift, got, cut.err)
		}
	}
}
