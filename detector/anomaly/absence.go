package anomaly

// judgeGap decides on the silence of a sparse template: by its beat, or by its longest gap; see gaps. Errors may stop.
func (s *series) judgeGap(n int64, bar float64, env *moment) {
	g := &s.gaps
	if s.x > 0 || s.err {
		g.alarm = false
		return
	}
	if g.alarm {
		if n-g.began > 3*env.hour {
			g.alarm, g.gone = false, true
		}
		return
	}
	if n < g.due || env.gap || s.svc.silent() || s.down.alarm {
		return
	}
	rate := s.lines / float64(max(1, s.seen-s.born+1))
	if nats, silent := g.silent(n, rate, s.r, bar, s.age(n), s.wild, env); silent {
		g.alarm, g.began, g.nats = true, n, nats
		g.soft = s.svc.soft(env) || s.svc.replaced(s, s.seen, env)
	}
}
