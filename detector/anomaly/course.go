package anomaly

import "math"

// course is where the traffic of a service was in the last hours: ln of the hour's mean over the day's, daily factors taken out, the
// median over its templates that have no clock of their own.
type course struct {
	past [courseQuarters]float32 // one a quarter of an hour, newest last
	n    int32                   // how many of them are known
	now  float32
}

// courseQuarters is how many quarters of an hour are remembered: three hours.
const courseQuarters = 12

// note remembers where the service is in this minute.
func (c *course) note(now float64, env *moment) {
	c.now = float32(now)
	if env.n%env.slot == 0 {
		copy(c.past[:], c.past[1:])
		c.past[courseQuarters-1] = c.now
		c.n = min(c.n+1, courseQuarters)
	}
}

// ground is where the service was at the least in these hours, and no less than the day.
func (c *course) ground() float64 {
	least := c.now
	for _, past := range c.past[courseQuarters-c.n:] {
		least = min(least, past)
	}
	return max(0, float64(least))
}

// The growth of three hours after which a service may come down, and how much of what it had before it must have then.
const (
	grownTimes  = 1.5
	downToTimes = .6
)

// comesDown tells a service that has grown over its day within hours and is where it was before: that is no fall, although what is
// expected followed its growth. It holds a call back, not for good: a minute later it is known where the service is.
func (v *service) comesDown() bool {
	ground := v.course.ground()
	if float64(v.course.now)-ground < math.Log(grownTimes) {
		return false
	}
	mu, day := 0.0, 0.0
	for _, t := range v.voters {
		mu, day = mu+t.mu, day+t.dayLevel*t.shift
	}
	return mu > 0 && day > 0 && v.factor.e+math.Log(mu/day) > ground+math.Log(downToTimes)
}

func (o *course) code(c *coder) {
	n := int64(o.n)
	c.ints(&n)
	o.n = int32(clamp(float64(n), 0, courseQuarters))
	c.smalls(&o.now)
	for i := range o.past {
		c.smalls(&o.past[i])
	}
}
