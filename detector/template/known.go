package template

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Known is a shape that was met in a service, environment and level: what is stored of it, and all that merging and a
// restarted Learner need.
type Known struct {
	ID          detector.ShapeID
	Service     string
	Environment string
	Level       detector.Level
	Text        string    // masked
	First       time.Time // when it was met first, or lately for the first time, by record time
	Pinned      bool      // it comes from a configured pattern: it is merged with nothing
}

// Alias says that From is part of the template To, whose id is the smallest of its shapes.
type Alias struct {
	From, To detector.ShapeID
}

// OverflowText is the text of detector.OverflowShape.
const OverflowText = "<overflow>"
