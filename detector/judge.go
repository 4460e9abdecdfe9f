package detector

// Judge turns the buckets of one shard into signals. It is deterministic: the same buckets in the same order give the
// same signals, whatever the clock says, so its state can be rebuilt from counts. Not safe for concurrent use.
type Judge interface {
	// Step takes a complete bucket. Buckets come in order and without holes (an empty one has no rows). The signals
	// that hold at its end are returned, also those that held before.
	Step(b *Bucket) []Signal
	// Peek tries the unfinished bucket that follows the last Step, on a copy: the state stays as it was. Only alarms
	// that further lines cannot take back are returned.
	Peek(b *Bucket) []Signal
	// AppendState appends the state in a versioned form that Restore of the same judge reads.
	AppendState(b []byte) ([]byte, error)
	Restore(b []byte) error
}
