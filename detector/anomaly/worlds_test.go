package anomaly_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly"
	"github.com/tocsin-io/tocsin/detector/anomaly/world"
)

// page is an incident that would have paged: a primary signal, open until ten minutes without it, reopened without a new
// page within thirty more.
type page struct {
	sig  detector.Signal
	last time.Time
	key  string
	seed uint64
}

// run steps a suite through a world and returns what paged, and the hidden errors that were named.
func run(w *world.World, o anomaly.Options) (pages []*page, named map[detector.ShapeID]bool, spent time.Duration) {
	s := anomaly.New(o)
	open := map[string]*page{}
	named = map[detector.ShapeID]bool{}
	for {
		b, ok := w.Next()
		if !ok {
			return pages, named, spent
		}
		begin := time.Now()
		sigs := s.Step(b)
		spent += time.Since(begin)
		for _, sig := range sigs {
			if sig.Hidden != nil {
				named[sig.Hidden.TemplateID] = true
			}
			if sig.Kind == detector.KindNewError {
				named[sig.Series.Shape] = true
			}
			if sig.ExplainedBy != "" || sig.Severity == detector.SeverityNotice || sig.Kind.DefaultSeverity() != detector.SeverityPage {
				continue
			}
			fam := "up"
			switch sig.Kind {
			case detector.KindFall, detector.KindSilence:
				fam = "down"
			case detector.KindMix, detector.KindLatency:
				fam = string(sig.Kind)
			}
			key := fmt.Sprint(fam, sig.Series)
			if p := open[key]; p != nil && sig.At.Sub(p.last) <= 40*time.Minute {
				p.last = sig.At
				continue
			}
			p := &page{sig: sig, last: sig.At, key: key}
			open[key] = p
			pages = append(pages, p)
		}
	}
}

// tally is what was found of one kind of incident.
type tally struct {
	planted, found, doubled int
	named, hidden           int
	delays                  []time.Duration
}

type report struct {
	kinds   map[world.What]*tally
	pages   int
	falses  []*page
	early   int     // false ones of the first two days
	weeks   float64 // of 600 series
	spent   time.Duration
	buckets int64
	missed  []*world.Incident
	found   []string
}

func judge(family world.Family, seeds []uint64, o anomaly.Options, cfg world.Config) *report {
	r := &report{kinds: map[world.What]*tally{}}
	for _, seed := range seeds {
		c := cfg
		c.Family, c.Seed = family, seed
		w := world.New(c)
		pages, named, spent := run(w, o)
		r.spent += spent
		r.buckets += w.Buckets
		r.weeks += float64(w.Buckets) / (7 * 8640)
		taken := map[*world.Incident]bool{}
		for _, p := range pages {
			p.seed = seed
			r.match(p, w, taken)
		}
		for _, it := range w.Incidents {
			t := r.kind(it.What)
			t.planted++
			if !taken[it] {
				r.missed = append(r.missed, it)
			}
			if it.Hidden != 0 {
				t.hidden++
				if named[it.Hidden] {
					t.named++
				}
			}
		}
	}
	return r
}

func (r *report) kind(k world.What) *tally {
	if r.kinds[k] == nil {
		r.kinds[k] = &tally{}
	}
	return r.kinds[k]
}

func (r *report) match(p *page, w *world.World, taken map[*world.Incident]bool) {
	for _, it := range w.Incidents {
		if it.Service != p.sig.Service || p.sig.At.Before(it.From) || p.sig.At.After(it.To.Add(10*time.Minute)) {
			continue
		}
		t := r.kind(it.What)
		if taken[it] {
			t.doubled++
			return
		}
		taken[it] = true
		t.found++
		t.delays = append(t.delays, p.sig.At.Sub(it.From))
		r.pages++
		r.found = append(r.found, fmt.Sprintf("found %s after %s as %s %v %s of %s score %.1f", it.What, p.sig.At.Sub(it.From), p.sig.Kind, p.sig.Series.Shape, p.sig.Series.Level, it.Shape, p.sig.Score))
		return
	}
	if p.sig.At.Sub(w.Begin) < 48*time.Hour {
		r.early++
	}
	r.falses = append(r.falses, p)
}

func middle(d []time.Duration) time.Duration {
	if len(d) == 0 {
		return 0
	}
	slices.Sort(d)
	return d[len(d)/2]
}

func (r *report) print(t *testing.T, title string) {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%-18s %7s %6s %7s %8s %8s\n", title, "planted", "recall", "median", "p90", "doubled")
	planted, found, doubled, named, hidden := 0, 0, 0, 0, 0
	var delays []time.Duration
	for _, k := range world.Whats() {
		v := r.kinds[k]
		if v == nil {
			continue
		}
		mid := middle(v.delays)
		p90 := time.Duration(0)
		if n := len(v.delays); n > 0 {
			p90 = v.delays[n*9/10]
		}
		fmt.Fprintf(&b, "%-18s %7d %6.2f %7s %8s %8d\n", k, v.planted, float64(v.found)/float64(v.planted), mid, p90, v.doubled)
		planted, found, doubled, named, hidden = planted+v.planted, found+v.found, doubled+v.doubled, named+v.named, hidden+v.hidden
		delays = append(delays, v.delays...)
	}
	fmt.Fprintf(&b, "all: recall %.3f precision %.3f, false a week %.2f (%d of %d in the first two days), median %s, doubled %.3f, hidden named %d of %d, %s of CPU\n",
		float64(found)/float64(planted), r.precision(), float64(len(r.falses))/r.weeks, r.early, len(r.falses), middle(delays),
		float64(doubled)/float64(max(1, r.pages)), named, hidden, r.spent.Round(time.Millisecond))
	t.Log(b.String())
}

func (r *report) precision() float64 {
	return float64(r.pages) / float64(max(1, r.pages+len(r.falses)))
}

// TestWorldsTable prints the table by kind over many worlds: TOCSIN_WORLDS=10 go test -run TestWorldsTable -v. The seeds
// begin at TOCSIN_WORLDS_FROM, default 1000: seeds under 1000 are for tuning.
func TestWorldsTable(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("TOCSIN_WORLDS"))
	if err != nil {
		return // only the bars are judged in a usual run
	}
	from, err := strconv.Atoi(os.Getenv("TOCSIN_WORLDS_FROM"))
	if err != nil {
		from = 1000
	}
	var seeds []uint64
	for i := range n {
		seeds = append(seeds, uint64(from+i))
	}
	if len(seeds) == 0 {
		return
	}
	for _, f := range []world.Family{world.Designed, world.Real} {
		if only := os.Getenv("TOCSIN_WORLDS_FAMILY"); only != "" && only != string(f) {
			continue
		}
		r := judge(f, seeds, anomaly.Options{}, world.Config{})
		r.print(t, string(f))
		if testing.Verbose() {
			count := map[string]int{}
			for _, p := range r.falses {
				count[fmt.Sprintf("%s level=%q whole=%v", p.sig.Kind, p.sig.Series.Level, p.sig.Series.Shape == 0)]++
			}
			t.Log(count)
			for i, p := range r.falses {
				if i < 60 {
					t.Logf("seed %d false %s %s %v %s at %s onset %s: %.1f, expected %.2f (%s) score %.1f", p.seed, p.sig.Kind, p.sig.Service, p.sig.Series.Shape,
						p.sig.Series.Level, p.sig.At.Format("Mon 02 15:04:05"), p.sig.Onset.Format("15:04:05"), p.sig.Observed, p.sig.Expected, p.sig.Window, p.sig.Score)
				}
			}
			for _, f := range r.found {
				t.Log(f)
			}
			for _, it := range r.missed {
				t.Logf("seed %d missed %s %s %v %s", it.Seed, it.What, it.Service, it.Shape, it.From.Format("Mon 02 15:04:05"))
			}
		}
	}
}

// TestWorldsBars holds what the suite reaches, with slack for the few incidents of one world.
func TestWorldsBars(t *testing.T) {
	for _, bar := range []struct {
		family            world.Family
		recall, precision float64
	}{
		{world.Designed, .85, .85},
		{world.Real, .8, .5},
	} {
		t.Run(string(bar.family), func(t *testing.T) {
			r := judge(bar.family, []uint64{2001}, anomaly.Options{}, world.Config{Services: 16})
			r.print(t, string(bar.family))
			planted, found, named, hidden := 0, 0, 0, 0
			for _, v := range r.kinds {
				planted, found, named, hidden = planted+v.planted, found+v.found, named+v.named, hidden+v.hidden
			}
			if got := float64(found) / float64(planted); got < bar.recall {
				t.Errorf("recall %.3f, want at least %.2f", got, bar.recall)
			}
			if got := r.precision(); got < bar.precision {
				t.Errorf("precision %.3f, want at least %.2f", got, bar.precision)
			}
			if hidden == 0 || named != hidden {
				t.Errorf("%d of %d hidden errors were named", named, hidden)
			}
		})
	}
}
