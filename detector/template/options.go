package template

import (
	"fmt"
	"time"
)

// Options are the same for every service; the zero value is the default configuration.
type Options struct {
	MaxShapes int           // of one service, environment and level; 4096 if 0
	MaxGroups int           // services, environments and levels together; 4096 if 0
	MaxTotal  int           // shapes of all together, above a reserve of MaxShapes/16 for each; 262144 if 0
	Idle      time.Duration // a shape unmet for so long leaves where room is needed; one met only once after a 24th of it. 24h if 0
	Again     time.Duration // TakeNew returns a shape that goes on to be met again once in so long, at least; 0: never
	Patterns  []Pattern     // tried in order, before anything is learned
}

func (o Options) withDefaults() Options {
	set := func(v *int, def int) {
		if *v <= 0 {
			*v = def
		}
	}
	set(&o.MaxShapes, 4096)
	set(&o.MaxGroups, 4096)
	set(&o.MaxTotal, 1<<18)
	if o.Idle <= 0 {
		o.Idle = 24 * time.Hour
	}
	return o
}

// Pattern is a template of the user's own: a message that it matches whole has this template whatever the line's shape
// is, and is merged with nothing else.
type Pattern struct {
	Name    string // what people call it; may be empty
	Service string // only of this service; empty for all
	// Match is the message with <*> for what varies and <=> for what splits: each text that stands there is a template
	// of its own. "VM <=> (Lifecycle Event) of <*>" makes one template of started, one of paused.
	Match string
}

// Check says what is wrong with the pattern, or nil.
func (p Pattern) Check() error {
	_, err := compile(p)
	return err
}

func (p Pattern) fault(what string) error {
	return fmt.Errorf("template pattern %q: %s", p.Match, what)
}
