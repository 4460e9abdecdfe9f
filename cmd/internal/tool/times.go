package tool

import (
	"fmt"
	"hash/fnv"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// parseTime reads RFC 3339, 2006-01-02 15:04:05 (UTC) or seconds since the epoch.
func parseTime(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05", "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	sec, err := strconv.ParseFloat(s, 64)
	if err != nil || math.Abs(sec) > 1e11 || sec != sec {
		return time.Time{}, fmt.Errorf("timestamp %q is not understood: write 2006-01-02T15:04:05Z, 2006-01-02 15:04:05 or seconds since 1970", s)
	}
	whole, part := math.Modf(sec)
	return time.Unix(int64(whole), int64(part*1e9)).UTC(), nil
}

// shapeOf is the id of a template that is known by its text alone.
func shapeOf(text string) detector.ShapeID {
	h := fnv.New64a()
	h.Write([]byte(text))
	return detector.ShapeID(h.Sum64() | 2) // neither 0 nor the overflow's
}

// maxCount is up to where decimals are exact.
const maxCount = 1 << 53

// parseCount reads a whole number from 0 on, also where a table made a decimal of it: 3.0.
func parseCount(s string) (uint64, error) {
	s = strings.TrimSpace(s)
	n, err := strconv.ParseUint(s, 10, 64)
	if err == nil && n <= maxCount {
		return n, nil
	}
	f, ferr := strconv.ParseFloat(s, 64)
	if err == nil || ferr != nil || f < 0 || f > maxCount || f != math.Trunc(f) {
		return 0, fmt.Errorf("count %q is not a whole number from 0 on, at most 9007199254740992", s)
	}
	return uint64(f), nil
}
