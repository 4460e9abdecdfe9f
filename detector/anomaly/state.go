package anomaly

import (
	"fmt"
	"math"
	"slices"

	"github.com/tocsin-io/tocsin/detector"
)

// stateVersion is written first; Restore knows the versions from oldestVersion on: before 4 the sums of what a whole service
// had were not there, before 5 all numbers but the small ones were of double precision and peaks stood by the quarter of an
// hour, before 6 services did not remember today, before 7 an excursion of a service not what was held against the bar,
// before 8 templates not how evenly they log, and series not what they outlived; 6 to 8 wrote the level of a service before
// its last rise, and did not remember which slots were an alarm; before 10 a service did not know its
// bursts, swells and starts, before 11 but one burst, before 12 not where
// its factor was as a fall or rise began, before 13 not where its traffic was in the last hours, before 14
// a template not what speaks for a fall to a quarter.
const (
	stateVersion  = 14
	oldestVersion = 3
)

// AppendState appends the state: version, then every service with its series, about half a KB a series with a daily profile.
func (s *Suite) AppendState(b []byte) ([]byte, error) {
	before := len(b)
	c := &coder{b: slices.Grow(b, s.saved+s.saved/16), version: stateVersion}
	c.b = append(c.b, stateVersion)
	s.code(c)
	s.saved = len(c.b) - before
	return c.b, c.err
}

// Restore replaces the state by one that AppendState wrote with the same bucket width. After an error the suite is as it
// was.
func (s *Suite) Restore(b []byte) error {
	if len(b) == 0 || b[0] < oldestVersion || b[0] > stateVersion {
		return fmt.Errorf("anomaly: state of an unknown version: this one reads versions %d to %d", oldestVersion, stateVersion)
	}
	fresh := New(s.opt)
	c := &coder{b: b[1:], reading: true, version: b[0]}
	fresh.code(c)
	if c.err == nil && len(c.b) != 0 {
		c.fail()
	}
	if c.err != nil {
		return c.err
	}
	*s = *fresh
	s.saved = len(b)
	return nil
}

func (s *Suite) code(c *coder) {
	width := int64(s.opt.Width)
	c.ints(&width, &s.first, &s.last)
	if c.reading && width != int64(s.opt.Width) && c.err == nil {
		c.err = fmt.Errorf("anomaly: the state has another bucket width")
		return
	}
	s.dropped = c.number(s.dropped)
	c.floats(&s.late.late, &s.late.lines)
	s.facts.code(c)
	s.inputs.code(c)
	n := c.length(len(s.order))
	for i := range n {
		var svc *service
		if c.reading {
			svc = newService(serviceKey{}, 0)
		} else {
			svc = s.order[i]
		}
		svc.code(c)
		if c.err != nil {
			return
		}
		if c.reading {
			key := serviceKey{svc.name, svc.environment}
			if s.services[key] != nil {
				c.fail()
				return
			}
			s.services[key] = svc
			s.order = append(s.order, svc)
			s.series += sums + len(svc.order) + len(svc.valueOrder)
		}
	}
}

func (f *facts) code(c *coder) {
	n := c.length(len(f.order))
	for i := range n {
		it := &fact{}
		if !c.reading {
			it = f.order[i]
		}
		c.identity(&it.key)
		c.ints(&it.began, &it.seen)
		c.floats(&it.lines, &it.off)
		if c.err != nil {
			return
		}
		if c.reading {
			f.known[it.key] = it
			f.order = append(f.order, it)
		}
	}
}

// identity codes a whole series.
func (c *coder) identity(s *detector.Series) {
	s.Class = detector.Class(c.number(uint64(s.Class)))
	s.Level = detector.Level(c.number(uint64(s.Level)))
	s.Shape = detector.ShapeID(c.number(uint64(s.Shape)))
	c.text(&s.Service)
	c.text(&s.Environment)
	c.text(&s.Name)
	c.text(&s.Key)
	if s.Level > detector.LevelFatal {
		c.fail()
		s.Level = 0
	}
}

func (v *service) code(c *coder) {
	c.text(&v.name)
	c.text(&v.environment)
	c.ints(&v.born, &v.deployed, &v.secretBegan)
	c.identity(&v.secretID)
	v.total.code(c)
	v.regular.code(c)
	for i := range v.levels {
		there := v.levels[i] != nil
		c.bools(&there)
		if !there || c.err != nil {
			continue
		}
		if c.reading {
			v.levels[i] = newSeries(templateKey{level: detector.Level(i)}, roleLevel, 0, v)
		}
		v.levels[i].code(c)
	}
	v.codeTemplates(c)
	v.codeValues(c)
	v.codeFactor(c)
	v.codeKin(c)
	v.codeNovel(c)
	v.codeEpisodes(c)
}

func (v *service) codeTemplates(c *coder) {
	n := c.length(len(v.order))
	for i := range n {
		if c.err != nil {
			return
		}
		var t *series
		if c.reading {
			t = newSeries(templateKey{}, roleTemplate, 0, v)
		} else {
			t = v.order[i]
		}
		level, shape := c.number(uint64(t.id.level)), c.number(uint64(t.id.shape))
		t.code(c)
		if !c.reading {
			continue
		}
		id := templateKey{detector.Level(level), detector.ShapeID(shape)}
		if level > uint64(detector.LevelFatal) || v.levels[level] == nil || v.templates[id] != nil {
			c.fail()
			return
		}
		t.id, t.err = id, id.level >= detector.LevelError
		v.templates[id] = t
		v.order = append(v.order, t)
	}
}

func (s *series) code(c *coder) {
	up, down, g, r := &s.up, &s.down, &s.gaps, &s.ramp
	c.ints(&s.born, &s.last, &s.seen, &up.last, &up.zero, &up.began, &down.zero, &down.began, &g.start, &g.due, &g.began, &r.began, &r.zero)
	c.shorts(&up.hot, &down.hot, &g.wrong, &r.run)
	c.bools(&s.seasonal, &s.wild, &up.on, &up.alarm, &up.paged, &up.soft, &down.soft, &g.soft, &down.on, &down.alarm, &down.paged, &g.alarm, &g.gone,
		&g.rests, &r.on, &r.alarm, &r.paged)
	c.numbers(&s.lines, &s.filled, &s.quarters, &s.three, &s.threeM, &s.level, &s.dayLevel, &s.hourU, &s.fast, &s.fastM, &s.mid, &s.midM,
		&s.mixX, &s.mixM, &s.excess, &s.squares, &s.held, &s.heldM, &s.shift, &s.slope, &s.blockX, &s.blockM, &s.blockV, &s.phi, &s.r,
		&up.sumX, &up.sumM, &down.sumX, &down.sumM, &s.share, &s.volume, &s.owed, &s.owedNats, &s.mu, &g.owed, &g.owedSq)
	c.smalls(&s.heldN, &s.scale, &s.blockN, &s.blocks, &up.peak, &down.peak, &s.steady, &s.burst, &s.burstPeak, &s.before, &s.mixSquare,
		&s.bank.often, &s.bank.down[0], &s.bank.down[2], &s.last3[0], &s.last3[1], &s.last3[2])
	if c.version >= 8 {
		c.smalls(&s.outlived, &s.ofDay)
	}
	if c.version >= 12 {
		c.smalls(&s.wander)
	} else {
		s.wander = s.scale
	}
	if c.version >= 14 {
		c.smalls(&s.bank.down[1])
	}
	for i := range s.bank.up {
		c.smalls(&s.bank.up[i])
	}
	for i := range s.past {
		c.smalls(&s.past[i])
	}
	s.rises.code(c)
	s.falls.code(c)
	c.smalls(&g.n, &g.mean, &g.square, &g.longest, &g.period, &g.beats, &g.missed, &g.odd, &g.nats)
	c.smalls(&r.spread, &r.ever, &r.peak, &r.u)
	there := s.day != nil
	c.bools(&there)
	if there {
		if c.reading {
			s.day = &daily{}
		}
		s.day.code(c)
	}
	if c.reading && (s.born > s.last+1 || s.last < 0 || s.last > math.MaxInt64/4 || s.shift <= 0) {
		c.fail()
	}
}

func (r *record) code(c *coder) {
	c.smalls(&r.n, &r.total, &r.mean, &r.square, &r.first, &r.second, &r.paged)
}

func (d *daily) code(c *coder) {
	var part [slots]uint8
	for _, shift := range [2]int{0, 8} {
		for i, v := range d.rate {
			part[i] = uint8(v >> shift)
		}
		c.bytes(part[:])
		if c.reading {
			for i := range d.rate {
				d.rate[i] = d.rate[i]&^(0xff<<shift) | uint16(part[i])<<shift
			}
		}
	}
	c.peaks(&d.up)
	c.peaks(&d.down)
	d.seen = uint16(c.number(uint64(d.seen)))
	c.numbers(&d.sum)
	c.smalls(&d.count, &d.avg)
	if c.version >= 8 {
		c.smalls(&d.even)
	}
	c.ints(&d.open)
	if c.version >= 9 {
		c.smalls(&d.toldSum, &d.toldCount)
		for i := range d.told {
			d.told[i] = uint32(c.number(uint64(d.told[i])))
		}
	}
}

func (c *coder) peaks(at *[halves]uint8) {
	if c.version >= 5 {
		c.bytes(at[:])
		return
	}
	var quarters [slots]uint8
	c.bytes(quarters[:])
	for i := range at {
		at[i] = max(quarters[2*i], quarters[2*i+1])
	}
}
