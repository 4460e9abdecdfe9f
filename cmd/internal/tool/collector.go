package tool

import (
	"encoding/json"
	"io"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
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
	if before != nil && ch.Incident.ValuesOf == 0 { // they were not compared again
		ch.Incident.Values, ch.Incident.ValuesOf, ch.Incident.ValuesPast, ch.Incident.ValuesSame = before.Values, before.ValuesOf, before.ValuesPast, before.ValuesSame
		ch.Incident.Detail = wording.Detail(ch.Incident)
	}
	c.last[ch.Incident.ID] = ch.Incident
}

// number says how many incidents there are, and how many of them the others explain, which a report does not list.
func (c *collector) number() string {
	explained := uint64(0)
	for _, in := range c.last {
		if in.ExplainedBy != "" {
			explained++
		}
	}
	shown := uint64(len(c.last)) - explained
	if explained == 0 {
		return several(shown, "incident")
	}
	return several(shown, "incident") + " and " + wording.Count(explained) + " that " + wording.Plural(shown, "it explains", "they explain")
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
