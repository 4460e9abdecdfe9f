package embedded

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// repair makes the files of a log that was not closed in order fit one another: the broker itself cuts torn segments, but
// appends to torn journals, where what follows is lost, and believes what it knew of producers when it was last closed in
// order. A producer that sends again what was taken and not acknowledged would then be counted twice, or refused.
func repair(dir string) error {
	for _, name := range []string{"pids.log", "groups.log"} {
		if err := cutTorn(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return rebuildProducers(dir)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// cutTorn cuts a journal behind its last whole entry. An entry is its length, a checksum and so many bytes.
func cutTorn(path string) error {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	at := 0
	for len(data)-at >= 10 {
		size := int64(binary.LittleEndian.Uint32(data[at:]))
		if size < 2 || int64(at)+8+size > int64(len(data)) {
			break
		}
		body := data[at+8 : at+8+int(size)]
		if crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(data[at+4:]) {
			break
		}
		at += 8 + int(size)
	}
	if at == len(data) {
		return nil
	}
	return os.Truncate(path, int64(at))
}

// producerWindow is what the broker remembers of one producer in one partition, as it keeps it: its last five batches.
type producerWindow struct {
	ID      int64            `json:"pid"`
	Topic   string           `json:"topic"`
	Part    int32            `json:"partition"`
	Entries [5]producerBatch `json:"entries"`
	Count   uint8            `json:"count"`
	At      uint8            `json:"at"`
	Epoch   int16            `json:"epoch"`
	Seen    bool             `json:"seen"`
	Next    int32            `json:"next_seq"`
}

type producerBatch struct {
	First  int32 `json:"first_seq"`
	Next   int32 `json:"next_seq"`
	Offset int64 `json:"offset"`
}

// add takes the next batch of the log.
func (w *producerWindow) add(h batchHead) {
	b := producerBatch{First: h.sequence, Next: int32((int64(h.sequence) + int64(h.records)) % math.MaxInt32), Offset: h.offset}
	if !w.Seen || w.Epoch != h.epoch {
		w.Seen, w.Epoch = true, h.epoch
		w.Entries, w.Count, w.At = [5]producerBatch{}, 0, 0
	}
	w.Next = b.Next
	w.Entries[w.At] = b
	w.At = (w.At + 1) % uint8(len(w.Entries))
	w.Count = min(w.Count+1, uint8(len(w.Entries)))
}

// rebuildProducers learns from the log what each producer sent last, as Kafka does.
func rebuildProducers(dir string) error {
	found := struct {
		Version int               `json:"version"`
		Windows []*producerWindow `json:"windows"`
	}{Version: 1}
	parts, err := os.ReadDir(filepath.Join(dir, "partitions"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, p := range parts {
		topic, number, ok := cutLast(p.Name(), "-")
		part, err := strconv.ParseInt(number, 10, 32)
		if !ok || err != nil {
			continue
		}
		if topic, err = url.PathUnescape(topic); err != nil {
			continue
		}
		windows := make(map[int64]*producerWindow)
		err = eachBatch(filepath.Join(dir, "partitions", p.Name()), func(h batchHead) {
			if h.producer < 0 || h.control {
				return
			}
			w := windows[h.producer]
			if w == nil {
				w = &producerWindow{ID: h.producer, Topic: topic, Part: int32(part)}
				windows[h.producer] = w
				found.Windows = append(found.Windows, w)
			}
			w.add(h)
		})
		if err != nil {
			return err
		}
	}
	data, err := json.Marshal(found)
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(dir, "seq_windows.json"), data)
}

func cutLast(s, sep string) (before, after string, ok bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// batchHead is what the head of a record batch tells.
type batchHead struct {
	offset   int64
	control  bool
	producer int64 // below 0: it is not idempotent
	epoch    int16
	sequence int32
	records  int32
}

// eachBatch calls f for every batch of a partition that is whole, up to the first that is not in each segment: there the
// broker cuts.
func eachBatch(dir string, f func(batchHead)) error {
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var bases []int64
	for _, e := range files {
		if name, ok := strings.CutSuffix(e.Name(), ".dat"); ok {
			if base, err := strconv.ParseInt(name, 10, 64); err == nil {
				bases = append(bases, base)
			}
		}
	}
	slices.Sort(bases)
	for _, base := range bases {
		if err := eachOfSegment(filepath.Join(dir, fmt.Sprint(base, ".dat")), f); err != nil {
			return err
		}
	}
	return nil
}

func eachOfSegment(path string, f func(batchHead)) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	in := bufio.NewReaderSize(file, 1<<20)
	var batch []byte
	for {
		batch = slices.Grow(batch[:0], 12)[:12]
		if _, err := io.ReadFull(in, batch); err != nil {
			return endOf(err)
		}
		size := int32(binary.BigEndian.Uint32(batch[8:]))
		if size < 61-12 || size > 2*maxMessage {
			return nil
		}
		batch = slices.Grow(batch, int(size))[:12+size]
		if _, err := io.ReadFull(in, batch[12:]); err != nil {
			return endOf(err)
		}
		if crc32.Checksum(batch[21:], castagnoli) != binary.BigEndian.Uint32(batch[17:]) {
			return nil
		}
		f(batchHead{
			offset: int64(binary.BigEndian.Uint64(batch)), control: batch[22]&0x20 != 0,
			producer: int64(binary.BigEndian.Uint64(batch[43:])), epoch: int16(binary.BigEndian.Uint16(batch[51:])),
			sequence: int32(binary.BigEndian.Uint32(batch[53:])), records: int32(binary.BigEndian.Uint32(batch[57:])),
		})
	}
}

// endOf is nil where a file just ends, in the middle of a batch or between two.
func endOf(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}
