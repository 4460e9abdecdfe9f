package engine

import (
	"sync/atomic"

	"github.com/tocsin-io/tocsin/detector"
)

// Stats counts what goes through the engine of one process. All counters only grow; safe for concurrent use.
type Stats struct {
	Records      atomic.Uint64 // records read
	Lines        atomic.Uint64 // events counted
	Bytes        atomic.Uint64 // bytes of their records
	Unstructured atomic.Uint64 // events whose record had no keys and values
	Skewed       atomic.Uint64 // events whose time was corrected
	Late         atomic.Uint64 // events counted into buckets that were complete
	Secrets      atomic.Uint64 // secrets removed
	Withheld     atomic.Uint64 // events of which nothing is told, as their secrets could not be removed
	Overflow     atomic.Uint64 // events counted under an overflow template
	Lost         atomic.Uint64 // offsets that could not be read any more
	Rewound      atomic.Uint64 // times the backend stood before what it had acknowledged
	Flushes      atomic.Uint64 // writes of counts
	Retries      atomic.Uint64 // writes that had to be tried again
	Fenced       atomic.Uint64 // times a newer owner was met
	Buckets      atomic.Uint64 // buckets judged, all shards
	Opened       atomic.Uint64 // incidents opened
}

func (s *Stats) event(ev *detector.Event, skewed bool) {
	s.Lines.Add(1)
	s.Bytes.Add(uint64(ev.Bytes))
	if !ev.Structured {
		s.Unstructured.Add(1)
	}
	if skewed {
		s.Skewed.Add(1)
	}
	if n := len(ev.Secrets); n > 0 {
		s.Secrets.Add(uint64(n))
	}
	if ev.Shape == detector.OverflowShape {
		s.Overflow.Add(1)
	}
}
