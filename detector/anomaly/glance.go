package anomaly

import (
	"slices"

	"github.com/tocsin-io/tocsin/detector"
)

// glance looks cheaply for services of which something may be called before the bucket in work is complete, by what is known of their series
// from the bucket before. What it passes over is told with its bucket.
type glance struct {
	name        serviceKey
	svc         *service // of the rows before; nil where none is looked at
	up          float64  // what the common factor may be
	bar, errors float64
	regular     float64
	levels      [detector.LevelFatal + 1]float64
	promising   bool
}

// begin takes up a service, which is nil where it is not known.
func (g *glance) begin(name serviceKey, v *service, env *moment) {
	*g = glance{name: name}
	if v == nil || !v.foreseeable(env) {
		return
	}
	g.svc, g.up = v, 1
	if len(v.order) >= fewest {
		g.up = v.factor.next()
	}
	g.bar, g.errors = env.opt.bars(v.name)
}

// take looks at a row of the service.
func (g *glance) take(row *detector.Row, env *moment) {
	v, x := g.svc, float64(row.Lines)
	if v == nil || g.promising || x == 0 {
		return
	}
	t := v.templates[templateKey{row.Series.Level, row.Series.Shape}]
	wild := t != nil && t.wild
	if !wild {
		g.regular += x
	}
	if l := row.Series.Level; l >= detector.LevelError && !(wild && t.err) {
		g.levels[l] += x
	}
	if t == nil {
		return
	}
	bar := g.bar
	if t.err {
		bar = g.errors
	}
	g.promising = t.mayRise(x, g.up, bar, env) || t.err && v.mayBeNew(t, x)
}

// done adds the service that was looked at to those that are promising.
func (g *glance) done(all []*service, env *moment) []*service {
	v := g.svc
	if v == nil {
		return all
	}
	promising := g.promising || v.regular.mayRise(g.regular, g.up, g.bar, env)
	for level, x := range g.levels {
		if l := v.levels[level]; x > 0 && l != nil {
			promising = promising || l.mayRise(x, g.up, g.errors, env)
		}
	}
	if promising && !slices.Contains(all, v) {
		all = append(all, v)
	}
	return all
}

// mayRise tells that x lines in the bucket in work may be called, where up is the common factor and bar H in nats.
func (s *series) mayRise(x, up, bar float64, env *moment) bool {
	m := s.level * (s.shift + float64(s.slope)) * up
	if x <= 1.3*m || s.up.alarm {
		return false
	}
	after := s.bank
	after.rise(x, m, max(s.r, .05))
	u, _ := after.upward(float64(s.scale), s.phi, s.role == roleRegular)
	if b := &after; s.role == roleTemplate {
		u = max(u, float64(b.often)+stepCap)
	}
	return u*rarer > env.bar(bar, s.age(env.n))
}

// mayBeNew tells that a template with x lines more may be called a new error.
func (v *service) mayBeNew(t *series, x float64) bool {
	return slices.ContainsFunc(v.novel, func(nov novelty) bool {
		return nov.t == t && nov.fired == 0 && nov.lines+x >= 3
	})
}
