package incident

import "github.com/tocsin-io/tocsin/detector"

// figures are what people were told of an incident.
type figures struct {
	Observed float64           `json:"observed"`
	Unit     string            `json:"unit"`
	Window   detector.Duration `json:"window"`
}

// tell notes what the change at hand tells: what becomes worse is held against it.
func (it *item) tell() {
	in := &it.Incident
	it.Told, it.Said = it.Deviation, &figures{in.Observed, in.Unit, in.Window}
}

// said is the incident with the figures that were told last. An item of an older version does not know them, and its own are
// those that were stored last.
func (it *item) said() detector.Incident {
	in := it.Incident
	if f := it.Said; f != nil {
		in.Observed, in.Unit, in.Window = f.Observed, f.Unit, f.Window
	}
	return in
}
