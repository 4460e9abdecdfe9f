package incident

import (
	"encoding/json"
	"fmt"
)

// state is the tracker as JSON: incidents are few and their form is the contract already.
type state struct {
	Version int      `json:"version"`
	Items   []*item  `json:"items"`
	Series  []string `json:"series"`
	Past    history  `json:"past"`
}

const stateVersion = 1

// AppendState appends the state in a versioned form.
func (t *Tracker) AppendState(b []byte) ([]byte, error) {
	s := state{Version: stateVersion, Past: t.past}
	for _, k := range t.order {
		s.Items = append(s.Items, t.items[k])
		s.Series = append(s.Series, t.items[k].Incident.SeriesKey)
	}
	data, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("incident: encode state: %w", err)
	}
	return append(b, data...), nil
}

// Restore reads what AppendState wrote. On an error the tracker is as it was.
func (t *Tracker) Restore(b []byte) error {
	var s state
	if err := json.Unmarshal(b, &s); err != nil {
		return fmt.Errorf("incident: state: %w", err)
	}
	if s.Version != stateVersion || len(s.Series) != len(s.Items) {
		return fmt.Errorf("incident: state of version %d is not understood", s.Version)
	}
	items, order := make(map[string]*item, len(s.Items)), make([]string, 0, len(s.Items))
	for i, it := range s.Items {
		if it == nil || it.Key == "" {
			return fmt.Errorf("incident: state: item %d has no key", i)
		}
		it.Incident.SeriesKey = s.Series[i]
		items[it.Key] = it
		order = append(order, it.Key)
	}
	t.items, t.order, t.past = items, order, s.Past
	return nil
}
