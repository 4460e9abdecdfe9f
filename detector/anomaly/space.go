package anomaly

// space is what one service after the other is judged in: what is of the bucket in work alone needs no memory of its own in each.
type space struct {
	active  []*series
	voters  []*series
	signals []candidate
	ratios  []float64
	groups  [4]groups
}

// lend gives v the space until it is taken back.
func (p *space) lend(v *service) {
	v.active, v.voters, v.signals = p.active[:0], p.voters[:0], p.signals[:0]
}

func (p *space) takeBack(v *service) {
	p.active, p.voters, p.signals = v.active, v.voters, v.signals
	v.active, v.voters, v.signals = nil, nil, nil
}
