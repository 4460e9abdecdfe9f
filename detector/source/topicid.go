package source

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
	"github.com/segmentio/kafka-go/protocol/apiversions"
)

// topicIDVersion is the first version of metadata that tells a topic's id, of Kafka 2.8.
const topicIDVersion = 10

// topicID asks the broker of conn which topic has the name now, as 32 hex digits: a topic that is deleted and made anew
// has another id under the same name. It is empty where the broker is too old to give topics ids.
func (c *client) topicID(ctx context.Context, conn *protocol.Conn, topic string) (string, error) {
	got, err := c.roundTrip(ctx, conn, new(apiversions.Request))
	if err != nil {
		return "", err
	}
	for _, r := range got.(*apiversions.Response).ApiKeys {
		if protocol.ApiKey(r.ApiKey) == protocol.Metadata && (r.MinVersion > topicIDVersion || r.MaxVersion < topicIDVersion) {
			return "", nil
		}
	}
	got, err = c.roundTrip(ctx, conn, &topicIDRequest{clientID: c.opts.ClientID, topic: topic})
	if err != nil {
		return "", err
	}
	res := got.(*topicIDResponse)
	if res.code != 0 {
		return "", fmt.Errorf("kafka: topic %s: %w", topic, kafka.Error(res.code))
	}
	if res.id == [16]byte{} {
		return "", nil
	}
	return hex.EncodeToString(res.id[:]), nil
}

// another reports whether two ids are of two logs; a broker that gives none tells nothing.
func another(a, b string) bool { return a != "" && b != "" && a != b }

// topicIDRequest is a metadata request of topicIDVersion, which kafka-go does not speak.
type topicIDRequest struct{ clientID, topic string }

type topicIDResponse struct {
	code int16
	id   [16]byte
}

// ApiKey implements protocol.Message.
func (*topicIDRequest) ApiKey() protocol.ApiKey { return protocol.Metadata }

// ApiKey implements protocol.Message.
func (*topicIDResponse) ApiKey() protocol.ApiKey { return protocol.Metadata }

// Required implements protocol.RawExchanger.
func (*topicIDRequest) Required(map[protocol.ApiKey]int16) bool { return true }

// RawExchange implements protocol.RawExchanger.
func (r *topicIDRequest) RawExchange(rw io.ReadWriter) (protocol.Message, error) {
	if _, err := rw.Write(r.encode()); err != nil {
		return nil, err
	}
	var head [4]byte
	if _, err := io.ReadFull(rw, head[:]); err != nil {
		return nil, err
	}
	size := int(int32(binary.BigEndian.Uint32(head[:])))
	if size < 4 || size > maxResponse {
		return nil, fmt.Errorf("metadata: answer of %d bytes", size)
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(rw, body); err != nil {
		return nil, err
	}
	return parseTopicID(body)
}

// topicIDCorrelation numbers the only request of its kind that is under way on a connection.
const topicIDCorrelation = 0x746f6373

func (r *topicIDRequest) encode() []byte {
	b := make([]byte, 4, 96+len(r.topic))
	b = binary.BigEndian.AppendUint16(b, uint16(protocol.Metadata))
	b = binary.BigEndian.AppendUint16(b, topicIDVersion)
	b = appendInt32(b, topicIDCorrelation)
	b = appendString(b, r.clientID)
	b = append(b, 0) // no tagged fields
	b = append(b, 2) // one topic
	b = append(b, make([]byte, 16)...)
	b = binary.AppendUvarint(b, uint64(len(r.topic))+1)
	b = append(b, r.topic...)
	b = append(b, 0)       // no tagged fields
	b = append(b, 0, 0, 0) // make no topic, tell no rights
	b = append(b, 0)       // no tagged fields
	binary.BigEndian.PutUint32(b, uint32(len(b)-4))
	return b
}

func parseTopicID(b []byte) (*topicIDResponse, error) {
	p := parser{b: b}
	if id := p.int32(); p.err == nil && id != topicIDCorrelation {
		return nil, fmt.Errorf("metadata: answer to question %d, asked was %d", id, topicIDCorrelation)
	}
	p.tags()
	p.int32()                                          // throttled for so long
	for n := p.uvarint(); n > 1 && p.err == nil; n-- { // brokers
		p.int32()
		p.compact()
		p.int32()
		p.compact()
		p.tags()
	}
	p.compact() // cluster
	p.int32()   // controller
	if n := p.uvarint(); p.err == nil && n != 2 {
		return nil, errors.New("metadata: the answer is not about one topic")
	}
	res := topicIDResponse{code: p.int16()}
	p.compact() // name
	copy(res.id[:], p.take(len(res.id)))
	if p.err != nil {
		return nil, fmt.Errorf("metadata: %w", p.err)
	}
	return &res, nil
}

// uvarint takes an unsigned number of variable length.
func (p *parser) uvarint() uint64 {
	v, n := binary.Uvarint(p.b)
	if n <= 0 {
		p.fail()
		return 0
	}
	p.b = p.b[n:]
	return v
}

// compact takes a string or bytes led by the length plus one; 0 is nil.
func (p *parser) compact() []byte {
	n := p.uvarint()
	if n == 0 {
		return nil
	}
	if n-1 > uint64(len(p.b)) {
		p.fail()
		return nil
	}
	return p.take(int(n - 1))
}

// tags passes tagged fields over.
func (p *parser) tags() {
	for n := p.uvarint(); n > 0 && p.err == nil; n-- {
		p.uvarint()
		size := p.uvarint()
		if size > uint64(len(p.b)) {
			p.fail()
			return
		}
		p.take(int(size))
	}
}
