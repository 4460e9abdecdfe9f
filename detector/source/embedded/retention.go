package embedded

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
)

// arrivals remember how far each partition had come at times in the past. What came before the oldest of them that is
// older than the retention is deleted. The times of records do not decide: they are their senders', and one that writes
// 1970 would take every line before it along, read or not.
type arrivals struct {
	Log    string    `json:"log"` // the topic's id, of which these are the offsets
	Points []arrival `json:"points"`
}

// arrival is how far each partition had come at one time.
type arrival struct {
	At   time.Time `json:"at"`
	Ends []int64   `json:"ends"` // by partition
}

const (
	arrivalsFile = "arrivals.json"
	// pointsKept is how finely time is told: lines live up to a forty-eighth longer than the retention.
	pointsKept = 48
)

// retainer deletes what is older than the retention.
type retainer struct {
	cluster *kfake.Cluster
	topic   string
	path    string
	keep    time.Duration
	known   arrivals
	next    time.Time // no earlier does it try again
}

// retryEvery is how long it waits after an error.
const retryEvery = time.Minute

// newRetainer goes on where the process before left off. What cannot be read is begun anew: lines then stay longer.
func newRetainer(cluster *kfake.Cluster, opts Options) (*retainer, error) {
	r := &retainer{cluster: cluster, topic: opts.Topic, path: filepath.Join(opts.Dir, arrivalsFile), keep: opts.RetentionTime}
	text, err := os.ReadFile(r.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return r, nil
	case err != nil:
		return nil, err
	case json.Unmarshal(text, &r.known) != nil:
		r.known = arrivals{}
	}
	return r, nil
}

// run notes how far the partitions have come, once in a while, and deletes what had come before the retention began.
func (r *retainer) run(now time.Time) error {
	topic := r.cluster.TopicInfo(r.topic)
	if topic == nil || now.Before(r.next) && r.next.Sub(now) <= retryEvery {
		return nil
	}
	r.next = now.Add(retryEvery)
	if log := hex.EncodeToString(topic.TopicID[:]); r.known.Log != log {
		r.known = arrivals{Log: log}
	}
	points := r.known.Points
	if n := len(points); n > 0 && points[n-1].At.After(now) { // the clock went back: what came then came by now
		points[n-1].At = now
	}
	if n := len(points); n > 0 && now.Sub(points[n-1].At) < r.keep/pointsKept {
		return nil
	}
	var old *arrival
	for len(points) > 0 && now.Sub(points[0].At) >= r.keep {
		old, points = &points[0], points[1:]
	}
	at := arrival{At: now}
	for _, p := range r.cluster.PartitionInfos(r.topic) {
		at.Ends = append(at.Ends, p.HighWatermark)
		if old == nil || int(p.Partition) >= len(old.Ends) {
			continue
		}
		// The newest record stays: the log of a partition without one would begin again at 0.
		if to := min(old.Ends[p.Partition], p.HighWatermark-1); to > p.LogStartOffset {
			if err := r.cluster.DeleteRecords(r.topic, p.Partition, to); err != nil {
				return fmt.Errorf("delete the records of partition %d before %d: %w", p.Partition, to, err)
			}
		}
	}
	r.known.Points = append(points, at)
	text, err := json.Marshal(r.known)
	if err != nil {
		return err
	}
	return replaceFile(r.path, text)
}
