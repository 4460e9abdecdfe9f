package wording

import (
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// TestASummaryEndsBeforeTheTime: a rule's own words may have no full stop.
func TestASummaryEndsBeforeTheTime(t *testing.T) {
	onset := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	for _, summary := range []string{"calls of orders time out: 20 in 5m", "calls of orders time out: 20 in 5m."} {
		in := &detector.Incident{
			Kind: detector.KindRule, Severity: detector.SeverityPage, Status: detector.StatusOpen, Onset: onset, Rule: &detector.RuleFacts{Name: "r", Summary: summary},
		}
		if got := Lock(in, time.UTC); !strings.Contains(got, "20 in 5m. Since") {
			t.Errorf("%q", got)
		}
	}
}
