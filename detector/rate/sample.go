package rate

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// sampleEvery is how long a series that is no error and has MaxSamples samples waits for the next one, in seconds.
const sampleEvery = 60

// WantSample tells whether a line of the series at t is worth keeping: the first ones, then one a bucket for errors and
// one a minute for the rest. It is cheap: ask before the text is copied.
func (c *Counter) WantSample(ref Ref, t time.Time) bool {
	if ref == NoRef || c.sampled >= c.opts.MaxSamples {
		return false
	}
	e := &c.entries[ref]
	switch d := t.Unix() - e.sample; {
	case e.taken == 0:
		return true
	case d >= 0 && d < fineSeconds:
		return false
	default:
		return e.errors || e.taken < MaxSamples || d >= sampleEvery
	}
}

// AddSample keeps a line of the series, redacted, until the next flush; the newest MaxSamples of a series stay. Its
// text and template are cut at MaxSampleText.
func (c *Counter) AddSample(ref Ref, s detector.Sample) {
	if ref == NoRef || c.sampled >= c.opts.MaxSamples {
		return
	}
	e := &c.entries[ref]
	e.sample = floor(s.Time.Unix(), fineSeconds)
	e.taken = min(e.taken+1, MaxSamples)
	s.Text, s.Template = Cut(s.Text, MaxSampleText), Cut(s.Template, MaxSampleText)
	kept := c.samples[ref]
	if len(kept) == MaxSamples {
		copy(kept, kept[1:])
		kept = kept[:MaxSamples-1]
	} else {
		c.sampled++
	}
	c.samples[ref] = append(kept, s)
}
