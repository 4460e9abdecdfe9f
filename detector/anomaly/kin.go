package anomaly

import "math"

// kin is the day that a service which was born late borrows until it has lived through one of its own: the median of the
// days of the services like it. Like it are those of its environment that know their day, log .1 to 10 times as much, and
// whose day agrees with the hours that it has lived: the standard deviation of ln of the ratio of rates is under likeDay, over
// at least leastSlots quarters of an hour, and the last one is no further off than twice that. So what turns out to be unlike is left
// out from the next quarter on.
type kin struct {
	rate [slots]float32 // over the mean of the day
	n    int            // services that it is the median of, at least fewest
}

const (
	likeDay    = .2
	leastSlots = 16
)

// lend renews what the services that were born late borrow, in the middle of every slot: the one before it is known, and
// daily factors are found anew.
func (s *Suite) lend(env *moment) {
	if env.n%env.slot != env.slot/2 {
		return
	}
	for _, v := range s.order {
		had := v.kin != nil
		v.kin = nil
		if v.born-s.first >= env.opt.buckets(env.opt.Warm) && !v.regular.ownProfile() {
			v.kin = v.alike(s.order, env)
		}
		if had || v.kin != nil {
			v.shape.first, v.shape.second = 0, 0
		}
	}
}

// alike is the median day of the services like v; nil where there are under fewest.
func (v *service) alike(all []*service, env *moment) *kin {
	if v.regular.day == nil || v.regular.age(env.n) < leastSlots*env.slot {
		return nil
	}
	var like []*daily
	for _, o := range all {
		if o == v || o.environment != v.environment || !o.regular.ownProfile() {
			continue
		}
		times := o.regular.dayLevel / max(v.regular.dayLevel, 1e-6)
		if times > .1 && times < 10 && v.regular.day.unlike(o.regular.day, env.n/env.slot-1) < likeDay {
			like = append(like, o.regular.day)
		}
	}
	if len(like) < fewest {
		return nil
	}
	k := &kin{n: len(like)}
	rates := make([]float64, len(like))
	for i := range k.rate {
		for j, d := range like {
			rates[j] = 1
			if mean := d.mean(); d.rate[i] != 0 && mean > 0 {
				rates[j] = unpack(d.rate[i]) / mean
			}
		}
		k.rate[i] = float32(median(rates))
	}
	return k
}

// at is the rate in a slot since the epoch.
func (k *kin) at(slot int64) float64 { return float64(k.rate[(slot%slots+slots)%slots]) }

// unlike is the standard deviation of ln of the ratio of rates over the slots that both have seen; infinite where these are
// under leastSlots, or the last slot, since the epoch, is too far off.
func (d *daily) unlike(o *daily, last int64) float64 {
	n, sum, squares, newest := 0.0, 0.0, 0.0, math.NaN()
	for i := range d.rate {
		if d.rate[i] == 0 || o.rate[i] == 0 {
			continue
		}
		l := math.Log((unpack(d.rate[i]) + 1e-3) / (unpack(o.rate[i]) + 1e-3))
		n, sum, squares = n+1, sum+l, squares+l*l
		if int64(i) == last%slots {
			newest = l
		}
	}
	if n < leastSlots || math.Abs(newest-sum/n) > 2*likeDay {
		return math.Inf(1)
	}
	return math.Sqrt(max(0, squares/n-sum*sum/(n*n)))
}

func (v *service) codeKin(c *coder) {
	there := v.kin != nil
	c.bools(&there)
	if !there || c.err != nil {
		return
	}
	if c.reading {
		v.kin = &kin{}
	}
	v.kin.n = int(c.number(uint64(v.kin.n)))
	for i := range v.kin.rate {
		c.smalls(&v.kin.rate[i])
	}
}
