package app

import (
	"cmp"
	"slices"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// skewedHosts are the hosts whose clocks are off as the partitions of this process measured them, by name: one that logs
// to several partitions is said once, as the one measured it that has most of its lines.
func skewedHosts(parts map[rate.Partition]engine.PartitionHealth) []dashboards.SkewedHost {
	most := make(map[string]uint64)
	hosts := make(map[string]dashboards.SkewedHost)
	for _, p := range parts {
		for _, s := range p.Skews {
			was, met := hosts[s.Host]
			now := dashboards.SkewedHost{Host: s.Host, Off: s.Error, Since: s.Since, Lines: was.Lines + s.Lines}
			if met && s.Lines <= most[s.Host] {
				now.Off = was.Off
			}
			if met && was.Since.Before(now.Since) {
				now.Since = was.Since
			}
			most[s.Host] = max(most[s.Host], s.Lines)
			hosts[s.Host] = now
		}
	}
	out := make([]dashboards.SkewedHost, 0, len(hosts))
	for _, h := range hosts {
		out = append(out, h)
	}
	slices.SortFunc(out, func(a, b dashboards.SkewedHost) int { return cmp.Compare(a.Host, b.Host) })
	return out
}
