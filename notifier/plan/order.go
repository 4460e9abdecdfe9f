package plan

import (
	"cmp"
	"slices"

	"github.com/tocsin-io/tocsin/detector"
)

var (
	statusOrder   = map[detector.Status]int{detector.StatusOpen: 0, detector.StatusAcknowledged: 1, detector.StatusResolved: 2}
	severityOrder = map[detector.Severity]int{detector.SeverityPage: 0, detector.SeverityNotice: 1, detector.SeverityRecord: 2}
)

// Order puts items as messages list them: what is open first, the most severe first, the oldest first.
func Order(items []Item) {
	slices.SortFunc(items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(statusOrder[a.Status], statusOrder[b.Status]), cmp.Compare(severityOrder[a.Severity], severityOrder[b.Severity]),
			a.OpenedAt.Compare(b.OpenedAt), cmp.Compare(a.ID, b.ID))
	})
}

// Of fills in the items of a group and counts them.
func (g *Group) Of(items []Item) {
	Order(items)
	g.Open, g.Acknowledged, g.Resolved = 0, 0, 0
	for _, i := range items {
		*g.count(i.Status)++
	}
	g.Items = items[:min(len(items), MaxItems)]
}

// Become replaces the items that the message carries by what they are now. What it only counts stays counted.
func (g *Group) Become(items []Item) {
	for _, i := range g.Items {
		*g.count(i.Status)--
	}
	for _, i := range items {
		*g.count(i.Status)++
	}
	Order(items)
	g.Items = items
}

func (g *Group) count(s detector.Status) *int {
	switch s {
	case detector.StatusAcknowledged:
		return &g.Acknowledged
	case detector.StatusResolved:
		return &g.Resolved
	}
	return &g.Open
}

// Shown reports whether a message shows a list: one that tells of a single incident shows that alone.
func (g *Group) Shown() bool {
	return g != nil && (g.Sort == Daily || g.Sort == Over || g.Sort == Held || g.Sort == Shared && g.Total() > 1)
}
