package receivertest

import (
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// Grouped is a message that tells of so many incidents, each with text in every field that a log can fill.
func Grouped(event detector.ChangeEvent, sort plan.Sort, incidents int, text string) notifier.Message {
	m := Message(event)
	m.Thread = "g0123456789abcdef01234567"
	m.Group = &plan.Group{
		ID: m.Thread, Sort: sort, Route: "main", Labels: map[string]string{"service": text, "environment": "production"},
		Since: m.Now.Add(-10 * time.Minute), Budget: 20,
		Silence: text, Ends: m.Now.Add(15 * time.Minute),
	}
	var items []plan.Item
	for i := range incidents {
		items = append(items, plan.Item{
			ID: fmt.Sprintf("%012x", i), Kind: detector.KindSurge, Service: text, Environment: text, Severity: detector.SeverityPage,
			Status: m.Incident.Status, Title: fmt.Sprintf("Surge %d %s", i, text), OpenedAt: m.Now.Add(time.Duration(i) * time.Second), New: i%2 == 0,
		})
	}
	m.Group.Of(items)
	if incidents > plan.MaxItems {
		m.Group.Earlier = 30
	}
	return m
}

// Events is every event that a message can be for.
func Events() []detector.ChangeEvent {
	return []detector.ChangeEvent{
		detector.ChangeOpened, detector.ChangeUpdated, detector.ChangeAcknowledged, detector.ChangeResolved, detector.ChangeReopened,
		plan.Reminded, plan.Escalated, plan.Digested, plan.Expiring,
	}
}
