package anomaly

// judgeGap decides on the silence of a sparse template: by its beat, or by its longest gap; see gaps. Errors may stop.
func (s *series) judgeGap(n int64, bar float64, env *moment) {
	g := &s.gaps
	g.strength = 0
	if s.x > 0 || s.err {
		g.alarm, s.owed, s.owedNats = false, 0, 0
		return
	}
	s.owe(min(s.mu, float64(s.low)), 1)
	if g.alarm {
		g.strength = float32(env.strength(float64(max(g.nats, s.owedNats)), s.err, s.age(n)))
		if n-g.began > 3*env.hour || s.svc.tardy {
			g.alarm, g.gone = false, true
		}
		return
	}
	if n < g.due || env.gap || s.svc.silent() || s.svc.tardy || s.down.alarm {
		return
	}
	nats, strong := g.silent(n, float64(s.owedNats), bar, s.age(n), s.wild, s.svc.quiet.ended >= g.start, env)
	g.strength = float32(env.strength(strong, s.err, s.age(n)))
	if strong > bar {
		resting, sure := s.resting(env)
		if sure {
			g.strength = 0
			return
		}
		g.alarm, g.began, g.nats = true, n, float32(nats)
		g.soft = resting || s.svc.softSince(s.seen, env) || s.svc.replaced(s, s.seen, env) || (!g.beating() && s.svc.succeeded(s, s.seen, env.n, env))
	}
}
