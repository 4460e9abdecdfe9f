package anomaly

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Sensitivity is how readily the suite calls something abnormal, in the three words that a configuration knows.
type Sensitivity string

// The sensitivities. Normal is the default.
const (
	Quiet  Sensitivity = "quiet"  // a family-wide bar of 27 nats
	Normal Sensitivity = "normal" // 19 nats
	Keen   Sensitivity = "keen"   // 19 nats, errors at .85 of it, and bursts of errors at once
)

// Options are what a Suite is built with. The zero value is ready to use.
type Options struct {
	// Width of the buckets that Step gets. Default 10 s. The windows of the detectors are stated in buckets of 10 s and are
	// scaled where they stand for human time.
	Width time.Duration
	// Sensitivity of every service that SensitivityOf does not name. Default Normal.
	Sensitivity Sensitivity
	// SensitivityOf overrides the sensitivity of a service; nil or an empty answer means Sensitivity.
	SensitivityOf func(service string) Sensitivity
	// Text is the masked text of a template, for carriers and hidden errors. nil leaves texts empty.
	Text func(service string, id detector.ShapeID) string
	// MaxSeries bounds the series that are kept. Default 100,000. Beyond it new templates count into the overflow template of
	// their service and level, and new services are not judged; Dropped counts them.
	MaxSeries int
	// Learning is the time after the first bucket in which the bars are three times higher. Default one hour. Warm is the
	// time in which they are one and a half times higher, for the suite and for every series born later. Default a day.
	Learning, Warm time.Duration
}

// familyBar is H of DETECTION, in nats: one false alarm of a series in exp(19) = 1.8e8 independent looks.
const familyBar = 19

func (o Options) withDefaults() Options {
	if o.Width <= 0 {
		o.Width = 10 * time.Second
	}
	if o.Sensitivity == "" {
		o.Sensitivity = Normal
	}
	if o.MaxSeries <= 0 {
		o.MaxSeries = 100_000
	}
	if o.Learning <= 0 {
		o.Learning = time.Hour
	}
	if o.Warm <= 0 {
		o.Warm = 24 * time.Hour
	}
	return o
}

// sensitivity is that of the service.
func (o Options) sensitivity(service string) Sensitivity {
	if o.SensitivityOf != nil {
		if own := o.SensitivityOf(service); own != "" {
			return own
		}
	}
	return o.Sensitivity
}

// bars returns the bar of the service for ordinary series and for errors, in nats.
func (o Options) bars(service string) (bar, errors float64) {
	s := o.sensitivity(service)
	return max(familyBar, s.Bar()), s.Bar()
}

// buckets is how many buckets d takes, at least one.
func (o Options) buckets(d time.Duration) int64 { return max(1, int64(d/o.Width)) }
