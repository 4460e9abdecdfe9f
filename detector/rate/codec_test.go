package rate_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

func readCells(data []byte) ([]rate.Cell, error) {
	var out []rate.Cell
	err := rate.Cells(data, func(c rate.Cell) bool {
		c.Summary = slices.Clone(c.Summary)
		out = append(out, c)
		return true
	})
	return out, err
}

func TestCellsComeBack(t *testing.T) {
	for name, cells := range map[string][]rate.Cell{
		"none":     nil,
		"zeros":    {{Index: 0}},
		"extremes": {{Index: 0, Lines: math.MaxUint64, Bytes: math.MaxUint64}, {Index: math.MaxUint32, Summary: []byte("s")}},
		"mixed":    {{Index: 3, Lines: 1, Bytes: 200}, {Index: 4, Lines: 2}, {Index: 900, Lines: 70_000, Bytes: 1 << 33, Summary: []byte("abc")}},
	} {
		got, err := readCells(rate.AppendCells(nil, cells))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(cells, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestCellSize holds the promise of 4 to 6 bytes a counter for counts as services have them.
func TestCellSize(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var cells []rate.Cell
	index := uint32(0)
	for range 1500 {
		index += uint32(1 + rnd.IntN(100))
		lines := uint64(math.Exp(rnd.Float64() * 6))
		cells = append(cells, rate.Cell{Index: index, Lines: lines, Bytes: lines * uint64(80+rnd.IntN(200))})
	}
	if size := float64(len(rate.AppendCells(nil, cells))) / float64(len(cells)); size < 3 || size > 6 {
		t.Errorf("%.1f bytes a counter, want 4 to 6", size)
	}
}

func TestCellsRefuse(t *testing.T) {
	good := rate.AppendCells(nil, []rate.Cell{{Index: 1, Lines: 2, Bytes: 3, Summary: []byte("abc")}})
	for name, data := range map[string][]byte{
		"nothing":          nil,
		"another version":  append([]byte{9}, good[1:]...),
		"cut off":          good[:len(good)-1],
		"the same index":   {1, 2, 1, 1, 0, 1, 1},
		"an index too far": {1, 0xfe, 0xff, 0xff, 0xff, 0xff, 0x01, 1, 1},
	} {
		if _, err := readCells(data); err == nil || !strings.HasPrefix(err.Error(), "rate: ") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestCellsStop(t *testing.T) {
	data := rate.AppendCells(nil, []rate.Cell{{Index: 1}, {Index: 2}, {Index: 3}})
	n := 0
	if err := rate.Cells(data, func(rate.Cell) bool { n++; return n < 2 }); err != nil || n != 2 {
		t.Errorf("%d cells, %v; want 2 and no error", n, err)
	}
}

func FuzzCells(f *testing.F) {
	f.Add(rate.AppendCells(nil, []rate.Cell{{Index: 1, Lines: 2, Bytes: 3}, {Index: 300, Lines: 1 << 40, Summary: []byte("x")}}))
	f.Add([]byte{1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, data []byte) {
		cells, err := readCells(data)
		if err != nil {
			return
		}
		again, err := readCells(rate.AppendCells(nil, cells))
		if diff := cmp.Diff(normal(cells), normal(again)); err != nil || diff != "" {
			t.Fatalf("%v (-first +again):\n%s", err, diff)
		}
	})
}

// normal takes an empty summary for none, as both mean the same.
func normal(cells []rate.Cell) []rate.Cell {
	for i := range cells {
		if len(cells[i].Summary) == 0 {
			cells[i].Summary = nil
		}
	}
	return cells
}

func FuzzSeries(f *testing.F) {
	f.Add(rate.AppendSeries(nil, detector.Series{Class: detector.ClassRule, Level: 3, Shape: 77, Service: "a", Environment: "b", Name: "c", Key: "d\x00"}))
	f.Add([]byte{1, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := rate.DecodeSeries(data)
		if err != nil {
			return
		}
		if again, err := rate.DecodeSeries(rate.AppendSeries(nil, s)); err != nil || again != s {
			t.Fatalf("%+v came back as %+v, %v", s, again, err)
		}
	})
}

func FuzzCheckpoint(f *testing.F) {
	f.Add(rate.AppendCheckpoint(nil, rate.Checkpoint{Next: 5, End: 7, Watermark: time.Unix(1, 2), Pending: []detector.Pending{{Offset: 1, Skip: 2}}, Log: "ab"}))
	f.Add(rate.AppendCheckpoint(nil, rate.Checkpoint{}))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := rate.DecodeCheckpoint(data)
		if err != nil {
			return
		}
		again, err := rate.DecodeCheckpoint(rate.AppendCheckpoint(nil, c))
		if diff := cmp.Diff(c, again); err != nil || diff != "" {
			t.Fatalf("%v (-first +again):\n%s", err, diff)
		}
	})
}

func sample(n int) detector.Sample {
	return detector.Sample{
		Time: time.Unix(int64(n), 5).UTC(), Service: "shop", Host: "h1", Level: detector.LevelError, Text: "text", Template: "te<*>",
		Shape: 99, Position: detector.Position{Topic: "logs", Partition: 3, Offset: int64(n)},
	}
}

func TestSamplesComeBack(t *testing.T) {
	var all []detector.Sample
	for i := range rate.MaxSamples + 3 {
		all = append(all, sample(i))
	}
	got, err := rate.DecodeSamples(rate.AppendSamples(nil, all))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(all[3:], got); diff != "" {
		t.Errorf("the newest samples (-want +got):\n%s", diff)
	}
}

func TestSampleTextIsCut(t *testing.T) {
	s := sample(1)
	s.Text = strings.Repeat("ä", rate.MaxSampleText)
	got, err := rate.DecodeSamples(rate.AppendSamples(nil, []detector.Sample{s}))
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Repeat("ä", rate.MaxSampleText/2); got[0].Text != want {
		t.Errorf("a text of %d bytes was cut to %d, want %d whole characters", len(s.Text), len(got[0].Text), len(want)/2)
	}
}

func FuzzSamples(f *testing.F) {
	f.Add(rate.AppendSamples(nil, []detector.Sample{sample(1), sample(2)}))
	f.Add([]byte{1, 5})
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := rate.DecodeSamples(data)
		if err != nil {
			return
		}
		// What is too long in hostile data is cut the first time, and stays the same from there.
		once, err := rate.DecodeSamples(rate.AppendSamples(nil, s))
		if err != nil {
			t.Fatal(err)
		}
		twice, err := rate.DecodeSamples(rate.AppendSamples(nil, once))
		if diff := cmp.Diff(once, twice); err != nil || diff != "" {
			t.Fatalf("%v (-once +twice):\n%s", err, diff)
		}
	})
}
