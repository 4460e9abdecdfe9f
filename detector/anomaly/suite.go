package anomaly

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Suite judges the counts of one shard: a detector.Judge. It knows no clock; all it remembers is in AppendState. Not
// safe for concurrent use.
type Suite struct {
	opt      Options
	first    int64 // first bucket that was stepped, since the epoch; 0 before
	last     int64 // last bucket
	services map[serviceKey]*service
	order    []*service // in order of birth
	recent   *service   // of the row before: rows come service by service
	series   int
	dropped  uint64
	facts    facts // secrets, lost offsets and skew
	inputs   inputs
	late     lateness
	near     []detector.Signal // of the last bucket
	saved    int               // bytes of the state as it was written or read last: about what the next one takes
	space    space
}

type serviceKey struct{ name, environment string }

var _ detector.Judge = (*Suite)(nil)

// New returns a Suite that knows nothing yet.
func New(o Options) *Suite {
	s := &Suite{opt: o.withDefaults()}
	s.reset()
	return s
}

func (s *Suite) reset() {
	s.first, s.last, s.series, s.dropped = 0, 0, 0, 0
	s.services = make(map[serviceKey]*service)
	s.order, s.recent = nil, nil
	s.facts, s.inputs = newFacts(), newInputs()
	s.late = lateness{}
	s.near = nil
}

// Dropped is how many lines could not be judged because MaxSeries was reached by new services.
func (s *Suite) Dropped() uint64 { return s.dropped }

// Series is how many series are kept.
func (s *Suite) Series() int { return s.series }

// moment is what a bucket means to the detectors.
type moment struct {
	n     int64   // number of the bucket since the epoch
	age   int64   // buckets since the first one
	per   float64 // buckets of this width in 10 s
	slot  int64   // buckets in a quarter of an hour
	hour  int64
	day   int64
	opt   *Options
	gap   bool // nothing may be judged as a fall
	hush  bool // most services are silent
	late  bool // over 5 % of the lines come late: falls are notices
	early bool // more lines of the bucket may come: only what none of them takes back is called, see early.go
	start time.Time
	width time.Duration
	space *space
	near  []detector.Signal // near misses, of all services so far
	weights
}

func (s *Suite) moment(start time.Time, n int64) *moment {
	o := &s.opt
	return &moment{
		n: n, age: n - s.first, per: float64(10*time.Second) / float64(o.Width),
		slot: o.buckets(15 * time.Minute), hour: o.buckets(time.Hour), day: o.buckets(24 * time.Hour),
		opt: o, start: start, width: o.Width, space: &s.space,
	}
}

// time is the begin of bucket n.
func (m *moment) time(n int64) time.Time { return m.start.Add(time.Duration(n-m.n) * m.width) }

// minutes is how many buckets k minutes are.
func (m *moment) minutes(k int64) int64 { return max(1, m.hour*k/60) }

// leastSilence is how many empty buckets make a silence: 50 s of them, and while most services are silent over a minute. What they
// have in common is what brings their lines, and one that restarts holds back a minute of them.
func (m *moment) leastSilence() int64 {
	if m.hush {
		return m.minutes(1) + 1
	}
	return max(2, restart(m))
}

// hush tells that of the services that log in every bucket most, and at least three, have nothing in this one.
func (s *Suite) hush(env *moment) bool {
	silent, all := 0, 0
	for _, v := range s.order {
		if mu, _ := v.owed(); mu < 1 || env.n-v.born < env.hour {
			continue
		}
		all++
		if len(v.counted) == 0 {
			silent++
		}
	}
	return silent >= 3 && 2*silent > all
}

// bar is H for a series of this age: three times in the first hour of the suite or of the series, twice in their first day,
// one and a half times in the second day of the suite.
func (m *moment) bar(h float64, age int64) float64 {
	learning, warm := m.opt.buckets(m.opt.Learning), m.opt.buckets(m.opt.Warm)
	switch {
	case m.age < learning || age < learning:
		return 3 * h
	case m.age < warm || age < warm:
		return 2 * h
	case m.age < 2*warm:
		return 1.5 * h
	}
	return h
}

// young tells that a service has not lived through a day: what it does each day is not known.
func (m *moment) young(v *service) bool { return m.n-v.born < m.opt.buckets(m.opt.Warm) }

func (s *Suite) number(t time.Time) int64 { return t.UnixNano() / int64(s.opt.Width) }

// Step takes a complete bucket; see detector.Judge. A bucket that is not newer than the last one changes nothing.
func (s *Suite) Step(b *detector.Bucket) []detector.Signal {
	n := s.number(b.Start)
	if s.last != 0 && n <= s.last {
		return nil
	}
	if s.first == 0 {
		s.first = n
	}
	env := s.moment(b.Start, n)
	env.gap = b.Gap
	env.late, env.near = s.late.step(b), s.near[:0]
	env.weigh()
	s.last = n
	s.gather(b, env)
	env.hush = s.hush(env)
	var out []detector.Signal
	out = s.facts.signals(out, env)
	out = s.inputs.judge(out, env)
	s.lend(env)
	for _, svc := range s.order {
		out = svc.step(out, env)
	}
	s.near = env.near
	s.sweep(env)
	return out
}

// gather hands the rows of a bucket to the series that they count.
func (s *Suite) gather(b *detector.Bucket, env *moment) {
	for i := range b.Rows {
		row := &b.Rows[i]
		switch row.Series.Class {
		case detector.ClassLine:
			s.line(row, env)
		case detector.ClassSecret, detector.ClassLoss, detector.ClassSkew:
			s.facts.add(row, env)
			if row.Series.Class == detector.ClassSecret {
				if svc := s.services[serviceKey{row.Series.Service, row.Series.Environment}]; svc != nil {
					svc.secret(row.Series, env.n)
				}
			}
		case detector.ClassInput:
			s.inputs.add(row, env)
		case detector.ClassLate:
			if svc := s.service(row.Series, env); svc != nil {
				svc.late.now += float64(row.Lines)
			}
		case detector.ClassSlot:
			if svc := s.service(row.Series, env); svc != nil {
				svc.value(row, env)
			}
		}
	}
}

func (s *Suite) line(row *detector.Row, env *moment) {
	if row.Lines == 0 {
		return
	}
	svc := s.service(row.Series, env)
	if svc == nil {
		s.dropped += row.Lines
		return
	}
	before := len(svc.order)
	svc.count(s.take(svc, row, env), float64(row.Lines), float64(row.Bytes))
	s.series += len(svc.order) - before
}

// take is the template that a row counts for, which may begin with it: where there is no room that of all which found none.
func (s *Suite) take(svc *service, row *detector.Row, env *moment) *series {
	id := templateKey{row.Series.Level, row.Series.Shape}
	if t := svc.templates[id]; t != nil {
		return t
	}
	if s.series >= s.opt.MaxSeries && row.Series.Shape != detector.OverflowShape {
		id.shape = detector.OverflowShape
		if t := svc.templates[id]; t != nil {
			return t
		}
	}
	return svc.template(id, env)
}

// service finds the service of a series, or takes it up while there is room.
func (s *Suite) service(of detector.Series, env *moment) *service {
	if r := s.recent; r != nil && r.name == of.Service && r.environment == of.Environment {
		return r
	}
	key := serviceKey{of.Service, of.Environment}
	svc := s.services[key]
	if svc == nil {
		if s.series+sums > s.opt.MaxSeries {
			return nil
		}
		svc = newService(key, env.n)
		s.services[key] = svc
		s.order = append(s.order, svc)
		s.series += sums
	}
	s.recent = svc
	return svc
}

// sweep forgets, once an hour, what was not seen for two weeks, or for two days when three quarters of MaxSeries are
// taken.
func (s *Suite) sweep(env *moment) {
	if env.n%env.hour != 0 {
		return
	}
	s.recent = nil
	limit := 14 * env.day
	if s.series > s.opt.MaxSeries/4*3 {
		limit = 2 * env.day
	}
	kept := s.order[:0]
	for _, svc := range s.order {
		s.series -= svc.forget(env.n - limit)
		if len(svc.templates) == 0 && len(svc.values) == 0 && svc.total.seen < env.n-limit {
			s.series -= sums
			delete(s.services, serviceKey{svc.name, svc.environment})
			continue
		}
		kept = append(kept, svc)
	}
	clear(s.order[len(kept):])
	s.order = kept
}
