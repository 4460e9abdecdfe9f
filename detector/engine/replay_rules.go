package engine

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// noSuite stands where no detectors are wanted: rules alone judge.
type noSuite struct{}

func (noSuite) Step(*detector.Bucket) []detector.Signal                      { return nil }
func (noSuite) Peek(*detector.Bucket) []detector.Signal                      { return nil }
func (noSuite) AppendState(b []byte) ([]byte, error)                         { return b, nil }
func (noSuite) Restore([]byte) error                                         { return nil }
func (noSuite) Alias(string, detector.ShapeID, detector.ShapeID)             {}
func (noSuite) Near() []detector.Signal                                      { return nil }
func (noSuite) Missed(*detector.Bucket) []detector.Signal                    { return nil }
func (noSuite) Deploy(string, time.Time)                                     {}
func (noSuite) Outlines(bool, func(detector.Outline))                        {}
func (noSuite) BandAt(detector.Series, time.Time) (e, l, h float64, ok bool) { return 0, 0, 0, false }
