package app

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/rate"
)

// hostField is the field under which the engine counts hosts.
const hostField = "host"

// versionFields are fields whose values are versions of the service, as loggers and OpenTelemetry name them.
var versionFields = []string{"version", "service.version", "service_version", "app.version", "app_version"}

func originField(name string) bool { return name == hostField || slices.Contains(versionFields, name) }

// restOf is the share of the lines of hosts that are not followed from which on it is said that there are more.
const restOf = .02

// Origins implements dashboards.Services.
func (s services) Origins(ctx context.Context, name string, from, to time.Time) (dashboards.Origins, error) {
	got, err := s.catalogue.reader.Fields(ctx, rate.Query{From: from, To: to, Services: []string{name}}, originField)
	if err != nil {
		return dashboards.Origins{}, translate(err)
	}
	hosts, versions := make(map[string]uint64), make(map[string]uint64)
	for k, n := range got {
		if k.Name == hostField {
			hosts[k.Key] += n
		} else {
			versions[k.Key] += n
		}
	}
	rest := hosts[rate.Other]
	out := dashboards.Origins{Hosts: originsOf(hosts), Versions: originsOf(versions)}
	if n := len(out.Hosts); n >= engine.FollowedValues { // of fewer the first line of each alone is not followed
		out.More = float64(rest) > restOf*float64(total(hosts))
	}
	return out, nil
}

func total(lines map[string]uint64) (sum uint64) {
	for _, n := range lines {
		sum += n
	}
	return sum
}

// originsOf puts the values that are followed in order, most lines first.
func originsOf(lines map[string]uint64) []dashboards.Origin {
	sum := total(lines) - lines[rate.Other]
	out := make([]dashboards.Origin, 0, len(lines))
	for name, n := range lines {
		if n > 0 && name != rate.Other {
			out = append(out, dashboards.Origin{Name: name, Share: float64(n) / float64(sum)})
		}
	}
	slices.SortFunc(out, func(a, b dashboards.Origin) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), strings.Compare(a.Name, b.Name))
	})
	return out
}

// hostsLately counts the hosts of all services that logged in [from, to), as far as they are known by name.
func (c counts) hostsLately(ctx context.Context, from, to time.Time) (int, error) {
	got, err := c.reader.Fields(ctx, rate.Query{From: from, To: to}, func(name string) bool { return name == hostField })
	hosts := make(map[string]bool)
	for k, n := range got {
		if n > 0 && k.Key != rate.Other {
			hosts[k.Key] = true
		}
	}
	return len(hosts), err
}
