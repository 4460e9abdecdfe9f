package wording

import (
	"strconv"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
)

// maxPartitions is how many partitions a sentence names.
const maxPartitions = 3

// Kept says of an open incident of a secret what tocsin kept of it, and where it can still be read.
func Kept(in *detector.Incident) string {
	if in.Kind != detector.KindSecret || in.Status == detector.StatusResolved {
		return ""
	}
	const none = "tocsin stored, showed and sent none of it. "
	at := places(in.Places)
	if at == "" {
		return none + "The topic and whatever else reads it still hold it."
	}
	return none + "It can still be read in " + at + ", and in whatever else reads the topic."
}

// places names partitions with the offsets between which the lines stand.
func places(at []detector.Span) string {
	var parts []string
	topic, more := "", 0
	for len(at) > 0 {
		n, lines := 0, uint64(0)
		for n < len(at) && at[n].Topic == at[0].Topic && at[n].Partition == at[0].Partition {
			lines += at[n].Lines
			n++
		}
		first, last := at[0], at[n-1]
		at = at[n:]
		if len(parts) == maxPartitions {
			more++
			continue
		}
		part := "partition " + strconv.Itoa(first.Partition) + ", "
		if first.Topic != topic {
			topic = first.Topic
			part = "topic " + Middle(Clean(topic), maxName) + ", " + part
		}
		if first.From == last.To {
			part += "offset " + strconv.FormatInt(first.From, 10)
		} else {
			part += Count(lines) + " " + Plural(lines, "line", "lines") + " from offset " + strconv.FormatInt(first.From, 10) + " to " + strconv.FormatInt(last.To, 10)
		}
		parts = append(parts, part)
	}
	if more > 0 {
		parts = append(parts, Count(uint64(more))+" further "+Plural(uint64(more), "partition", "partitions"))
	}
	return strings.Join(parts, "; ")
}
