package anomaly_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly"
	"github.com/tocsin-io/tocsin/detector/anomaly/world"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

// shares of a bucket at which it is peeked at.
var shares = []float64{.05, .1, .2, .3, .5, .75, 1}

// part is a part of a bucket: each line with the same chance; or, uneven, with a chance of its own for each series, as where a partition is
// behind; in order, all of the first series and nothing of the others.
func part(b *detector.Bucket, share float64, way int, r *rand.Rand) *detector.Bucket {
	out := &detector.Bucket{Start: b.Start, Width: b.Width}
	for i, row := range b.Rows {
		keep := share
		switch way {
		case 1:
			keep = r.Float64()
			if r.IntN(3) == 0 {
				keep = 0
			}
		case 2:
			keep = 0
			if float64(i) < share*float64(len(b.Rows)) {
				keep = 1
			}
		}
		lines := row.Lines
		row.Lines = 0
		if lines > 100 {
			row.Lines, lines = uint64(keep*float64(lines)), 0
		}
		for range lines {
			if keep == 1 || r.Float64() < keep {
				row.Lines++
			}
		}
		lines = b.Rows[i].Lines
		if row.Lines > 0 {
			row.Bytes = row.Bytes * row.Lines / lines
			out.Rows = append(out.Rows, row)
		}
	}
	return out
}

func rises(k detector.Kind) bool {
	switch k {
	case detector.KindSurge, detector.KindErrorSpike, detector.KindMaskedError, detector.KindNewError:
		return true
	}
	return false
}

func pageOf(s *detector.Signal) bool {
	return s.Severity == "" && s.Kind.DefaultSeverity() == detector.SeverityPage
}

// outlook holds what Peek calls of a world against what Step calls.
type outlook struct {
	*testing.T
	suite *anomaly.Suite
	r     *rand.Rand
	stood map[string]time.Time // when a service was last told of

	looks   int // that called something
	lesser  int // of these not the primary
	calls   map[detector.Kind]int
	early   map[detector.Kind]int // calls that were told before the whole bucket, or with it
	byShare map[float64]int
}

func newOutlook(t *testing.T) *outlook {
	return &outlook{T: t, calls: map[detector.Kind]int{}, early: map[detector.Kind]int{}, byShare: map[float64]int{}}
}

// peek gives what is called of parts of a bucket, and the first share of all lines at which each service is told of.
func (o *outlook) peek(b *detector.Bucket) (called []detector.Signal, first map[string]float64) {
	first = map[string]float64{}
	look := func(b *detector.Bucket, share float64) {
		for _, sig := range o.suite.Peek(b) {
			if !rises(sig.Kind) {
				continue
			}
			called = append(called, sig)
			if _, there := first[sig.Service]; !there && share > 0 {
				first[sig.Service] = share
			}
		}
	}
	for _, share := range shares {
		look(part(b, share, 0, o.r), share)
	}
	for _, way := range []int{1, 1, 2} {
		look(part(b, o.r.Float64(), way, o.r), 0)
	}
	return called, first
}

// compare steps the bucket and holds against it what was called.
func (o *outlook) compare(b *detector.Bucket, called []detector.Signal, first map[string]float64) {
	signals := o.suite.Step(b)
	for i := range called {
		c := &called[i]
		if !pageOf(c) || !c.Early || !c.At.Equal(b.Start) {
			o.Errorf("%+v is no early page of the bucket at %s", c, b.Start)
		}
		o.looks++
		at := slices.IndexFunc(signals, func(s detector.Signal) bool {
			return s.Service == c.Service && s.Series == c.Series && rises(s.Kind) && (pageOf(&s) || s.ExplainedBy != "")
		})
		switch {
		case at < 0:
			o.Errorf("%s: %s of %v, %.0f lines of %.2f, score %.1f, is called early and not by Step, which says\n%s", b.Start.Format("Mon 15:04:05"), c.Kind, c.Series,
				c.Observed, c.Expected, c.Score, outlineOf(signals, c.Service))
		case signals[at].ExplainedBy != "":
			o.lesser++
		}
	}
	for i := range signals {
		sig := &signals[i]
		if sig.ExplainedBy != "" || !rises(sig.Kind) || !pageOf(sig) {
			continue
		}
		was, before := o.stood[sig.Service]
		if o.stood[sig.Service] = sig.At; before && sig.At.Sub(was) < 40*time.Minute {
			continue
		}
		o.calls[sig.Kind]++
		if share, there := first[sig.Service]; there {
			o.byShare[share]++
			o.early[sig.Kind]++
		}
	}
}

// TestWhatIsCalledEarlyIsCalled: whatever part of a bucket is looked at, what Peek calls is called by Step for the whole of it, at the same time
// and of the same series: as a primary, or explained by one of the same bucket.
func TestWhatIsCalledEarlyIsCalled(t *testing.T) {
	cfg := world.Config{Seed: 430, Services: 3, Days: 3, Quiet: 2, Each: 1}
	if testkit.Race {
		cfg = world.Config{Seed: 430, Services: 1, Days: 2, Quiet: 1, Each: 1}
	}
	o := newOutlook(t)
	for _, cfg.Family = range []world.Family{world.Designed, world.Real, world.Cloud} {
		w := world.New(cfg)
		o.suite, o.r, o.stood = anomaly.New(anomaly.Options{}), rand.New(rand.NewPCG(cfg.Seed, 5)), map[string]time.Time{}
		for b, more := w.Next(); more; b, more = w.Next() {
			called, first := o.peek(b)
			o.compare(b, called, first)
		}
	}
	sum := 0
	var b strings.Builder
	for _, share := range shares {
		sum += o.byShare[share]
		fmt.Fprintf(&b, " %d with %.0f %%", sum, 100*share)
	}
	t.Logf("rises that Step calls: %v; told by Peek: %v;%s of the lines; %d looks called something, %d of them what another alarm explains", o.calls, o.early, b.String(), o.looks, o.lesser)
	if sum == 0 {
		t.Error("nothing is called early")
	}
}

func outlineOf(signals []detector.Signal, service string) string {
	var b strings.Builder
	for i := range signals {
		if s := &signals[i]; s.Service == service {
			fmt.Fprintf(&b, "  %s %s of %v, %.0f of %.2f, score %.1f %q\n", s.Severity, s.Kind, s.Series, s.Observed, s.Expected, s.Score, s.ExplainedBy)
		}
	}
	return b.String()
}
