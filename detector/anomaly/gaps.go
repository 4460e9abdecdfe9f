package anomaly

import (
	"math"
	"time"
)

// gaps is what is known of the time between the buckets in which a series had something.
type gaps struct {
	owed    float32 // EW of the lines that were expected between two of its beats, and of their square
	owedSq  float32
	n       float32 // gaps, at most 1,000
	mean    float32
	square  float32
	longest float32 // fades by 3 % a day with every gap that is booked

	period float32
	beats  float32
	missed float32
	odd    float32 // share of gaps that are no whole multiple of the period
	wrong  int32   // odd gaps in a row
	nats   float32
	start  int64 // bucket in which the last beat began

	due   int64 // no rule of silence can apply before this bucket
	began int64
	alarm bool
	soft  bool // the alarm is a notice
	gone  bool // has been called, and is not called again before it is back
	rests bool // was silent over a whole weekend, and not heard in one since

	strength float32 // in this bucket; see strength.go
}

// event books the gap of k buckets before bucket n, in which owed lines were expected and the whole service was silent for
// so many buckets.
func (g *gaps) event(n, k, silent int64, owed float64, env *moment) {
	g.gone = false
	switch {
	case weekend(env.time(n)) && weekend(env.time(n-g.slack())):
		g.rests = false
	case k > 2*env.day && k < 4*env.day && env.time(n).Weekday() < env.time(n-k).Weekday():
		g.rests = true
	}
	if k > 0 {
		g.n = min(g.n+1, 1000)
		w, v := 1/min(g.n, 300), float32(k)
		g.mean += w * (v - g.mean)
		g.square += w * (v*v - g.square)
		g.owed = towards(g.owed, owed, float64(w), 0)
		g.owedSq = towards(g.owedSq, owed*owed, float64(w), 0)
		if !g.alarm {
			g.longest = max(g.longest-g.longest*.03*v/float32(env.day), float32(k-silent))
		}
	}
	g.alarm = false
	g.beat(n)
	g.plan(n, env)
}

// beat follows a period: gaps between the begins of beats that are a whole multiple (1 to 4) of the period within 12 %
// or one bucket keep it, others are odd.
func (g *gaps) beat(n int64) {
	if g.start == 0 {
		g.start = n
		return
	}
	gap := float32(n - g.start)
	if gap <= max(2, .25*g.period) {
		return // lines of the same beat
	}
	g.start = n
	if g.period == 0 {
		g.period = gap
		return
	}
	times := float32(math.Round(float64(gap / g.period)))
	tolerance := float64(max(.12*g.period, 1.01))
	w := 1 / min(g.beats+2, 200)
	if times < 1 || times > 4 || math.Abs(float64(gap-times*g.period)) > tolerance*math.Sqrt(float64(max(times, 1))) {
		g.odd += w * (1 - g.odd)
		// A job that writes for minutes has gaps inside a beat, and these were taken for the period.
		within := times > 4 && g.odd > .2 && g.beats >= 12
		if g.wrong++; g.wrong >= 4 || within {
			g.period, g.beats, g.missed, g.odd, g.wrong = gap, 0, 0, 0, 0
		}
		return
	}
	g.wrong = 0
	g.odd -= w * g.odd
	g.period += (gap/times - g.period) / min(g.beats+2, 30)
	g.beats++
	g.missed += times - 1
}

// regular tells that gaps vary no more than those of independent lines do. They are measured in lines that were expected,
// so that the night does not count: second moment under 2.2 mean^2, and about as many as came, of mu a bucket.
func (g *gaps) regular(mu float64) bool {
	return g.n >= 30 && g.owedSq < 2.2*g.owed*g.owed && float64(g.owed) < 2*(1+mu)
}

func (g *gaps) sd() float64 { return math.Sqrt(float64(max(0, g.square-g.mean*g.mean))) }

// plan sets the first bucket in which silence may be told.
func (g *gaps) plan(n int64, env *moment) {
	g.due = math.MaxInt64
	if g.beating() {
		g.due = n + int64(1.3*g.period)
	}
	if g.n >= 20 {
		g.due = min(g.due, n+int64(2.2*g.longest))
	}
}

// onceMissed is what one missed beat must weigh, in nats, at least 6: that of all beats of two weeks less than one is missed. Of what beats
// hundreds of times a day a line is lost now and then, and that is no news.
func (g *gaps) onceMissed(env *moment) float64 {
	return max(6, math.Log(14*float64(env.day)/float64(g.period)))
}

// silent tells whether the series should have been heard by bucket n, and how many nats speak for it.
//
// Beats of over 4 buckets that fill four fifths of the series' life, without weekends where it rests over these: with p the share of missed beats, n missed ones weigh
// -n ln p; over 12 nats, and four over onceMissed, and at least two minutes. A single one is enough where p is under once in two weeks, it
// is over a third of the period late, and the service did not restart since. Other sparse series that are not bursty, and were heard for a
// day: the gap is over 2.2 times the longest and over mean + 14 standard deviations, and what was expected in it weighs more than bar (a third of
// it where gaps vary by under .3 of their mean): owed, in nats. strong is the highest bar at which it is silent, 0 where none would do.
func (g *gaps) silent(n int64, owed, bar float64, age int64, wild, restarted bool, env *moment) (nats, strong float64) {
	if g.gone {
		return 0, 0
	}
	life := float64(g.start + age - n)
	if g.rests {
		life *= 5. / 7
	}
	if g.beating() && age > 2*env.day && float64((g.beats+g.missed)*g.period) > .8*life {
		late := float64(n-g.start)/float64(g.period) - .2
		missed := math.Floor(late)
		p := float64(g.missed+.5) / float64(g.beats+1)
		nats = -missed * math.Log(p)
		need := max(12, g.onceMissed(env)+4)
		if missed == 1 && late > 1.15 && !restarted {
			need = g.onceMissed(env)
		}
		if missed >= 1 && n-g.start >= 12 {
			if strong = nats * familyBar / need; strong > bar {
				return nats, strong
			}
		}
	}
	gap := float64(n - g.start)
	sd, mean := g.sd(), float64(g.mean)
	if wild || g.n < 20 || sd > 1.5*mean || g.start-(n-age) < env.day || gap < 12 || gap <= 2.2*float64(g.longest) || gap <= mean+14*sd {
		return nats, strong
	}
	if sd < .3*mean && g.n >= 40 {
		return max(owed, bar), max(strong, 3*owed)
	}
	return max(owed, bar), max(strong, owed)
}

// beating tells that the series is a beat of over 4 buckets: a cron that is seldom missed.
func (g *gaps) beating() bool { return g.beats >= 60 && g.odd < .02 && g.period > 4.5 }

// slack is how long after a weekend begins or ends the last or the first beat may come.
func (g *gaps) slack() int64 {
	if !g.beating() {
		return 0
	}
	return int64(1.4 * g.period)
}

func weekend(t time.Time) bool { return t.Weekday() == time.Saturday || t.Weekday() == time.Sunday }

// resting tells that a series was last heard before this weekend and rested over the last one; or that no weekend of it
// is known, where sure is false. What beats was last heard within a beat of the weekend, and comes back within one of its end.
// What rests over weekends may rest on a holiday too, so sure is false as well where it was not heard on this day yet.
func (s *series) resting(env *moment) (resting, sure bool) {
	at, beat := env.n, s.gaps.slack()
	if !weekend(env.start) {
		at -= beat
	}
	if !weekend(env.time(at)) || weekend(env.time(s.seen-beat)) || env.n-s.seen > 2*env.day+2*beat {
		return s.gaps.rests && env.n/env.day != s.seen/env.day, false
	}
	monday := at - at%env.day - int64((env.time(at).Weekday()+6)%7)*env.day
	return s.gaps.rests || s.born >= monday, s.gaps.rests
}
