package decode

import "time"

// Options configure a Decoder. The zero value is usable.
type Options struct {
	// MaxEvent bounds the bytes of an event that is joined of several lines; what follows is an event of its own.
	// 0 means 256 KiB.
	MaxEvent int
	// JoinTimeout is how long, in record time, an event waits for lines that continue it. 0 means one second.
	JoinTimeout time.Duration
	// MaxSources bounds the events that wait for their continuation, one a source. 0 means 4096.
	MaxSources int
	// MaxWaiting bounds the bytes of all events that wait. 0 means 32 MiB.
	MaxWaiting int
	// Pins gives the format of a topic, one of Formats: "text" takes each value as a message as it is. Topics that are
	// not named are recognised line by line.
	Pins map[string]string
	// Service and Environment stand where an event states none.
	Service     string
	Environment string
	// Ordered emits events in the order in which they began, at the price of waiting: for files, where people
	// compare output with input. Streams do not need it.
	Ordered bool
	// Now completes times without year or day where the record has no time of its own. nil means that such times are
	// taken to be in 1970.
	Now func() time.Time
}

func (o Options) withDefaults() Options {
	if o.MaxEvent <= 0 {
		o.MaxEvent = 256 << 10
	}
	if o.JoinTimeout <= 0 {
		o.JoinTimeout = time.Second
	}
	if o.MaxSources <= 0 {
		o.MaxSources = 4096
	}
	if o.MaxWaiting <= 0 {
		o.MaxWaiting = 32 << 20
	}
	if o.Now == nil {
		o.Now = func() time.Time { return time.Unix(0, 0).UTC() }
	}
	return o
}
