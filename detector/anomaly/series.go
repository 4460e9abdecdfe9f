package anomaly

import (
	"math"

	"github.com/tocsin-io/tocsin/detector"
)

// role says which sum of lines a series is.
type role uint8

const (
	roleTemplate role = iota // service, environment, level, shape
	roleLevel                // all lines of a level
	roleTotal                // all lines of the service
	roleRegular              // the lines of its templates that are not bursty
)

// series is what the suite remembers of one series of counts. All fields but the last group are state; a bucket is the
// unit of time and lines a bucket the unit of rates.
type series struct {
	id       templateKey // without a shape, and for total and regular without a level, where it is a sum
	role     role
	err      bool // error or fatal
	seasonal bool // the daily factor is in use
	wild     bool // bursty, see there

	filled float32 // buckets that were not empty

	born, last, seen int64   // first bucket, the one that the state includes, the last one that was not empty
	lines            float64 // since born
	quarters         float32 // quarters of an hour that were not empty
	hourU            float32 // EW60 of x over the daily factor, clipped only at 6 times the day level

	level    float64 // EW360 of x over the daily factor, clipped
	dayLevel float64 // EW8640 of the same
	fast     float64 // EW6 of x, and of what was expected
	fastM    float64
	three    float32 // EW3
	threeM   float32
	mid      float64 // EW30
	midM     float64
	mixX     float32 // EW12
	mixM     float32
	excess   float32 // EW8640 of (x-m)^2-m, unclipped
	squares  float32 // EW8640 of m^2
	held     float32 // excess and squares of the excursion that lasts, booked when it is over, and its buckets
	heldM    float32
	heldN    float32
	slope    float32 // step of shift a bucket
	shift    float64 // daily factor

	bank      bank
	scale     float32 // k of the slow statistics, at least 1, and what it becomes when the excursion that lasts is over
	wander    float32
	blockN    float32 // the open block of 5 minutes: buckets, lines, expected, variance
	blockX    float32
	blockM    float32
	blockV    float32
	blocks    float32
	up, down  excursion
	rises     record
	falls     record
	steady    float32 // largest q of three steady buckets
	last3     [3]float32
	past      [5]float32 // the buckets before the one in work
	before    float32    // the last one
	burst     float32    // largest sum over EW30, booked once halved
	burstPeak float32
	share     float32 // EW17280 of the volume inside excursions, and of all volume
	volume    float32
	gaps      gaps
	ramp      ramp
	mixSquare float32 // of the log ratio to the service's median
	owed      float32 // lines expected since the last bucket that was not empty
	owedNats  float32 // and what speaks for silence in these buckets
	low       float32 // mu of the bucket in work with the common factor of falls
	outlived  float32 // level and that of the day as an alarm began, until the series comes back to it, see outlive; 0: none
	ofDay     float32

	day *daily // nil for a series that is too rare for a profile

	x, mu, r, phi float64 // of the bucket in work
	svc           *service
}

// excursion is a run in which a statistic is over excursionFloor, and the alarm that it may have become.
type excursion struct {
	on    bool
	alarm bool
	paged bool
	soft  bool    // the alarm is a notice: decided when it was raised
	hot   int32   // buckets that were hot (up) or low (down), see persistence
	last  int64   // last hot bucket
	zero  int64   // last bucket in which the statistic was about 0: the onset is the one after it
	began int64   // bucket in which the alarm was raised
	sumX  float32 // since zero
	sumM  float32
	peak  float32

	strength float32 // in this bucket; see strength.go
}

// sum counts a bucket of x lines, of which m were expected.
func (e *excursion) sum(x, m float64) {
	e.sumX, e.sumM = bounded[float32](float64(e.sumX)+x), bounded[float32](float64(e.sumM)+m)
}

// serious tells of an alarm that is no notice: what happens in it is not what the series does.
func (e *excursion) serious() bool { return e.alarm && !e.soft }

// series is its name in the stream.
func (s *series) series() detector.Series {
	return detector.Series{
		Class: detector.ClassLine, Service: s.svc.name, Environment: s.svc.environment, Level: s.id.level, Shape: s.id.shape,
	}
}

func newSeries(id templateKey, role role, n int64, svc *service) *series {
	return &series{
		id: id, role: role, err: id.level >= detector.LevelError, born: n, last: n - 1, seen: n, scale: 1, wander: 1, shift: 1, svc: svc,
		up: excursion{zero: n - 1}, down: excursion{zero: n - 1},
	}
}

// age is the number of buckets before n that the series has lived.
func (s *series) age(n int64) int64 { return n - s.born }

// rare tells that a series needs no work in a bucket in which it had nothing.
func (s *series) rare(n int64) bool {
	return s.role == roleTemplate && s.level < .03 && s.dayLevel < .03 && !s.up.on && !s.up.alarm && !s.down.on && !s.down.alarm &&
		s.fast < .01 && n < s.gaps.due && n-s.last < 8640
}

// clipped is x held within three standard deviations of what is expected.
func (s *series) clipped(x, mean float64) float64 {
	if s.age(s.last) < 30 {
		return x
	}
	sd := math.Sqrt(mean + s.phi*mean*mean)
	return clamp(x, mean-3*sd, mean+3*sd+1)
}

// observe brings the series to bucket n, in which it had x lines: what was expected, and the short means by which the
// service's common factor is found. judge follows with that factor. A sum is expected to be at least what its parts are:
// which they are changes.
func (s *series) observe(n int64, x, parts float64, env *moment) {
	k := n - 1 - s.last
	if k > 0 {
		s.skip(k, env)
	}
	if x > 0 && n-s.seen > env.day/4 {
		s.resume()
	}
	s.season(n, k > 0, env)
	if n-s.last == 1 && s.age(n) > 0 {
		s.past = [5]float32{s.before, s.past[0], s.past[1], s.past[2], s.past[3]}
	} else {
		s.past = [5]float32{}
	}
	s.before = float32(x)
	s.last = n
	s.x = x
	s.mu = max(s.expected(n, env), parts)
	s.phi, s.r = s.dispersion(n, env)
	if !s.up.on || s.wild || s.up.began > s.up.zero { // an excursion that nobody was told of says what it was when it is over
		s.wild = s.bursty(n, env)
	}
	age := s.age(n)
	plain := 1 / float64(age+1)
	s.fast, s.fastM = towards(s.fast, x, env.w6, plain), towards(s.fastM, s.mu, env.w6, plain)
	s.three, s.threeM = towards(s.three, x, env.w3, plain), towards(s.threeM, s.mu, env.w3, plain)
	s.mid, s.midM = towards(s.mid, x, env.w30, plain), towards(s.midM, s.mu, env.w30, plain)
	s.mixX, s.mixM = towards(s.mixX, x, env.w12, plain), towards(s.mixM, s.mu, env.w12, plain)
	if x > 0 {
		s.gaps.event(n, n-s.seen, s.svc.quiet.within(s.seen), float64(s.owed)+s.mu, env)
		if s.lines == 0 || n/env.slot != s.seen/env.slot {
			s.quarters++
		}
		s.seen = n
		s.lines += x
		s.filled++
	}
}

// rareRate is the rate under which the expected has a floor, in lines a bucket: one in eight minutes.
const rareRate = .02

// dayLines is how many lines the day's level weighs against the hour's: what is rare is known by the day.
const dayLines = 30

// expected is level times the daily factor. The level is the hour's, and for rare series more and more the day's: of n
// buckets of memory an hour has 360, the day dayLines over its rate. A series of under .02 a bucket is never expected less
// than what it had in its life, and half a line more (at most three days of it).
func (s *series) expected(n int64, env *moment) float64 {
	hour, day := s.known(env)
	mu := (hour*s.level + day*s.dayLevel) / (hour + day) * s.shift
	if s.level < rareRate {
		age := float64(max(1, s.age(n)))
		mu = max(mu, min(rareRate, s.lines/age+.5/min(age, float64(3*env.day))))
	}
	return max(mu, 1e-6)
}

// known is what the levels of the hour and of the day weigh.
func (s *series) known(env *moment) (hour, day float64) {
	return 360 * env.per, dayLines / max(s.dayLevel, 1e-3)
}

// phiPrior is the dispersion that is assumed of a series of which nothing is known, and phiWeight what that weighs, in
// units of the information 1/var(phi).
const (
	phiPrior  = .5
	phiWeight = 2
)

// dispersion returns phi (variance = m + phi m^2) and r = 1/phi, at most 20. Of n independent Poisson counts of mean m the
// estimate of phi has the variance 2/(n m^2): r takes the estimate as far as that is known.
func (s *series) dispersion(n int64, env *moment) (phi, r float64) {
	known := s.information(n, env)
	if s.squares > 0 {
		phi = max(0, float64(s.excess)/float64(s.squares))
	}
	judged := (phi*known + phiPrior*phiWeight) / (known + phiWeight)
	if s.role == roleRegular {
		return phi, min(mostOfSum, 1/judged)
	}
	return phi, min(20, 1/judged)
}

// mostOfSum is the greatest r of the sum over templates: what each does by itself evens out.
const mostOfSum = 60

// information is 1/var(phi).
func (s *series) information(n int64, env *moment) float64 {
	return .5 * min(float64(s.age(n)), 8640*env.per) * float64(s.squares)
}
