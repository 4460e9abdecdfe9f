package dashboards

import (
	"context"
	"time"
)

// HealthSource tells how the pipeline is.
type HealthSource interface {
	// Health returns the state as of now. It does not fail: what cannot be asked is in Stores as away.
	Health(ctx context.Context) Health
}

// Health is the state of the pipeline.
type Health struct {
	At             time.Time
	LinesPerSecond float64       // over the last minute
	LagLines       int64         // over all partitions
	Lag            time.Duration // of the partition that is most behind
	CountedTo      time.Time     // least watermark; zero while nothing was read
	JudgedTo       time.Time     // up to when all that this process judges is judged; zero while nothing is
	FirstLine      time.Time     // when the first line ever was counted; zero while none was
	LinesTotal     uint64
	Bucket         time.Duration
	Topic          string
	Group          string
	Generation     int
	Replicas       int
	Partitions     []Partition
	Stages         []Stage
	Stores         []Store
	SkewedHosts    []SkewedHost
	Unstructured   []ServiceShare // of the last hour
	OwnErrors      []OwnError     // of 24 h
	Sources        []string       // broker addresses
}

// Unjudged is for how long what is counted is not judged yet: no incident of it is known. It is 0 where judging is up to
// judgedLateAfter behind, as buckets are judged once they are complete.
func (h Health) Unjudged() time.Duration { return unjudged(h.CountedTo, h.JudgedTo) }

const judgedLateAfter = 2 * time.Minute

func unjudged(counted, judged time.Time) time.Duration {
	if d := counted.Sub(judged); !judged.IsZero() && d > judgedLateAfter {
		return d
	}
	return 0
}

// Partition is how far one partition is read and counted.
type Partition struct {
	Topic     string
	ID        int
	Owner     string
	Offset    int64 // counted up to
	LagLines  int64
	Behind    time.Duration
	Watermark time.Time
	History   []float64 // lag in lines, oldest first, evenly spaced over 30 min; nil where it is not kept
}

// Stage is one stage of the pipeline: Read, Decode, Redact, Shape, Count, Detect, Send.
type Stage struct {
	Name  string
	Value float64 // the figure
	Unit  string  // "", "series"
	Notes []string
	Bad   bool
}

// Store is something that tocsin keeps its state in or reads from.
type Store struct {
	Name      string // Kafka, Redis, Postgres, SQLite
	Note      string // "3 brokers"
	Latency   time.Duration
	Since     time.Time // good or away since
	Away      bool
	Error     string
	Effect    string // while away: what waits and what goes on
	QueuedFor int64  // lines that wait for it; 0 where it is not known
}

// SkewedHost is a host whose clock is off.
type SkewedHost struct {
	Host  string
	Off   time.Duration // positive: fast
	Since time.Time
	Lines uint64 // that were corrected since
}

// ServiceShare is a part of a service's lines, 0 to 1.
type ServiceShare struct {
	Service string
	Share   float64
}

// OwnError is a distinct cause of tocsin's own errors.
type OwnError struct {
	Times  int
	Part   string
	Cause  string
	Last   time.Time
	Action string // what was done
}
