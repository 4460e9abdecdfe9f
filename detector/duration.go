package detector

import (
	"fmt"
	"strings"
	"time"
)

// Duration is a time.Duration that reads and prints as text (5m, 10s) in JSON and YAML.
type Duration time.Duration

// String prints it without the trailing zero units of time.Duration: 5m, not 5m0s.
func (d Duration) String() string {
	s := time.Duration(d).String()
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-2]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-2]
	}
	return s
}

// MarshalText prints String.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a duration as ParseDuration does.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := ParseDuration(string(text))
	if err != nil {
		return err
	}
	*d = Duration(v)
	return nil
}

// ParseDuration is time.ParseDuration with days and weeks: 7d, 2w.
func ParseDuration(s string) (time.Duration, error) {
	unit := time.Duration(0)
	switch {
	case strings.HasSuffix(s, "d"):
		unit = 24 * time.Hour
	case strings.HasSuffix(s, "w"):
		unit = 7 * 24 * time.Hour
	default:
		v, err := time.ParseDuration(s)
		if err != nil {
			return 0, fmt.Errorf("%q is not a duration: write 30s, 5m, 2h or 7d", s)
		}
		return v, nil
	}
	var n float64
	if _, err := fmt.Sscanf(s[:len(s)-1], "%g", &n); err != nil || n != n || n > 1e5 || n < -1e5 {
		return 0, fmt.Errorf("%q is not a duration: write 30s, 5m, 2h or 7d", s)
	}
	return time.Duration(n * float64(unit)), nil
}
