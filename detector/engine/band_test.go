package engine

import (
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// learning is a suite whose band follows what it sees, as one does that learns of a fault.
type learning struct {
	noSuite
	level float64
}

func (l *learning) BandAt(detector.Series, time.Time) (expected, low, high float64, ok bool) {
	return l.level, l.level / 2, l.level * 2, true
}

// TestTheBandOfAnIncidentIsThatOfItsBegin holds the band while the incident is open, and keeps nothing of it afterwards.
func TestTheBandOfAnIncidentIsThatOfItsBegin(t *testing.T) {
	onset := time.Unix(1_700_000_000, 0).UTC()
	series := detector.Series{Class: detector.ClassLine, Service: "api"}
	in := &detector.Incident{ID: "one", Onset: onset}
	opened := detector.Change{Event: detector.ChangeOpened, Incident: in}
	resolved := detector.Change{Event: detector.ChangeResolved, Incident: in}

	v := &evaluator{frozen: make(map[string]frozen)}
	suite := &learning{level: 10}
	v.bandOf(&opened, series, suite)
	suite.level = 90
	if expected, low, high, ok := v.bandOf(&resolved, series, suite)(onset.Add(time.Minute)); !ok || expected != 10 || low != 5 || high != 20 {
		t.Errorf("%v, %v to %v, %v: what was learned of the fault is taken for what was expected", expected, low, high, ok)
	}
	if expected, _, _, _ := v.bandOf(&resolved, series, suite)(onset.Add(-before - time.Second)); expected != 90 {
		t.Errorf("long before the onset %v is drawn, not what the suite says", expected)
	}
	hidden := detector.Change{Event: detector.ChangeUpdated, Incident: in}
	errors := detector.Series{Class: detector.ClassLine, Service: "api", Level: detector.LevelError}
	suite.level = 2
	if expected, _, _, _ := v.bandOf(&hidden, errors, suite)(onset.Add(time.Minute)); expected != 2 {
		t.Errorf("%v is drawn for the errors that lead now, not what is expected of them", expected)
	}
	v.thaw([]detector.Change{{Event: detector.ChangeUpdated, Incident: in}})
	if len(v.frozen) != 1 {
		t.Error("the band of an open incident is forgotten")
	}
	v.thaw([]detector.Change{resolved})
	if len(v.frozen) != 0 {
		t.Error("the band of an incident that is over is kept")
	}
	v.bandOf(&opened, series, suite)
	v.drop(rate.ShardsOf(rate.ShardOf(series)))
	if len(v.frozen) != 0 {
		t.Error("the band of an incident whose shard is gone is kept")
	}
}
