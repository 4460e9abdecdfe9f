package dashtest

import (
	"math"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
)

// ending is how an incident of the night ends.
type ending struct {
	back, at time.Time // inside what is expected again, and resolved
	by, text string
}

// Quiet is the world at 10:12:09 CET: payments was rolled back, and everything is resolved.
func Quiet() *World {
	w := Night()
	w.Time = At("09:12:09")
	w.State.At, w.State.CountedTo, w.State.Lag, w.State.LinesPerSecond = w.Time, w.Time, 400*time.Millisecond, 5214
	w.Versions = append(w.Versions, detector.Deploy{Service: "payments", Version: "2.40.3", At: At("02:19:40")})
	for k := range w.Rules.Rules {
		for n := range w.Rules.Rules[k].States {
			if st := &w.Rules.Rules[k].States[n]; st.State != "inactive" {
				st.State, st.Since, st.Value, st.Reason = "inactive", At("02:28:20"), f(0), "has not held for 5m: no line in 5m"
			}
		}
	}
	for k := range w.Lines {
		w.Lines[k] = recovers(w.Lines[k], At("02:23:10"))
	}
	ends := map[detector.Kind]ending{
		detector.KindFall:        {At("02:24:00"), At("02:34:00"), "", "back 10 min"},
		detector.KindMaskedError: {At("02:23:10"), At("02:33:10"), "", "back 10 min"},
		detector.KindLatency:     {At("03:12:30"), At("03:22:30"), "", "back 10 min"},
		detector.KindSecret:      {At("01:47:20"), At("06:00:14"), "oncall-3", "the key is renewed"},
	}
	for k := range w.All {
		if i := &w.All[k]; i.Status != detector.StatusResolved {
			end(i, ends[i.Kind])
		}
	}
	return w
}

// recovers makes a series what is expected of it from a time on; the nightly job ends at 04:00 CET.
func recovers(c Counted, back time.Time) Counted {
	rate, band := c.Rate, c.Band
	if c.Service == "nightly-reports" {
		c.Band = func(t time.Time) (float64, float64) {
			if t.After(At("03:00:00")) {
				return 0, 2
			}
			return band(t)
		}
	}
	c.Rate = func(t time.Time) (float64, bool) {
		if t.Before(back) {
			return rate(t)
		}
		low, high := c.Band(t)
		return math.Max(0, (low+high)/2+(high-low)/8*noise(t, float64(c.Template%97))), true
	}
	return c
}

// end resolves an incident, with a chart up to then.
func end(i *detector.Incident, e ending) {
	i.Status, i.ResolvedAt, i.UpdatedAt = detector.StatusResolved, &e.at, e.at
	c := *i.Chart
	i.Chart = &c
	last := *c.Observed[len(c.Observed)-1]
	for n := len(c.Observed); ; n++ {
		at := c.Start.Add(time.Duration(n) * time.Duration(c.Bucket))
		if at.After(e.at.Add(5 * time.Minute)) {
			break
		}
		mid := (c.Low[0] + c.High[0]) / 2
		v := last * (1 + .04*noise(at, 5))
		if at.After(e.back) {
			v = mid + (c.High[0]-c.Low[0])/4*noise(at, 6) + (last-mid)*math.Exp(-at.Sub(e.back).Seconds()/40)
		}
		c.Observed = append(c.Observed, f(math.Max(0, math.Round(v))))
		c.Expected, c.Low, c.High = append(c.Expected, mid), append(c.Low, c.Low[0]), append(c.High, c.High[0])
	}
	if i.Kind == detector.KindMaskedError {
		i.Lines = 26_544
		i.Timeline = append(i.Timeline, detector.Entry{At: At("02:19:40"), Kind: detector.EntryDeploy, Text: "payments 2.40.3"})
	}
	if e.by == "" {
		i.Timeline = append(i.Timeline, detector.Entry{At: e.back, Kind: detector.EntryBack})
	}
	i.Timeline = append(i.Timeline, detector.Entry{At: e.at, Kind: detector.EntryResolved, Actor: e.by, Text: e.text})
	i.Assignee = e.by
	i.Title = wording.Title(i)
}
