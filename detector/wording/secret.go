package wording

import (
	"strconv"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
)

// maxPartitions is how many partitions a sentence names.
const maxPartitions = 3

// none is what every Kept begins with.
const none = "tocsin stored, showed and sent none of it. "

// Kept says of an open incident of a secret what tocsin kept of it, and where it can still be read.
func Kept(in *detector.Incident) string {
	if in.Kind != detector.KindSecret || in.Status == detector.StatusResolved {
		return ""
	}
	if len(in.Places) == 0 {
		return none + "The topic and whatever else reads it still hold it."
	}
	return none + "It can still be read in " + partitions(in.Places) + ", and in whatever else reads the topic."
}

// KeptInFiles is Kept, resolved or not, of lines that were read from files: a partition is the number of a file, which name
// tells, and an offset the number of a line, from 0.
func KeptInFiles(in *detector.Incident, name func(file int) string) string {
	if in.Kind != detector.KindSecret {
		return ""
	}
	if len(in.Places) == 0 {
		return none + "The file still holds it."
	}
	var parts []string
	runs, more := runsOf(in.Places)
	for _, r := range runs {
		parts = append(parts, Clean(name(r.first.Partition))+", "+r.where("line", 1))
	}
	if more > 0 {
		parts = append(parts, Count(more)+" further "+Plural(more, "file", "files"))
	}
	return none + "It can still be read in " + strings.Join(parts, "; ") + "."
}

// placeRun is the lines of one partition.
type placeRun struct {
	first, last detector.Span
	lines       uint64
}

// where says at which places the lines stand, as word calls them: the first of the log has the number base.
func (r placeRun) where(word string, base int64) string {
	from := word + " " + strconv.FormatInt(r.first.From+base, 10)
	if r.first.From == r.last.To {
		return from
	}
	return Count(r.lines) + " " + Plural(r.lines, "line", "lines") + " from " + from + " to " + strconv.FormatInt(r.last.To+base, 10)
}

// runsOf gathers spans by partition: as many as a sentence names, and how many more there are.
func runsOf(at []detector.Span) (runs []placeRun, more uint64) {
	for len(at) > 0 {
		n, lines := 0, uint64(0)
		for n < len(at) && at[n].Topic == at[0].Topic && at[n].Partition == at[0].Partition {
			lines += at[n].Lines
			n++
		}
		if len(runs) < maxPartitions {
			runs = append(runs, placeRun{at[0], at[n-1], lines})
		} else {
			more++
		}
		at = at[n:]
	}
	return runs, more
}

// partitions names partitions with the offsets between which the lines stand.
func partitions(at []detector.Span) string {
	var parts []string
	topic := ""
	runs, more := runsOf(at)
	for _, r := range runs {
		part := "partition " + strconv.Itoa(r.first.Partition) + ", "
		if r.first.Topic != topic {
			topic = r.first.Topic
			part = "topic " + Middle(Clean(topic), maxName) + ", " + part
		}
		parts = append(parts, part+r.where("offset", 0))
	}
	if more > 0 {
		parts = append(parts, Count(more)+" further "+Plural(more, "partition", "partitions"))
	}
	return strings.Join(parts, "; ")
}
