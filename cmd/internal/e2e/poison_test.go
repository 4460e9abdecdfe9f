package e2e

import (
	be "encoding/binary"
	"fmt"
	"hash/crc32"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector/testkit"
)

// logBatch is a record batch as it stands in a log.
type logBatch struct {
	attributes uint16 // the lowest bits name the codec; 32 is a control batch
	stamp      int64  // milliseconds since 1970
	values     [][]byte
	payload    []byte // instead of values
	count      int    // of records, where payload is given
}

func (b logBatch) encode(base int64) (out []byte, records int) {
	body, n := b.payload, b.count
	for i, v := range b.values {
		r := []byte{0}
		r = be.AppendVarint(r, 0)
		r = be.AppendVarint(r, int64(i))
		r = be.AppendVarint(r, -1)
		if v == nil {
			r = be.AppendVarint(r, -1)
		} else {
			r = append(be.AppendVarint(r, int64(len(v))), v...)
		}
		r = be.AppendVarint(r, 0)
		body = append(be.AppendVarint(body, int64(len(r))), r...)
		n++
	}
	out = be.BigEndian.AppendUint64(nil, uint64(base))
	out = be.BigEndian.AppendUint32(out, uint32(49+len(body)))
	out = append(out, 0, 0, 0, 0, 2, 0, 0, 0, 0)
	out = be.BigEndian.AppendUint16(out, b.attributes)
	out = be.BigEndian.AppendUint32(out, uint32(n-1))
	out = be.BigEndian.AppendUint64(out, uint64(b.stamp))
	out = be.BigEndian.AppendUint64(out, uint64(b.stamp))
	out = append(be.BigEndian.AppendUint64(out, ^uint64(0)), 255, 255, 255, 255, 255, 255) // no producer
	out = append(be.BigEndian.AppendUint32(out, uint32(n)), body...)
	be.BigEndian.PutUint32(out[17:], crc32.Checksum(out[21:], crc32.MakeTable(crc32.Castagnoli)))
	return out, n
}

// TestPoison puts records into the log that no producer should send, as a broken disk or client leaves them, each between
// good lines: none stops the partition, every good line is counted, and what could not be read is an incident that says
// how many records that were.
func TestPoison(t *testing.T) {
	t.Parallel()
	data, broker, random := t.TempDir(), testkit.Address(t), seeded(t)
	from := time.Now().Add(-time.Minute)
	p := alone(t, data, broker, "1")
	s := newSender(t, broker, "logs", random, nil)
	s.send(100)
	want := s.flush(t)
	exactly(t, p.url, from, want)
	s.client.Close()
	p.stop(20 * time.Second)

	now := time.Now().UnixMilli()
	good := func(i int) logBatch {
		k := kinds[i%len(kinds)]
		want[k.kind]++
		return logBatch{stamp: now, values: [][]byte{fmt.Appendf(nil, `{"time":%q,"level":%q,"service":%q,"msg":%q}`,
			time.Now().UTC().Format(time.RFC3339Nano), k.level, k.service, fmt.Sprintf(k.text, i, i, i))}}
	}
	junk := []byte(strings.Repeat("\xff\x00junk", 40))
	poison := []struct {
		name string
		logBatch
		lost int // records that cannot be read
	}{
		{"no gzip", logBatch{attributes: 1, stamp: now, payload: junk, count: 3}, 3},
		{"no snappy", logBatch{attributes: 2, stamp: now, payload: junk, count: 4}, 4},
		{"no lz4", logBatch{attributes: 3, stamp: now, payload: junk, count: 5}, 5},
		{"no zstd", logBatch{attributes: 4, stamp: now, payload: junk, count: 6}, 6},
		{"a codec that does not exist", logBatch{attributes: 6, stamp: now, payload: junk, count: 7}, 7},
		{"records that cannot be taken apart", logBatch{stamp: now, payload: junk, count: 8}, 8},
		{"a control batch", logBatch{attributes: 32, stamp: now, payload: []byte{0, 0, 0, 0, 8, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0}, count: 1}, 0},
		{"a control batch of junk", logBatch{attributes: 32, stamp: now, payload: junk, count: 1}, 0},
		{"null", logBatch{stamp: now, values: [][]byte{nil}}, 0},
		{"nothing", logBatch{stamp: now, values: [][]byte{{}}}, 0},
		{"bytes", logBatch{stamp: now, values: [][]byte{junk}}, 0},
		{"times before 1970", logBatch{stamp: -62_135_596_800_001, values: [][]byte{[]byte("from before all time")}}, 0},
		{"no time", logBatch{stamp: -1, values: [][]byte{[]byte("from no time")}}, 0},
		{"times after all", logBatch{stamp: 1<<63 - 1, values: [][]byte{[]byte("from after all time")}}, 0},
		{"3 MiB", logBatch{stamp: now, values: [][]byte{[]byte(strings.Repeat("long ", 3<<20/5))}}, 0},
		{"a million opening brackets", logBatch{stamp: now, values: [][]byte{[]byte(strings.Repeat(`{"a":[`, 1<<20/6))}}, 0},
	}
	next, lost := int64(100), 0
	var raw []byte
	for i, b := range poison {
		for _, x := range []logBatch{b.logBatch, good(i)} {
			encoded, n := x.encode(next)
			raw, next = append(raw, encoded...), next+int64(n)
		}
		lost += b.lost
	}
	segment := newestSegment(t, filepath.Join(data, "broker", "log", "partitions", "logs-0"))
	f, err := os.OpenFile(segment, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(raw); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}

	p = alone(t, data, broker, "1")
	s = newSender(t, broker, "logs", random, want)
	s.send(50)
	want = s.flush(t)
	eventually(t, 60*time.Second, "every good line counted, once", func() (bool, string) {
		got, err := countedByKind(p.url, from)
		rest := maps.Clone(got)
		maps.DeleteFunc(got, func(k kind, _ uint64) bool { return want[k] == 0 })
		return err == nil && maps.Equal(want, got), fmt.Sprintf("%v: %v; %s", err, sorted(rest), cmp.Diff(sorted(want), sorted(got)))
	})
	eventually(t, 60*time.Second, fmt.Sprintf("incidents that tell of %d records", lost), func() (bool, string) {
		list, err := ofKind(p.url, "loss")
		told := 0
		for _, in := range list {
			told += int(in.Lines)
		}
		return err == nil && told == lost, fmt.Sprintf("%v: %d in %+v", err, told, list)
	})
}
