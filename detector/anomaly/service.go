package anomaly

import (
	"slices"

	"github.com/tocsin-io/tocsin/detector"
)

// sums is how many series a service has beside its templates: the total, the regular part, seven levels and bytes.
const sums = 10

type templateKey struct {
	level detector.Level
	shape detector.ShapeID
}

// service is all that is remembered of one service in one environment.
type service struct {
	name, environment string
	born              int64
	templates         map[templateKey]*series
	order             []*series // templates, in order of birth
	total, regular    *series
	levels            [7]*series
	values            map[detector.Series]*latency
	valueOrder        []*latency

	factor  factor
	shape   shape
	kin     *kin // the day it borrows; nil for most
	partial partial
	course  course
	quiet   quiet
	bytes   volume
	mix     mix
	novel   []novelty // errors that are new or came back, newest last
	births  births
	today   float64 // where it is today over the day before, see drift
	late    latecomers
	brief   brief
	swells  swells

	started     int64 // last bucket with lines of a start, see noteStart; 0 if none
	deployed    int64 // last deployment that was told, 0 if none
	secretBegan int64 // begin of the newest secret
	secretID    detector.Series
	episodes    []*episode

	// of the bucket in work
	counted []*series // with lines
	size    float64   // bytes
	tardy   bool      // lines come that are late: what is missing is no fall
	signals []candidate
	active  []*series
	voters  []*series // those that tell what traffic does, see factor
}

func newService(key serviceKey, n int64) *service {
	svc := &service{
		name: key.name, environment: key.environment, born: n, today: 1,
		templates: make(map[templateKey]*series), values: make(map[detector.Series]*latency),
	}
	svc.factor = newFactor()
	svc.total = newSeries(templateKey{}, roleTotal, n, svc)
	svc.regular = newSeries(templateKey{}, roleRegular, n, svc)
	return svc
}

func (v *service) template(id templateKey, env *moment) *series {
	t := newSeries(id, roleTemplate, env.n, v)
	v.templates[id] = t
	v.order = append(v.order, t)
	if v.levels[id.level] == nil {
		v.levels[id.level] = newSeries(templateKey{level: id.level}, roleLevel, env.n, v)
	}
	return t
}

// count adds lines to a template in the bucket in work.
func (v *service) count(t *series, lines, bytes float64) {
	if t.x == 0 {
		v.counted = append(v.counted, t)
	}
	t.x += lines
	v.size += bytes
}

// step judges the bucket in work and appends the service's signals.
func (v *service) step(out []detector.Signal, env *moment) []detector.Signal {
	out = v.late.judge(out, v, env)
	if v.asleep(env) {
		return out
	}
	env.space.lend(v)
	defer env.space.takeBack(v)
	total, regular, parts := v.observe(env)
	v.factor.find(v, env)
	v.total.observe(env.n, total, 0, env)
	v.regular.observe(env.n, regular, parts, env)
	v.judge(env)
	v.learn(env)
	out = v.settle(out, env)
	env.near = v.near(env.near, env)
	for _, t := range v.counted {
		t.x = 0
	}
	clear(v.counted)
	v.counted, v.size = v.counted[:0], 0
	return out
}

// asleep tells that nothing was logged and nothing is expected soon.
func (v *service) asleep(env *moment) bool {
	if len(v.counted) > 0 || v.size > 0 || len(v.episodes) > 0 || !v.total.rare(env.n) || v.quiet.alarm || v.latent() {
		return false
	}
	for _, t := range v.order {
		if !t.rare(env.n) {
			return false
		}
	}
	return true
}

// observe brings every template that needs it to the bucket, and sums up: all lines, and those of regular templates with
// what is expected of them. What errors do in bursts is judged by each template alone and is in no sum.
func (v *service) observe(env *moment) (total, regular, parts float64) {
	var levels, expected [7]float64
	v.drift(env)
	for _, t := range v.order {
		x := t.x
		if x == 0 && t.rare(env.n) {
			if env.early {
				mu := t.mostExpected(env)
				parts, expected[t.id.level] = parts+mu, expected[t.id.level]+mu
			}
			continue
		}
		if x > 0 && t.err {
			v.noteNovel(t, x, env)
		}
		t.observe(env.n, x, 0, env)
		v.active = append(v.active, t)
		total += x
		mu := t.mu
		if t.age(env.n) < env.hour {
			mu = 0 // what is new is expected of no sum
		}
		if !t.wild {
			regular += x
			parts += mu
		}
		if !t.wild || !t.err {
			levels[t.id.level] += x
			expected[t.id.level] += mu
		}
	}
	v.noteStart(env)
	for i, l := range v.levels {
		if l != nil && (levels[i] > 0 || !l.rare(env.n)) {
			l.observe(env.n, levels[i], expected[i], env)
		}
	}
	return total, regular, parts
}

// judge runs the detectors over the bucket.
func (v *service) judge(env *moment) {
	bar, errors := env.opt.bars(v.name)
	v.judgeSum(bar, env)
	mu, _ := v.owed()
	v.tardy = v.late.arriving(mu, env)
	v.judgeQuiet(env.bar(bar, env.n-v.born), env)
	v.judgePartial(env.bar(bar, env.n-v.born), env)
	v.judgeParts(bar, errors, env)
	v.brief.settle(env)
	v.judgeRamp(env)
	v.judgeMix(env)
	v.judgeVolume(env)
	v.judgeLatency(env)
	v.propose(env)
}

// judgeSum judges whether there is too much of all regular templates together.
func (v *service) judgeSum(bar float64, env *moment) {
	v.regular.judgeRise(env.n, v.rising(env), env.bar(bar, v.regular.age(env.n)), env)
}

// judgeParts judges the errors of each level, and each template. While more lines may come there is too little of nothing.
func (v *service) judgeParts(bar, errors float64, env *moment) {
	up, down := v.rising(env), v.factor.low()
	for _, l := range v.levels[detector.LevelError:] {
		if l != nil && l.last == env.n {
			l.judgeRise(env.n, up, env.bar(errors, l.age(env.n)), env)
		}
	}
	for _, t := range v.active {
		h := bar
		if t.err {
			h = errors
		}
		h = env.bar(h, t.age(env.n))
		t.judgeRise(env.n, t.shareOf(up), h, env)
		if !env.early {
			t.judgeFall(env.n, t.shareOf(down), h, env)
			t.judgeGap(env.n, h, env)
		}
	}
}

func (v *service) learn(env *moment) {
	up, down := v.factor.high(), v.factor.low()
	g := up * down
	for _, t := range v.active {
		t.learn(env.n, t.mu*t.shareOf(g), env)
	}
	for _, l := range v.levels {
		if l != nil && l.last == env.n {
			l.learn(env.n, l.mu*g, env)
		}
	}
	v.total.learn(env.n, v.total.mu, env)
	v.regular.learn(env.n, v.regular.mu, env)
	v.factor.learn()
	v.bytes.learn(v, env)
}

// forget drops templates that were not seen since bucket n and returns how many.
func (v *service) forget(n int64) int {
	dropped := 0
	v.order = slices.DeleteFunc(v.order, func(t *series) bool {
		if t.seen >= n {
			return false
		}
		delete(v.templates, t.id)
		dropped++
		return true
	})
	v.valueOrder = slices.DeleteFunc(v.valueOrder, func(l *latency) bool {
		if l.seen >= n {
			return false
		}
		delete(v.values, l.key)
		dropped++
		return true
	})
	return dropped
}
