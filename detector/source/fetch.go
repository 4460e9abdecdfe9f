package source

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
)

// maxResponse bounds one answer; Kafka's own largest message is far below it.
const maxResponse = 256 << 20

// maxMuted bounds how long a broker is left alone.
const maxMuted = time.Minute

// errWaiting: there is nothing to take yet. Either the question stays asked, or, by the broker's quota, none is to be
// asked for a while.
var errWaiting = errors.New("kafka: no answer yet")

// fetcher reads one partition over one connection. After an answer was taken the next question is sent at once, so the
// broker works while the records are worked on.
type fetcher struct {
	conn      *protocol.Conn
	clientID  string
	topic     string
	partition int
	maxWait   time.Duration
	maxBytes  int
	timeout   time.Duration

	asked       bool  // a question is on its way
	askedOffset int64 // for what
	askedAt     time.Time
	mutedTo     time.Time // the broker takes no question before
	correlation int32
	request     []byte
	response    []byte
}

// muted is how long no question is to be asked.
func (f *fetcher) muted(now time.Time) time.Duration { return f.mutedTo.Sub(now) }

// answer is the partition's part of a fetch response. Its slices alias the fetcher's buffer.
type answer struct {
	throttle time.Duration // the broker takes no further question for so long
	err      error         // a kafka.Error that the broker gave for the partition
	first    int64
	end      int64
	stable   int64        // records from here on are not handed out: a transaction is open
	aborted  []abortedTxn // sorted by first offset
	records  []byte
}

// abortedTxn is a producer whose records from first on were taken back, up to the marker that says so.
type abortedTxn struct {
	producer int64
	first    int64
}

func (f *fetcher) close() { f.conn.Close() }

// ask sends the question for the records from offset on.
func (f *fetcher) ask(offset int64, now time.Time) error {
	f.correlation++
	b := f.request[:0]
	b = append(b, 0, 0, 0, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(protocol.Fetch))
	b = binary.BigEndian.AppendUint16(b, fetchVersion)
	b = binary.BigEndian.AppendUint32(b, uint32(f.correlation))
	b = appendString(b, f.clientID)
	b = appendInt32(b, -1) // no replica
	b = appendInt32(b, int32(f.maxWait/time.Millisecond))
	b = appendInt32(b, 1) // least bytes
	b = appendInt32(b, int32(f.maxBytes))
	b = append(b, 1)       // only what was committed
	b = appendInt32(b, 0)  // no session
	b = appendInt32(b, -1) // nor a new one
	b = appendInt32(b, 1)  // one topic
	b = appendString(b, f.topic)
	b = appendInt32(b, 1) // one partition
	b = appendInt32(b, int32(f.partition))
	b = appendInt32(b, -1) // whatever the leader's epoch
	b = binary.BigEndian.AppendUint64(b, uint64(offset))
	b = appendInt64(b, -1) // no log start of a follower
	b = appendInt32(b, int32(f.maxBytes))
	b = appendInt32(b, 0) // no topics to forget
	binary.BigEndian.PutUint32(b, uint32(len(b)-4))
	f.request = b
	if err := f.conn.SetDeadline(now.Add(f.timeout)); err != nil {
		return err
	}
	if _, err := f.conn.Write(b); err != nil {
		return fmt.Errorf("kafka: fetch: %w", err)
	}
	f.asked, f.askedOffset, f.askedAt = true, offset, now
	return nil
}

// take waits for the answer, a little longer than the broker holds it back at most; then it returns errWaiting.
func (f *fetcher) take(now time.Time) (answer, error) {
	if err := f.conn.SetReadDeadline(now.Add(f.maxWait + 200*time.Millisecond)); err != nil {
		return answer{}, err
	}
	head, err := f.conn.Peek(4)
	if err != nil {
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() && now.Sub(f.askedAt) < f.timeout {
			return answer{}, errWaiting
		}
		return answer{}, fmt.Errorf("kafka: fetch: %w", err)
	}
	size := int(int32(binary.BigEndian.Uint32(head)))
	if size < 4 || size > maxResponse {
		return answer{}, fmt.Errorf("kafka: fetch: answer of %d bytes", size)
	}
	if err := f.conn.SetReadDeadline(now.Add(f.timeout)); err != nil {
		return answer{}, err
	}
	if cap(f.response) > maxKept {
		f.response = nil
	}
	f.response = slices.Grow(f.response[:0], size+4)[:size+4]
	if _, err := io.ReadFull(f.conn, f.response); err != nil {
		return answer{}, fmt.Errorf("kafka: fetch: %w", err)
	}
	f.asked = false
	a, err := f.parse(f.response[4:])
	f.mutedTo = now.Add(min(a.throttle, maxMuted))
	return a, err
}

// parse takes an answer apart. One of a broker whose quota is exceeded is about no topic: the error is errWaiting, and
// the answer says for how long.
func (f *fetcher) parse(b []byte) (answer, error) {
	var a answer
	p := parser{b: b}
	if id := p.int32(); p.err == nil && id != f.correlation {
		return answer{}, fmt.Errorf("kafka: fetch: answer to question %d, asked was %d", id, f.correlation)
	}
	a.throttle = time.Duration(max(0, p.int32())) * time.Millisecond
	if code := p.int16(); p.err == nil && code != 0 {
		return answer{}, fmt.Errorf("kafka: fetch: %w", kafka.Error(code))
	}
	p.int32() // session
	switch n := p.int32(); {
	case p.err == nil && n == 0 && a.throttle > 0:
		return a, errWaiting
	case p.err == nil && n != 1:
		return answer{}, fmt.Errorf("kafka: fetch: answer about %d topics", n)
	}
	topic := p.string()
	if n := p.int32(); p.err == nil && (n != 1 || topic != f.topic) {
		return answer{}, fmt.Errorf("kafka: fetch: answer about %d partitions of %q", n, topic)
	}
	if id := p.int32(); p.err == nil && int(id) != f.partition {
		return answer{}, fmt.Errorf("kafka: fetch: answer about partition %d", id)
	}
	if code := p.int16(); code != 0 {
		a.err = kafka.Error(code)
	}
	a.end = p.int64()
	a.stable = p.int64()
	a.first = p.int64()
	if n := p.int32(); n > 0 {
		if int(n) > len(p.b)/16 {
			p.fail()
			n = 0
		}
		for range n {
			a.aborted = append(a.aborted, abortedTxn{producer: p.int64(), first: p.int64()})
		}
		slices.SortFunc(a.aborted, func(x, y abortedTxn) int {
			if x.first < y.first {
				return -1
			}
			return 1
		})
	}
	if n := p.int32(); n > 0 {
		a.records = p.take(int(n))
	}
	if p.err != nil {
		return answer{}, fmt.Errorf("kafka: fetch: %w", p.err)
	}
	return a, nil
}

func appendInt32(b []byte, v int32) []byte { return binary.BigEndian.AppendUint32(b, uint32(v)) }
func appendInt64(b []byte, v int64) []byte { return binary.BigEndian.AppendUint64(b, uint64(v)) }

func appendString(b []byte, s string) []byte {
	b = binary.BigEndian.AppendUint16(b, uint16(len(s)))
	return append(b, s...)
}
