package anomaly

import "github.com/tocsin-io/tocsin/detector"

// codeFactor codes the detectors of the whole service.
func (v *service) codeFactor(c *coder) {
	f, p, q, b, m := &v.factor, &v.partial, &v.quiet, &v.bytes, &v.mix
	n, members, known := int64(f.n), int64(f.members), int64(v.shape.n)
	c.floats(&v.shape.a, &v.shape.b)
	c.ints(&v.shape.first, &v.shape.second, &n, &members, &known, &p.lowRun, &p.highRun, &q.run, &q.longest, &q.began, &q.length, &q.ended, &b.run, &b.began, &b.zero, &b.age, &m.run, &m.began,
		&m.zero, &m.ended, &m.age)
	if c.version >= 6 && c.version <= 8 {
		var level float64
		var at int64
		c.floats(&level)
		c.ints(&at)
	}
	if c.version >= 6 {
		c.floats(&v.today)
	}
	if c.version >= 10 {
		c.ints(&v.started, &v.brief.first.at, &v.swells.told.at)
		c.floats(&v.brief.first.was, &v.swells.told.was)
	}
	if c.version >= 11 {
		c.ints(&v.brief.second.at, &v.brief.last.at)
		c.floats(&v.brief.second.was, &v.brief.last.was)
	}
	c.ints(&v.late.began, &v.late.seen)
	f.n, f.members, v.shape.n = int(n), int(members), int(known)
	c.floats(&f.median, &f.up, &f.down, &f.pool, &f.quick, &f.e, &p.rise, &p.fall, &f.mean, &q.nats, &q.missed, &b.fast, &b.base, &b.spread, &b.ever, &b.peak, &b.now, &m.mean,
		&m.square, &m.first, &m.second, &m.peak, &m.q, &v.births.errors, &v.late.recent, &v.late.lines)
	c.bools(&q.alarm, &b.on, &b.alarm, &b.paged, &m.on, &m.alarm, &m.paged)
	if c.version >= 12 {
		c.floats(&p.high, &p.low)
	}
	if c.version >= 13 {
		v.course.code(c)
	}
	for _, d := range [2]*depth{&p.up, &p.down} {
		c.floats(&d.peak, &d.full, &d.asked)
		c.ints(&d.begin)
		if c.version >= 7 {
			c.floats(&d.proof, &d.from)
		}
		c.bools(&d.on, &d.paged)
		for i := range d.past {
			c.ints(&d.past[i].n)
			c.floats(&d.past[i].depth, &d.past[i].full)
			c.bools(&d.past[i].paged)
		}
	}
	for _, e := range [2]*excursion{&p.alarmUp, &p.alarmLow} {
		c.ints(&e.began, &e.zero)
		if c.version >= 4 {
			c.numbers(&e.sumX, &e.sumM)
		}
		c.bools(&e.alarm, &e.soft)
	}
}

func (v *service) codeValues(c *coder) {
	n := c.length(len(v.valueOrder))
	for i := range n {
		l := &latency{}
		if !c.reading {
			l = v.valueOrder[i]
		}
		c.identity(&l.key)
		c.ints(&l.born, &l.seen, &l.age, &l.run, &l.began, &l.zero, &l.last)
		c.floats(&l.base, &l.within.sum, &l.within.weight, &l.score)
		c.bools(&l.alarm)
		for j := range l.windows {
			w := &l.windows[j]
			c.floats(&w.sum, &w.weight, &w.wander, &w.ever, &w.peak)
			c.bools(&w.on, &w.paged)
		}
		if c.err != nil {
			return
		}
		if c.reading {
			if v.values[l.key] != nil {
				c.fail()
				return
			}
			v.values[l.key] = l
			v.valueOrder = append(v.valueOrder, l)
		}
	}
}

func (v *service) codeNovel(c *coder) {
	n := c.length(len(v.novel))
	if n > maxNovel {
		c.fail()
		return
	}
	for i := range n {
		var nov novelty
		var level, shape uint64
		if !c.reading {
			nov = v.novel[i]
			level, shape = uint64(nov.t.id.level), uint64(nov.t.id.shape)
		}
		level, shape = c.number(level), c.number(shape)
		c.ints(&nov.since, &nov.times[0], &nov.times[1], &nov.times[2], &nov.fired)
		c.floats(&nov.lines)
		if !c.reading {
			continue
		}
		if nov.t = v.templates[templateKey{detector.Level(level), detector.ShapeID(shape)}]; nov.t == nil || c.err != nil {
			c.fail()
			return
		}
		v.novel = append(v.novel, nov)
	}
}

func (v *service) codeEpisodes(c *coder) {
	n := c.length(len(v.episodes))
	for i := range n {
		e := &episode{}
		if !c.reading {
			e = v.episodes[i]
		}
		kind := string(e.kind)
		c.text(&kind)
		e.kind = detector.Kind(kind)
		c.ints(&e.onset, &e.grown, &e.heard)
		e.primary.code(c)
		m := c.length(len(e.members))
		if m > maxMembers {
			c.fail()
		}
		if c.reading && c.err == nil {
			e.members = make([]member, m)
		}
		for j := range e.members {
			e.members[j].code(c)
		}
		if c.err != nil {
			return
		}
		if c.reading {
			v.episodes = append(v.episodes, e)
		}
	}
}

func (m *member) code(c *coder) {
	c.identity(&m.key)
	m.role = role(c.number(uint64(m.role)))
	m.fam = family(c.number(uint64(m.fam)))
}
