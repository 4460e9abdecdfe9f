package tool

import (
	"encoding/json"
	"io"

	"github.com/tocsin-io/tocsin/detector"
)

// collector keeps the last state of every incident, in the order in which they were opened.
type collector struct {
	order []string
	last  map[string]*detector.Incident
}

func (c *collector) take(ch detector.Change) {
	if c.last == nil {
		c.last = make(map[string]*detector.Incident)
	}
	before := c.last[ch.Incident.ID]
	if before == nil {
		c.order = append(c.order, ch.Incident.ID)
	} else if len(ch.Incident.Samples) == 0 || ch.Event == detector.ChangeResolved && len(before.Samples) > 0 {
		ch.Incident.Samples = before.Samples // what showed it while it lasted
	}
	c.last[ch.Incident.ID] = ch.Incident
}

func (c *collector) each(yield func(*detector.Incident) error) error {
	for _, id := range c.order {
		if err := yield(c.last[id]); err != nil {
			return err
		}
	}
	return nil
}

// printJSON prints an object a line for each incident: the contract of scan --json.
func (c *collector) printJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return c.each(func(in *detector.Incident) error { return e.Encode(newOutput(in)) })
}
