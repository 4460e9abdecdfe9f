package plan

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tocsin-io/tocsin/detector/wording"
)

// Title says what the group is, on one line. What came out of a log stands in titles of incidents alone.
func (g *Group) Title() string {
	n := g.Count()
	switch g.Sort {
	case Daily:
		return "Digest of " + g.Route + ": " + n
	case Over:
		return "Over the budget of " + strconv.Itoa(g.Budget) + " pages a week of " + g.Route + ": " + n
	case Held:
		return "A silence ends, and " + n + wording.Plural(uint64(g.Total()), " goes on", " go on")
	}
	if where := g.Where(); where != "" {
		n += " in " + where
	}
	return n
}

// Count is how many incidents the group has: "12 incidents".
func (g *Group) Count() string {
	n := uint64(g.Total())
	return wording.Count(n) + " " + wording.Plural(n, "incident", "incidents")
}

// Where is what the incidents of the group have in common: the values of its labels in the order of their names.
func (g *Group) Where() string {
	var values []string
	for _, name := range slices.Sorted(maps.Keys(g.Labels)) {
		if v := g.Labels[name]; v != "" {
			values = append(values, v)
		}
	}
	return strings.Join(values, ", ")
}

// Link is where a dashboard at base lists what the group tells of; empty without a base.
func (g *Group) Link(base string) string {
	if base == "" {
		return ""
	}
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	u = u.JoinPath("incidents")
	q := url.Values{}
	if v := g.Labels["service"]; v != "" && g.Sort == Shared {
		q.Set("service", v)
	}
	if g.Sort == Held {
		q.Set("muted_by", g.ID)
	}
	u.RawQuery = q.Encode()
	return u.String()
}
