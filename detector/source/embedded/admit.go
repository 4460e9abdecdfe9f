package embedded

import (
	"encoding/hex"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// door refuses what producers send while it must not be taken, with an error after which they try again.
type door struct {
	held  atomic.Bool               // until Admit
	space func() (free, all int64)  // of the disk; below 0 where it is not known
	short atomic.Pointer[time.Time] // since when the disk has no room
	now   func() time.Time
}

// What is left free on the disk for those that must write when producers may not: 64 MiB, or a twentieth of a small disk.
const (
	reserveMost = 64 << 20
	reservePart = 20
)

// shut reports whether a produce request is refused.
func (d *door) shut(kmsg.Request) bool { return d.full() || d.held.Load() }

// full looks whether the disk has room and remembers since when it has none.
func (d *door) full() bool {
	free, all := d.space()
	if free < 0 || free >= min(reserveMost, all/reservePart) {
		d.short.Store(nil)
		return false
	}
	now := d.now()
	d.short.CompareAndSwap(nil, &now)
	return true
}

// faults makes the broker ask the door. The error is that of a broker whose disk failed: every client tries again.
func (d *door) faults() kfake.Fault {
	return kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Err: kerr.KafkaStorageError, Count: -1, When: d.shut}
}

// Admit lets producers in. Until then they wait: after a power loss the log may end before what was counted of it, and
// what came now would take offsets that are counted already.
func (b *Broker) Admit() { b.door.held.Store(false) }

// Reach is how far a partition of the topic goes, and of which log the offset is: what source.Bounds calls End and Log.
func (b *Broker) Reach(partition int) (end int64, log string, ok bool) {
	info, topic := b.cluster.PartitionInfo(b.topic, int32(partition)), b.cluster.TopicInfo(b.topic)
	if info == nil || topic == nil {
		return 0, "", false
	}
	return info.HighWatermark, hex.EncodeToString(topic.TopicID[:]), true
}

// Trouble says since when producers are refused, and why; nil while they are not.
func (b *Broker) Trouble() (since time.Time, err error) {
	if b.door.full() {
		if at := b.door.short.Load(); at != nil {
			since = *at
		}
		free, _ := b.door.space()
		return since, fmt.Errorf("the disk of %s is full: %d MiB are free; producers wait until there is room", b.dir, free>>20)
	}
	if at := b.failing.Load(); at != nil {
		return at.since, fmt.Errorf("the log is not written through to the disk: %w", at.err)
	}
	if b.door.held.Load() {
		return b.started, fmt.Errorf("producers wait until the counts stand within the log again, which ends before them after a power loss")
	}
	return time.Time{}, nil
}
