package detector

import "time"

// Record is one message of a log topic as it was delivered. Key, Value and Headers belong to the reader and are valid
// only until its next call.
type Record struct {
	Topic     string
	Partition int
	Offset    int64
	Time      time.Time // the broker's or producer's time stamp of the record, UTC
	Key       []byte    // nil where the record has none
	Value     []byte    // nil is a tombstone
	Headers   []Header
}

// Header is one header of a record.
type Header struct {
	Key   string
	Value []byte
}

// Position names one record for ever: where a line can be read again, or purged.
type Position struct {
	Topic     string `json:"topic"`
	Partition int    `json:"partition"`
	Offset    int64  `json:"offset"`
}

// Pending is a record of which some events are not finished yet, because a later record may continue them. Its first
// Skip events were handed on already.
type Pending struct {
	Offset int64 `json:"offset"`
	Skip   int   `json:"skip,omitempty"`
}
