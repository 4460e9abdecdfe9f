package incident

import (
	"encoding/hex"
	"fmt"
	"hash/fnv"
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
		fmt.Sprint(uint8(s.Class)), s.Service, s.Environment, s.Level.String(), s.Shape.String(), s.Name, s.Key,
	}, "\x1f")
}

// id is the first 12 hex digits of a hash of what decides an incident: the same on every replica and replay.
func id(series, family string, bucket time.Time) string {
	h := fnv.New128a()
	fmt.Fprintf(h, "%s\x1e%s\x1e%d", series, family, bucket.Unix())
	return hex.EncodeToString(h.Sum(nil))[:12]
}
