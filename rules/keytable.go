package rules

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// keyTable bounds the group keys of one rule over all partitions of this process. Keys live for one or two generations
// of the length of the rule's forget, in event time, so those that come no more make room.
type keyTable struct {
	generation atomic.Uint32 // changes when keys were forgotten

	mu       sync.Mutex
	most     int
	forget   time.Duration
	began    time.Time // of the generation
	now      map[string]string
	old      map[string]string
	overflow uint64 // lines without room
}

func newKeyTable(most int, forget time.Duration) *keyTable {
	return &keyTable{most: most, forget: forget, now: map[string]string{}}
}

// intern returns the one copy of a key, or OverflowKey.
func (t *keyTable) intern(key []byte, at time.Time) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.began.IsZero() {
		t.began = at
	} else if at.Sub(t.began) >= t.forget {
		t.old, t.now, t.began = t.now, make(map[string]string, len(t.now)), at
		t.generation.Add(1)
	}
	if k, ok := t.now[string(key)]; ok {
		return k
	}
	k, ok := t.old[string(key)]
	if !ok {
		if len(t.now)+len(t.old) >= t.most {
			t.overflow++
			return OverflowKey
		}
		k = strings.Clone(string(key))
	}
	t.now[k] = k
	delete(t.old, k)
	return k
}

func (t *keyTable) overflowed() (series int, lines uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.now) + len(t.old), t.overflow
}
