package anomaly

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Outlines hands each what is expected of every service and level, and with templates of these too, as BandAt says it. What
// is so new that nothing is known of it is left out.
func (s *Suite) Outlines(templates bool, each func(detector.Outline)) {
	env := s.moment(time.Unix(0, s.last*int64(s.opt.Width)), s.last)
	for _, v := range s.order {
		if v.total == nil || v.total.age(s.last) < env.hour {
			continue
		}
		all := []*series{v.total}
		for _, l := range v.levels {
			if l != nil {
				all = append(all, l)
			}
		}
		if templates {
			all = append(all, v.order...)
		}
		v.outlines(all, env, each)
	}
}

// outlines hands each what is expected of series of the service.
func (v *service) outlines(all []*series, env *moment, each func(detector.Outline)) {
	out := make([]detector.Outline, len(all))
	shaped := false // a series of which it depends on the time of day
	for i, t := range all {
		out[i] = detector.Outline{Series: t.series(), Phi: t.phi}
		if t.age(env.n) >= env.hour {
			out[i].Level = t.level
			shaped = shaped || t.profile()
		}
	}
	if shaped {
		v.days(all, out)
	}
	for i := range out {
		each(out[i])
	}
}

// days gives the outlines of series their days.
func (v *service) days(all []*series, out []detector.Outline) {
	was := v.shape
	defer func() { v.shape = was }()
	for i, t := range all {
		if out[i].Level > 0 && t.profile() {
			out[i].Day = make([]float32, slots)
		}
	}
	for slot := int64(0); slot < slots; slot += 2 {
		v.shape.find(v, slot, slot+1)
		for i, t := range all {
			if day := out[i].Day; day != nil {
				day[slot], day[slot+1] = float32(t.relative(slot, v.shape.a)), float32(t.relative(slot+1, v.shape.b))
			}
		}
	}
}
