package anomaly

// calm is what a service was before its last rise that was called. Levels follow what lasts, a surge too; when it ends the
// service is where it was, and that is no fall.
type calm struct {
	level float64 // of the sum over regular templates when the rise was called
	at    int64   // last bucket in which it held, 0 before the first
}

// note remembers the level when a rise is called, and how long it holds.
func (c *calm) note(v *service, env *moment) {
	high := &v.partial.alarmUp
	if !high.alarm {
		return
	}
	if high.began == env.n {
		c.level = v.regular.level
	}
	c.at = env.n
}

// share is what a fall is held against, over what is expected: the level before a rise that holds or ended within two hours over
// the one now, a fifth to 1.
func (c *calm) share(v *service, env *moment) float64 {
	if c.at == 0 || env.n-c.at >= 2*env.hour {
		return 1
	}
	return clamp(c.level/max(v.regular.level, 1e-9), .2, 1)
}

func (c *calm) code(to *coder) {
	if to.version >= 6 {
		to.floats(&c.level)
		to.ints(&c.at)
	}
}
