package incident

import (
	"math"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// TestWhatCarriesAnIncidentIsHeldAgainstItsBegin: while a surge lasts the detectors learn its template, and one that logs as ever seems to
// carry it; what was expected when the incident began says that it does not.
func TestWhatCarriesAnIncidentIsHeldAgainstItsBegin(t *testing.T) {
	const flood, usual = 1, 2
	of := func(floods, usuals detector.Carrier) *detector.Signal {
		floods.TemplateID, usuals.TemplateID = flood, usual
		return &detector.Signal{
			Kind: detector.KindSurge, Unit: "lines", Window: time.Minute, Observed: floods.Observed + usuals.Observed, Expected: floods.Expected + usuals.Expected,
			Carriers: []detector.Carrier{usuals, floods},
		}
	}
	var b baseline
	first := of(detector.Carrier{Observed: 600, Share: .9}, detector.Carrier{Observed: 70, Expected: 60, Share: .02})
	later := of(detector.Carrier{Observed: 600, Expected: 595, Share: .2}, detector.Carrier{Observed: 70, Expected: 50, Share: .7})
	for _, s := range []*detector.Signal{first, later} {
		part := s.Carriers[0].Share + s.Carriers[1].Share
		b.hold(s)
		got := s.Carriers
		if got[0].TemplateID != flood || got[0].Expected != 0 || got[1].Expected != 60 {
			t.Fatalf("carriers %+v, want the flood first, of which nothing was expected", got)
		}
		if want := part * 600 / 610; math.Abs(got[0].Share-want) > 1e-9 || math.Abs(got[0].Share+got[1].Share-part) > 1e-9 {
			t.Errorf("shares %.3f and %.3f, want %.3f and together %.2f", got[0].Share, got[1].Share, want, part)
		}
	}
}
