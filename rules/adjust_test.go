package rules

import (
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

func TestAdjustTakesTheFirstEntryThatFits(t *testing.T) {
	set := mustLoad(t, `detectors:
  - {kind: surge, when: service == "batch" && level < error, severity: notice}
  - {kind: [surge, mix], when: environment == "dev", mute: true}
  - {kind: rule, when: rule startsWith "test-", severity: record}
`)
	for _, c := range []struct {
		sig      detector.Signal
		severity detector.Severity
		muted    bool
	}{
		{detector.Signal{Kind: detector.KindSurge, Service: "batch", Environment: "dev"}, detector.SeverityNotice, false},
		{detector.Signal{Kind: detector.KindMix, Service: "batch", Environment: "dev"}, detector.SeverityPage, true},
		{detector.Signal{Kind: detector.KindSkew}, detector.SeverityNotice, false},
		{detector.Signal{Kind: detector.KindSurge, Severity: detector.SeverityRecord}, detector.SeverityRecord, false},
		{detector.Signal{Kind: detector.KindRule, Rule: &detector.RuleFacts{Name: "test-1"}}, detector.SeverityRecord, false},
	} {
		if severity, muted := set.Adjust(&c.sig); severity != c.severity || muted != c.muted {
			t.Errorf("%s of %q: %s, %v", c.sig.Kind, c.sig.Service, severity, muted)
		}
	}
}
