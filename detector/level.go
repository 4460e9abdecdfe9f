package detector

import "fmt"

// Level is the severity that a line states for itself. Levels are ordered: LevelNone < LevelTrace < … < LevelFatal.
type Level uint8

// The levels, from none stated to the worst.
const (
	LevelNone Level = iota
	LevelTrace
	LevelDebug
	LevelInfo
	LevelWarn
	LevelError
	LevelFatal
)

var levelNames = [...]string{"", "trace", "debug", "info", "warn", "error", "fatal"}

// String is the level's name as every command and page prints it; empty for LevelNone.
func (l Level) String() string {
	if int(l) < len(levelNames) {
		return levelNames[l]
	}
	return fmt.Sprintf("level(%d)", uint8(l))
}

// ParseLevel reads one of the names that String prints. It does not know the many spellings of loggers: decode does.
func ParseLevel(name string) (Level, bool) {
	for l, n := range levelNames {
		if n == name {
			return Level(l), true
		}
	}
	return LevelNone, false
}

// MarshalText prints the name.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads the name.
func (l *Level) UnmarshalText(text []byte) error {
	got, ok := ParseLevel(string(text))
	if !ok {
		return fmt.Errorf("level %q is unknown: use trace, debug, info, warn, error or fatal", text)
	}
	*l = got
	return nil
}
