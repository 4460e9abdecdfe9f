package engine

import "github.com/tocsin-io/tocsin/detector"

// maxReplaySeries bounds the series of a Replay that have a number, and of which lines are kept.
const maxReplaySeries = 20_000

// noNumber is the number of a series for which no room was left.
const noNumber = -1

// replaySeries numbers series in the order in which they are met.
type replaySeries struct {
	numbers map[detector.Series]int32
	all     []detector.Series
	recent  [1024]recentSeries // by a few bits of the shape: a line's series is mostly one that was met a moment ago
}

type recentSeries struct {
	series detector.Series
	number int32
}

func newReplaySeries() *replaySeries {
	return &replaySeries{numbers: make(map[detector.Series]int32)}
}

// number is the number of a series; noNumber where there are too many.
func (n *replaySeries) number(s detector.Series) int32 {
	if s.Class != detector.ClassLine || s.Shape == 0 {
		return n.find(s)
	}
	r := &n.recent[(uint64(s.Shape)+uint64(s.Level))%uint64(len(n.recent))]
	if r.series != s {
		*r = recentSeries{s, n.find(s)}
	}
	return r.number
}

func (n *replaySeries) find(s detector.Series) int32 {
	i, ok := n.numbers[s]
	switch {
	case ok:
		return i
	case len(n.all) >= maxReplaySeries:
		return noNumber
	}
	i = int32(len(n.all))
	n.numbers[s] = i
	n.all = append(n.all, s)
	return i
}
