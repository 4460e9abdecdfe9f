package detector

import (
	"strconv"
	"strings"
)

// Loss is why offsets of a log were never read, or are counted no more.
type Loss string

// The reasons of a loss.
const (
	LossTrimmed   Loss = "trimmed"   // the log's retention, or a person, removed them before they were read
	LossCompacted Loss = "compacted" // compaction removed them
	LossCorrupt   Loss = "corrupt"   // their checksum is wrong, or they cannot be taken apart
	LossFormat    Loss = "format"    // they are in a format older than Kafka 0.11
	LossAnew      Loss = "anew"      // their topic was deleted and made anew
	LossCut       Loss = "cut"       // the log ends before what was counted of it
	LossCounts    Loss = "counts"    // they were counted, the counts were lost, and the log does not hold them any more
	LossPending   Loss = "pending"   // they were read and held for the lines that follow, and were gone when they were read again
)

// LossSeries counts the offsets of a partition that were lost for one reason.
func LossSeries(topic string, partition int, why Loss) Series {
	return Series{Class: ClassLoss, Name: topic, Key: strconv.Itoa(partition) + " " + string(why)}
}

// Lost is the partition of a series of ClassLoss or ClassInput, and why its offsets were lost.
func (s Series) Lost() (partition int, why Loss, ok bool) {
	number, rest, _ := strings.Cut(s.Key, " ")
	partition, err := strconv.Atoi(number)
	return partition, Loss(rest), err == nil && (s.Class == ClassLoss || s.Class == ClassInput)
}
