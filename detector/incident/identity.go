package incident

import (
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// family says which kinds of one series are the same matter: a surge in which a hidden error is found stays one
// incident and changes its kind.
func family(k detector.Kind) string {
	switch k {
	case detector.KindSurge, detector.KindErrorSpike, detector.KindMaskedError, detector.KindNewError,
		detector.KindRamp, detector.KindVolume:
		return "up"
	case detector.KindFall, detector.KindSilence:
		return "down"
	}
	return string(k)
}

// rank orders kinds of one family by how much they explain: an incident takes the kind of the highest rank it met.
func rank(k detector.Kind) int {
	switch k {
	case detector.KindMaskedError, detector.KindSilence:
		return 4
	case detector.KindErrorSpike, detector.KindNewError:
		return 3
	case detector.KindSurge, detector.KindFall:
		return 2
	case detector.KindVolume, detector.KindRamp:
		return 1
	}
	return 0
}

// SeriesKey is the identity of a series as text, unique and stable.
func SeriesKey(s detector.Series) string {
	return strings.Join([]string{
		fmt.Sprint(uint8(s.Class)), plain(s.Service), plain(s.Environment), s.Level.String(), s.Shape.String(), plain(s.Name), plain(s.Key),
	}, separator)
}

func plain(s string) string { return strings.ReplaceAll(s, separator, " ") }

// ParseSeriesKey reads what SeriesKey made.
func ParseSeriesKey(key string) (detector.Series, bool) {
	part := strings.Split(key, separator)
	if len(part) != 7 {
		return detector.Series{}, false
	}
	class, err := strconv.ParseUint(part[0], 10, 8)
	level, known := detector.ParseLevel(part[3])
	shape, err2 := detector.ParseShapeID(part[4])
	if err != nil || err2 != nil || !known {
		return detector.Series{}, false
	}
	return detector.Series{
		Class: detector.Class(class), Service: part[1], Environment: part[2], Level: level, Shape: shape,
		Name: part[5], Key: part[6],
	}, true
}

// separator stands between the parts of a series key; in a part it becomes a blank.
const separator = "\x1f"

// id is the first 12 hex digits of a hash of what decides an incident: the same on every replica and replay.
func id(series, family string, bucket time.Time) string {
	h := fnv.New128a()
	fmt.Fprintf(h, "%s\x1e%s\x1e%d", series, family, bucket.Unix())
	return hex.EncodeToString(h.Sum(nil))[:12]
}
