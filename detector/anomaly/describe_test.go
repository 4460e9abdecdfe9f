package anomaly

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// told is the first signal of a kind, with the bucket that decided.
type told struct {
	signal detector.Signal
	bucket int
}

// stepped plays a service of six templates for two days and an hour, and returns the primary signals of the last hour.
// change gives the rate of a template in a bucket of that hour, which is usually rates[template].
func stepped(t *testing.T, rates [6]float64, change func(template, bucket int) float64) []told {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	s := New(Options{Text: func(_ string, id detector.ShapeID) string { return "template " + id.String() }})
	const before = 2 * 8640
	var out []told
	for b := range before + 360 {
		bucket := &detector.Bucket{Start: start.Add(time.Duration(b) * width), Width: width}
		for i, rate := range rates {
			if b >= before {
				rate = change(i, b-before)
			}
			if n := poisson(r, rate); n > 0 {
				level := detector.LevelInfo
				if i == 5 {
					level = detector.LevelError
				}
				bucket.Rows = append(bucket.Rows, detector.Row{
					Series: detector.Series{Service: "s", Level: level, Shape: detector.ShapeID(10 + i)}, Lines: n, Bytes: 100 * n,
				})
			}
		}
		for _, sig := range s.Step(bucket) {
			if b >= before && sig.ExplainedBy == "" {
				out = append(out, told{sig, b - before})
			}
		}
	}
	return out
}

// The onset is that of the fault, not of the call, and carriers are told over the window of their signal.
func TestSignalsTellWhenItBeganAndWhatCarriesIt(t *testing.T) {
	rates := [6]float64{20, 12, 8, 5, 3, .2}
	const began = 100
	for _, c := range []struct {
		name     string
		template int // that carries it, -1: all
		times    float64
		slack    int // buckets by which the onset may be off
	}{
		{"a template x10", 1, 10, 1},
		{"a template x3", 0, 3, 2},
		{"errors x40", 5, 40, 2},
		{"the service x3", -1, 3, 3},
		{"the service falls silent", -1, 0, 1},
		{"the service falls to a quarter", -1, .25, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := stepped(t, rates, func(i, b int) float64 {
				if b >= began && (c.template == i || c.template < 0) {
					return rates[i] * c.times
				}
				return rates[i]
			})
			if len(got) == 0 {
				t.Fatal("it was not found")
			}
			first := got[0]
			start := first.signal.At.Add(-10 * time.Second).Add(time.Duration(began-first.bucket) * 10 * time.Second)
			off := int(first.signal.Onset.Sub(start) / (10 * time.Second))
			if max(off, -off) > c.slack {
				t.Errorf("onset is %d buckets off, called %d after the begin", off, first.bucket-began)
			}
			if first.signal.Watched < 47*time.Hour || first.signal.Watched > 49*time.Hour {
				t.Errorf("watched for %s, want two days", first.signal.Watched)
			}
			if want := (detector.Basis{Days: 2}); first.signal.Basis != want {
				t.Errorf("expected rests on %+v, want two days", first.signal.Basis)
			}
			for _, s := range got[:min(len(got), 30)] {
				carried(t, &s.signal, c.template)
			}
		})
	}
}

// carried checks a signal of a whole service or level: its carriers are over its window, and share what is too much.
func carried(t *testing.T, sig *detector.Signal, template int) {
	t.Helper()
	if len(sig.Carriers) == 0 {
		return
	}
	observed, expected, share := 0.0, 0.0, 0.0
	for _, c := range sig.Carriers {
		observed, expected, share = observed+c.Observed, expected+c.Expected, share+c.Share
	}
	rises := sig.Observed > sig.Expected
	if share > 1.001 || rises && observed > 1.02*sig.Observed || !rises && expected > 1.1*sig.Expected {
		t.Errorf("%s of %v, expected %v, in %s: carriers have %v of %v and a share of %v",
			sig.Kind, sig.Observed, sig.Expected, sig.Window, observed, expected, share)
	}
	if sig.Kind == detector.KindSilence && observed != 0 {
		t.Errorf("templates of a service that is silent have %v lines", observed)
	}
	if rises && template >= 0 && (sig.Carriers[0].TemplateID != detector.ShapeID(10+template) || sig.Carriers[0].Observed < .4*sig.Observed) {
		t.Errorf("%s of %v in %s is carried by %v with %v", sig.Kind, sig.Observed, sig.Window, sig.Carriers[0].TemplateID, sig.Carriers[0].Observed)
	}
}
