package wording

import (
	"math"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// story is an incident with what the tellers need of it.
type story struct {
	*detector.Incident
	past bool
}

// verb is the one of the two forms that the incident's state asks for.
func (s story) verb(present, past string) string {
	if s.past {
		return past
	}
	return present
}

// who is the subject of the sentence: the service, or words for what no service is known of.
func (s story) who() string {
	if s.Service == "" {
		return "The topic"
	}
	return name(s.Service)
}

func (s story) window() time.Duration { return time.Duration(s.Window) }

// worst is what was observed now, and the most that was observed once the incident is over: by then the last value
// is an ordinary one. What is observed of a rule that fires for too little is its worst already.
func (s story) worst() float64 {
	if s.past && (s.Rule == nil || !s.Rule.Below) {
		return math.Max(s.Peak, s.Observed)
	}
	return s.Observed
}

// times is a number of lines, of which at least one must have been there.
func (s story) times(n float64) string {
	return Times(uint64(math.Max(1, math.Round(finite(n)))))
}

// lasts is how long it goes on, up to what was last looked at; over, it is how long it went on.
func (s story) lasts() time.Duration {
	d := Ended(s.Incident).Sub(s.Onset)
	if d <= 0 {
		return s.window()
	}
	return d
}

// expected ends a sentence: "it expected 3".
func (s story) expected(figure string) string {
	if figure == "0" {
		return "it expected none"
	}
	return "it expected " + figure
}

// ratio is how many times more was observed than expected; false where that says nothing.
func (s story) ratio(observed float64) (string, bool) {
	if s.Expected <= 0 || observed <= 0 {
		return "", false
	}
	x := observed / s.Expected
	if math.IsInf(x, 0) || math.IsNaN(x) || x > 1e6 {
		return "", false
	}
	return Ratio(x), true
}

// carrier is the template that carries most of it; false where none carries more than a tenth.
func (s story) carrier() (detector.Carrier, bool) {
	if len(s.Carriers) == 0 || s.Carriers[0].Share < 0.1 || s.Carriers[0].Template == "" {
		return detector.Carrier{}, false
	}
	return s.Carriers[0], true
}

// hosts is how many hosts wrote it, as far as is known.
func (s story) hosts() uint64 {
	return uint64(max(s.HostCount, len(s.Hosts), 0))
}

func finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
		return 0
	}
	return math.Min(v, 1<<53)
}

// Ended is when an incident was last seen going on: when its series came back inside what is expected, which is
// before it resolves; or the last update while it lasts.
func Ended(in *detector.Incident) time.Time {
	if at, ok := Back(in); ok {
		return at
	}
	if in.Status == detector.StatusResolved && in.ResolvedAt != nil {
		return *in.ResolvedAt
	}
	return in.UpdatedAt
}

// Back is since when the series of an incident is inside what is expected again, whether it has resolved since or still
// waits; false while it is outside.
func Back(in *detector.Incident) (time.Time, bool) {
	for i := len(in.Timeline) - 1; i >= 0; i-- {
		switch in.Timeline[i].Kind {
		case detector.EntryBack:
			return in.Timeline[i].At, true
		case detector.EntryReopened, detector.EntryWorse, detector.EntryOpened:
			return time.Time{}, false // what came back before is of an earlier stretch
		}
	}
	return time.Time{}, false
}

// Lasted is how long a resolved incident went on, and how long an open one has; never negative.
func Lasted(in *detector.Incident) time.Duration {
	return max(0, Ended(in).Sub(in.Onset))
}
