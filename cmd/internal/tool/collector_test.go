package tool

import (
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

func TestIncidentsAreCountedWithWhatTheyExplain(t *testing.T) {
	for _, c := range []struct {
		explainedBy []string
		want        string
	}{
		{nil, "0 incidents"},
		{[]string{""}, "1 incident"},
		{[]string{"", "0", "0", "0"}, "1 incident and 3 that it explains"},
		{[]string{"", "", "1"}, "2 incidents and 1 that they explain"},
	} {
		var found collector
		for k, by := range c.explainedBy {
			found.take(detector.Change{Incident: &detector.Incident{ID: string(rune('0' + k)), ExplainedBy: by}})
		}
		if got := found.number(); got != c.want {
			t.Errorf("%q: %s, want %s", c.explainedBy, got, c.want)
		}
	}
}
