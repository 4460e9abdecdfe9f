package embedded_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"

	"github.com/tocsin-io/tocsin/detector/source/embedded"
)

// idempotent is a producer whose batches the test numbers itself.
type idempotent struct {
	t     *testing.T
	id    int64
	epoch int16
}

func request[R kmsg.Response](t *testing.T, addr string, req kmsg.Request) R {
	t.Helper()
	c, err := kgo.NewClient(kgo.SeedBrokers(addr))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	res, err := c.Request(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return res.(R)
}

func newIdempotent(t *testing.T, addr string) *idempotent {
	t.Helper()
	req := kmsg.NewPtrInitProducerIDRequest()
	req.TransactionTimeoutMillis = -1
	res := request[*kmsg.InitProducerIDResponse](t, addr, req)
	if res.ErrorCode != 0 {
		t.Fatal(kerr.ErrorForCode(res.ErrorCode))
	}
	return &idempotent{t, res.ProducerID, res.ProducerEpoch}
}

// send sends batch number n, of one record, to partition 0 and returns its offset.
func (p *idempotent) send(addr string, n int) (offset int64, err error) {
	p.t.Helper()
	rec := kmsg.Record{Value: []byte("line")}
	rec.Length = int32(len(rec.AppendTo(nil)) - 1)
	records := rec.AppendTo(nil)
	now := time.Now().UnixMilli()
	b := kmsg.RecordBatch{
		PartitionLeaderEpoch: -1, Magic: 2, FirstTimestamp: now, MaxTimestamp: now,
		ProducerID: p.id, ProducerEpoch: p.epoch, FirstSequence: int32(n), NumRecords: 1, Records: records,
	}
	raw := b.AppendTo(nil)
	b.Length = int32(len(raw) - 12)
	raw = b.AppendTo(nil)
	b.CRC = int32(crc32.Checksum(raw[21:], crc32.MakeTable(crc32.Castagnoli)))
	topic := kmsg.NewProduceRequestTopic()
	topic.Topic = "logs"
	part := kmsg.NewProduceRequestTopicPartition()
	part.Records = b.AppendTo(nil)
	topic.Partitions = append(topic.Partitions, part)
	req := kmsg.NewPtrProduceRequest()
	req.Acks, req.TimeoutMillis = -1, 5000
	req.Topics = append(req.Topics, topic)
	c, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.MaxVersions(kversion.V2_8_0())) // later ones name topics by id
	if err != nil {
		p.t.Fatal(err)
	}
	defer c.Close()
	res, err := req.RequestWith(p.t.Context(), c)
	if err != nil {
		p.t.Fatal(err)
	}
	got := res.Topics[0].Partitions[0]
	return got.BaseOffset, kerr.ErrorForCode(got.ErrorCode)
}

// TestProducerGoesOnAfterACrash: a producer that sends again what was taken, and not acknowledged before the crash, is
// told where it stands; what it sends next is taken. Whatever state of producers the last orderly end left.
func TestProducerGoesOnAfterACrash(t *testing.T) {
	for _, closedBefore := range []bool{false, true} {
		dir := t.TempDir()
		opts := embedded.Options{Dir: dir, Partitions: 1}
		b := start(t, opts)
		p := newIdempotent(t, b.Addr())
		sent := 0
		more := func(addr string) {
			t.Helper()
			for range 3 {
				if at, err := p.send(addr, sent); err != nil || at != int64(sent) {
					t.Fatalf("batch %d stands at %d: %v", sent, at, err)
				}
				sent++
			}
		}
		more(b.Addr())
		closeBroker(t, b)
		if !closedBefore { // as a crash leaves it: nothing was kept at the end
			for _, name := range []string{"closed-in-order", "log/seq_windows.json", "log/session_state.json"} {
				if err := os.Remove(filepath.Join(dir, name)); err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
			}
		}
		c := newChild(t, dir)
		more(c.addr)
		c.kill()
		b = start(t, opts)
		if b.Clean() {
			t.Error("a killed broker counts as closed in order")
		}
		if at, err := p.send(b.Addr(), sent-1); err != nil || at != int64(sent-1) {
			t.Errorf("closed before %v: the last batch sent again stands at %d: %v, want %d", closedBefore, at, err, sent-1)
		}
		more(b.Addr())
		if end, _, _ := b.Reach(0); end != int64(sent) {
			t.Errorf("closed before %v: the log holds %d batches, want %d", closedBefore, end, sent)
		}
	}
}

// TestTornJournal: a crash tears the journal of producers; those that come after it are known after the next crash.
func TestTornJournal(t *testing.T) {
	dir := t.TempDir()
	c := newChild(t, dir)
	newIdempotent(t, c.addr)
	c.kill()
	path := filepath.Join(dir, "log", "pids.log")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	torn := append(bytes.Clone(whole), binary.LittleEndian.AppendUint32(nil, 90)...)
	if err := os.WriteFile(path, append(torn, "half of an ent"...), 0o600); err != nil {
		t.Fatal(err)
	}
	c = newChild(t, dir)
	p := newIdempotent(t, c.addr)
	if _, err := p.send(c.addr, 0); err != nil {
		t.Fatal(err)
	}
	c.kill()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(data, whole) || bytes.Contains(data, []byte("half of an ent")) || len(data) <= len(whole) {
		t.Errorf("the journal holds %q, want what is whole of %q and one more entry", data, torn)
	}
	b := start(t, embedded.Options{Dir: dir, Partitions: 1})
	if at, err := p.send(b.Addr(), 0); err != nil || at != 0 {
		t.Errorf("the batch sent again stands at %d: %v, want 0", at, err)
	}
}

// TestHeld: producers are refused, with an error after which they try again, until they are admitted.
func TestHeld(t *testing.T) {
	b := start(t, embedded.Options{Dir: t.TempDir(), Partitions: 1, Held: true})
	p := newIdempotent(t, b.Addr())
	_, err := p.send(b.Addr(), 0)
	if !kerr.IsRetriable(err) {
		t.Errorf("while producers are held: %v, want an error to try again after", err)
	}
	if _, why := b.Trouble(); why == nil {
		t.Error("nothing tells that producers are held")
	}
	b.Admit()
	if at, err := p.send(b.Addr(), 0); err != nil || at != 0 {
		t.Errorf("once admitted: offset %d, %v", at, err)
	}
	if _, why := b.Trouble(); why != nil {
		t.Errorf("once admitted: %v", why)
	}
}
