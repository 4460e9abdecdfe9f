package source

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// abortMarker and commitMarker are the payloads of control batches.
var (
	abortMarker  = []byte{0, 0, 0, 0, 8, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0}
	commitMarker = []byte{0, 0, 0, 0, 8, 0, 0, 0, 1, 12, 0, 0, 0, 0, 0, 0, 0}
)

func TestDecoder(t *testing.T) {
	old := make([]byte, 40)
	binary.BigEndian.PutUint64(old, 11)
	binary.BigEndian.PutUint32(old[8:], 28)
	old[batchMagic] = 1
	whole := testBatch{base: 10, offsets: []int64{10, 11, 12}}.encode()
	for _, c := range []struct {
		name    string
		at      int64
		data    [][]byte
		aborted []abortedTxn
		records []int64
		gaps    []Gap
		next    int64
	}{
		{name: "whole", at: 10, data: [][]byte{whole}, records: []int64{10, 11, 12}, next: 13},
		{name: "from the middle", at: 11, data: [][]byte{whole}, records: []int64{11, 12}, next: 13},
		{name: "all before", at: 13, data: [][]byte{whole}, next: 13},
		{name: "cut off", at: 10, data: [][]byte{whole, whole[:30]}, records: []int64{10, 11, 12}, next: 13},
		{
			name: "holes of compaction within, at the end and between", at: 10,
			data: [][]byte{
				testBatch{base: 10, offsets: []int64{11, 14}, last: 16}.encode(),
				testBatch{base: 20, offsets: []int64{20}}.encode(),
			},
			records: []int64{11, 14, 20},
			gaps:    []Gap{{10, 11, GapCompacted}, {12, 14, GapCompacted}, {15, 20, GapCompacted}}, next: 21,
		},
		{
			name: "a batch that compaction emptied", at: 10, data: [][]byte{testBatch{base: 10, last: 12, payload: []byte{}}.encode()},
			gaps: []Gap{{10, 13, GapCompacted}}, next: 13,
		},
		{
			name: "a wrong checksum", at: 9,
			data:    [][]byte{testBatch{base: 9, offsets: []int64{9}}.encode(), spoil(testBatch{base: 10, offsets: []int64{10}}.encode()), testBatch{base: 11, offsets: []int64{11}}.encode()},
			records: []int64{9, 11}, gaps: []Gap{{10, 11, GapCorrupt}}, next: 12,
		},
		{
			name: "a wrong checksum of many records, the last of the log", at: 10,
			data: [][]byte{spoil(testBatch{base: 10, offsets: []int64{10, 11, 12, 13, 14}}.encode())},
			gaps: []Gap{{10, 15, GapCorrupt}}, next: 15,
		},
		{
			name: "a wrong checksum, of which the header tells nothing, before another batch", at: 10,
			data: [][]byte{spoil(testBatch{base: 10, offsets: []int64{10, 14}}.encode()), testBatch{base: 15, offsets: []int64{15}}.encode()},
			gaps: []Gap{{10, 15, GapCorrupt}}, records: []int64{15}, next: 16,
		},
		{
			name: "the same before the beginning of another batch", at: 10,
			data: [][]byte{spoil(testBatch{base: 10, offsets: []int64{10, 14}}.encode()), testBatch{base: 15, offsets: []int64{15}}.encode()[:20]},
			gaps: []Gap{{10, 15, GapCorrupt}}, next: 15,
		},
		{
			name: "a wrong checksum before a hole of compaction", at: 10,
			data: [][]byte{spoil(testBatch{base: 10, offsets: []int64{10, 11}}.encode()), testBatch{base: 15, offsets: []int64{15}}.encode()},
			gaps: []Gap{{10, 12, GapCorrupt}, {12, 15, GapCompacted}}, records: []int64{15}, next: 16,
		},
		{
			name: "a base that is not in the log", at: 10,
			data: [][]byte{testBatch{base: 1 << 50, offsets: []int64{1 << 50}}.encode(), testBatch{base: 11, offsets: []int64{11}}.encode()},
			gaps: []Gap{{10, 11, GapCorrupt}}, next: 11,
		},
		{
			name: "a corrupt batch that may end a transaction: what follows is asked for again", at: 11,
			data: [][]byte{
				testBatch{base: 11, offsets: []int64{11}, attributes: transactional, producer: 8}.encode(),
				spoil(testBatch{base: 12, attributes: transactional | controlBatch, producer: 8, payload: abortMarker, last: 12}.encode()),
				testBatch{base: 13, offsets: []int64{13}, attributes: transactional, producer: 8}.encode(),
			},
			aborted: []abortedTxn{{producer: 8, first: 11}},
			gaps:    []Gap{{12, 13, GapCorrupt}}, next: 13,
		},
		{
			name: "records that cannot be taken apart", at: 10,
			data: [][]byte{testBatch{base: 10, last: 11, payload: []byte{200, 1, 2}}.encode(), testBatch{base: 12, offsets: []int64{12}}.encode()},
			gaps: []Gap{{10, 12, GapCorrupt}}, records: []int64{12}, next: 13,
		},
		{
			name: "a codec that does not exist", at: 10,
			data: [][]byte{testBatch{base: 10, offsets: []int64{10, 11}, attributes: 7}.encode()},
			gaps: []Gap{{10, 12, GapCorrupt}}, next: 12,
		},
		{
			name: "no gzip", at: 10, data: [][]byte{testBatch{base: 10, offsets: []int64{10}, attributes: 1}.encode()},
			gaps: []Gap{{10, 11, GapCorrupt}}, next: 11,
		},
		{name: "an old format", at: 10, data: [][]byte{old}, gaps: []Gap{{10, 12, GapFormat}}, next: 12},
		{
			name: "a transaction that was taken back among others", at: 10,
			data: [][]byte{
				testBatch{base: 10, offsets: []int64{10}, attributes: transactional, producer: 7}.encode(),
				testBatch{base: 11, offsets: []int64{11, 12}, attributes: transactional, producer: 8}.encode(),
				testBatch{base: 13, offsets: []int64{13}}.encode(),
				testBatch{base: 14, attributes: transactional | controlBatch, producer: 8, payload: abortMarker, last: 14}.encode(),
				testBatch{base: 15, attributes: transactional | controlBatch, producer: 7, payload: commitMarker, last: 15}.encode(),
				testBatch{base: 16, offsets: []int64{16}, attributes: transactional, producer: 8}.encode(),
			},
			aborted: []abortedTxn{{producer: 8, first: 11}},
			records: []int64{10, 13, 16}, next: 17,
		},
		{
			name: "a marker first, of a transaction whose records came before", at: 14,
			data: [][]byte{
				testBatch{base: 14, attributes: transactional | controlBatch, producer: 8, payload: abortMarker, last: 14}.encode(),
				testBatch{base: 15, offsets: []int64{15, 16}, attributes: transactional, producer: 8}.encode(),
				testBatch{base: 17, attributes: transactional | controlBatch, producer: 8, payload: commitMarker, last: 17}.encode(),
			},
			aborted: []abortedTxn{{producer: 8, first: 11}},
			records: []int64{15, 16}, next: 18,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := decoder{topic: "t", partition: 1, position: c.at}
			d.start(answer{end: 100, records: slices.Concat(c.data...), aborted: c.aborted})
			if !d.next(false) {
				t.Fatal("next wants to try again though it may not")
			}
			var got []int64
			for _, r := range d.records {
				got = append(got, r.Offset)
				if want := "v" + string(rune('0'+r.Offset%10)); string(r.Value) != want || r.Topic != "t" || r.Partition != 1 {
					t.Errorf("record %+v", r)
				}
			}
			if diff := cmp.Diff(c.records, got); diff != "" {
				t.Errorf("records (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.gaps, d.gaps); diff != "" {
				t.Errorf("gaps (-want +got):\n%s", diff)
			}
			if d.position != c.next {
				t.Errorf("next %d, want %d", d.position, c.next)
			}
		})
	}
}

func TestChecksumIsTriedAgain(t *testing.T) {
	d := decoder{position: 9}
	d.start(answer{end: 100, records: slices.Concat(
		testBatch{base: 9, offsets: []int64{9}}.encode(),
		spoil(testBatch{base: 10, offsets: []int64{10}}.encode()),
	)})
	if d.next(true) || len(d.records) != 1 || d.position != 10 || len(d.gaps) != 0 || d.more() {
		t.Errorf("records %v, gaps %v, position %d, more %v; want offset 9 alone and a retry at 10", d.records, d.gaps, d.position, d.more())
	}
}

// A corrupt batch of which nobody says how far it reaches is passed offset by offset, and not tried again at each.
func TestCorruptBatchIsTriedAgainOnce(t *testing.T) {
	bad := spoil(testBatch{base: 10, offsets: []int64{10, 12}}.encode())
	d := decoder{position: 10}
	tried, mayRetry := 0, true
	for d.position < 13 {
		d.start(answer{end: 13, records: bad})
		if mayRetry = d.next(mayRetry); !mayRetry {
			tried++
		}
		for _, g := range d.gaps {
			if g.Reason != GapCorrupt {
				t.Errorf("gap %v", g)
			}
		}
	}
	if tried != 1 {
		t.Errorf("tried again %d times", tried)
	}
}

func TestRecordTime(t *testing.T) {
	for attributes, want := range map[uint16]int64{0: 1_000_005, logAppendTime: 1_000_100} {
		d := decoder{position: 1}
		d.start(answer{end: 100, records: testBatch{base: 1, offsets: []int64{1}, stamp: 1_000_000, attributes: attributes}.encode()})
		d.next(false)
		if got := d.records[0].Time; got.UnixMilli() != want || got.Location().String() != "UTC" {
			t.Errorf("attributes %d: time %v, want %d ms in UTC", attributes, got, want)
		}
	}
}

// FuzzDecoder holds that no batch stops the decoder, makes it go back, or hands out an offset twice.
func FuzzDecoder(f *testing.F) {
	f.Add(int64(10), testBatch{base: 10, offsets: []int64{10, 11, 12}}.encode())
	f.Add(int64(11), testBatch{base: 10, offsets: []int64{10, 14}, last: 20}.encode())
	f.Add(int64(0), testBatch{base: 0, payload: abortMarker, attributes: controlBatch | transactional}.encode())
	f.Add(int64(0), testBatch{base: 0, offsets: []int64{0}, attributes: 1}.encode())
	f.Add(int64(0), []byte{})
	f.Fuzz(func(t *testing.T, at int64, data []byte) {
		if at < 0 || at > 1<<40 || len(data) > 1<<16 {
			return
		}
		if len(data) >= batchHeader {
			binary.BigEndian.PutUint32(data[8:], uint32(len(data)-batchLenEnd))
			sealed(data)
		}
		d := decoder{position: at}
		d.start(answer{end: 1 << 41, records: data, aborted: []abortedTxn{{producer: 1, first: at}}})
		last := at - 1
		for rounds := 0; d.more(); rounds++ {
			before := d.position
			d.next(false)
			if d.position < before || rounds > len(data) {
				t.Fatalf("position %d after %d, round %d", d.position, before, rounds)
			}
			for _, r := range d.records {
				if r.Offset <= last || r.Offset >= d.position {
					t.Fatalf("offset %d after %d, position %d", r.Offset, last, d.position)
				}
				last = r.Offset
			}
		}
	})
}

func FuzzFetchAnswer(f *testing.F) {
	f.Add([]byte{0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 't', 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Add([]byte{})
	f.Fuzz(func(_ *testing.T, data []byte) {
		q := fetcher{topic: "t", partition: 3, correlation: 1}
		_, _ = q.parse(data)
	})
}

// TestLogThatGrowsMeanwhile: a broker reads how far the log goes before it reads records, so that an answer may hold newer
// ones. They are sound: the next answer has them too.
func TestLogThatGrowsMeanwhile(t *testing.T) {
	batch := func(base int64) []byte {
		return testBatch{base: base, offsets: []int64{base, base + 1}, stamp: 1_000_000}.encode()
	}
	for _, mayRetry := range []bool{true, false} {
		d := &decoder{position: 10}
		d.start(answer{end: 12, records: slices.Concat(batch(10), batch(12))})
		if !d.next(mayRetry) || len(d.records) != 2 || len(d.gaps) != 0 || d.position != 12 || d.more() {
			t.Fatalf("%d records, gaps %v, at %d", len(d.records), d.gaps, d.position)
		}
		d.start(answer{end: 14, records: batch(12)})
		if !d.next(mayRetry) || len(d.records) != 2 || len(d.gaps) != 0 || d.position != 14 {
			t.Fatalf("the next answer: %d records, gaps %v, at %d", len(d.records), d.gaps, d.position)
		}
	}
}
