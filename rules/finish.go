package rules

import (
	"fmt"
	"maps"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// finish fills in what follows from the rest of the rule.
func (r *Rule) finish() {
	r.unit = r.measure.unit()
	for i := range r.Sequence {
		service, _ := r.Sequence[i].program.Only("service")
		space, _ := r.Sequence[i].program.Only("environment")
		if i == 0 {
			r.service, r.space = service, space
		}
		if service != r.service {
			r.service = ""
		}
		if space != r.space {
			r.space = ""
		}
	}
	if r.when != nil {
		r.service, _ = r.when.Only("service")
		r.space, _ = r.when.Only("environment")
	}
	for i, g := range r.groups {
		r.groups[i].prefix = string(append(appendEscaped(nil, g.name), '='))
	}
	for _, group := range r.Expect {
		var text []byte
		var ends [maxBy]int
		for i, g := range r.groups {
			text = append(text, group[g.name]...)
			ends[i] = len(text)
		}
		r.expected = append(r.expected, string(appendKey(nil, r.groups, text, &ends)))
	}
	counts, full := xxhash.New(), make([]string, len(r.groups))
	for i, g := range r.groups {
		full[i] = g.full + "=" + g.source
	}
	fmt.Fprintf(counts, "%q %q %q %q %q", r.Name, r.When, r.Of, full, r.Value)
	for _, s := range r.Sequence {
		fmt.Fprintf(counts, " %q*%d", s.When, s.Count)
	}
	r.counts = counts.Sum64()
	decides := xxhash.New()
	fmt.Fprintf(decides, "%d %t %q %s %s %s %s %s", r.counts, r.Ordered, r.If, r.Window, r.For, r.Keep, r.Forget, r.Learn)
	for _, name := range slices.Sorted(maps.Keys(r.Labels)) {
		if r.condition.program.Uses(name) {
			fmt.Fprintf(decides, " %q=%q", name, r.Labels[name])
		}
	}
	r.decides = decides.Sum64()
}
