package anomaly

// groups finds what the templates of a service do together as a median of sums: a template that logs often is a group, the
// others are put together until a group has enough. So rare templates speak as soon as often ones do: their own means
// need minutes. A template that deviates spoils one group, and the median takes no notice.
type groups struct {
	least  float64 // lines a bucket that make a group
	ratios []float64
	x, m   float64 // of the group that is open
}

func (g *groups) add(x, m float64) {
	if m >= g.least {
		g.ratios = append(g.ratios, x/m)
		return
	}
	if g.x, g.m = g.x+x, g.m+m; g.m >= g.least {
		g.ratios = append(g.ratios, g.x/g.m)
		g.x, g.m = 0, 0
	}
}

// fewestGroups is how many groups make a median that is believed at once.
const fewestGroups = 5

// groupLines is how many lines a bucket make a group of EW3, EW6, EW12 and EW30: 12 to 18 lines in the mean.
var groupLines = [4]float64{2.5, 1.2, .6, .3}

// quickly is the median over groups of EW3[x]/EW3[mu], where these are fewer than five of EW6, then of EW12, of EW30; 1
// where there are none. It is found in all, which saves it their space.
func (v *service) quickly(all *[4]groups) float64 {
	for i := range all {
		all[i] = groups{least: groupLines[i], ratios: all[i].ratios[:0]}
	}
	for _, t := range v.voters {
		all[0].add(float64(t.three), float64(t.threeM))
		all[1].add(t.fast, t.fastM)
		all[2].add(float64(t.mixX), float64(t.mixM))
		all[3].add(t.mid, t.midM)
	}
	for i := range all {
		if r := all[i].ratios; len(r) >= fewestGroups || (i == len(all)-1 && len(r) >= fewest) {
			return clamp(median(r), .01, 100)
		}
	}
	return 1
}
