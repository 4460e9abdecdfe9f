package main

import (
	"fmt"
	"strings"
)

// kinds are the rules that people write: shares, quantiles, new templates, errors, absence, and words that are rarely logged. Three
// of the twelve count every line of their service.
var kinds = []string{
	`{when: 'service == "$service" && level >= error', value: share, of: 'service == "$service"', if: 'value > 0.5 && count > 1000000'}`,
	`{when: 'service == "$service"', value: p95(fields.duration_ms), if: value > 100000}`,
	`{when: 'service == "$service" && level >= error', value: new(template), if: value > 100000}`,
	`{when: 'service == "$service" && level >= error', by: [host], if: 'value > 1000000 && value > 4 * expected', for: 1m}`,
	`{when: 'service == "$service" && fields.status >= 500', by: [environment], if: value > 1000000}`,
	`{when: 'service == "$service"', if: value == 0, window: 10m}`,
	`{when: 'service == "$service" && template contains "timeout"', if: value > 20}`,
	`{when: 'service == "$service" && message contains "failure number $number"', if: value > 20}`,
	`{when: 'service == "$service" && level >= warn && message matches "(?i)deadlock.*code $number"', by: [host], if: value > 3 * previous}`,
	`{when: 'level >= error && message contains "timeout of pool $number"', by: [service]}`,
	`{when: 'service == "$service" && fields.path startsWith "/admin/$number"', value: distinct(host), if: value > 3}`,
	`{when: 'service == "$service" && fields.user == "u$number"', value: distinct(fields.source_ip), if: value > 5}`,
}

// rulesOf is so many rules, which go through the services and the kinds alike; none pages.
func rulesOf(s size) []byte {
	var b strings.Builder
	b.WriteString("version: 1\nrules:\n")
	for i := range s.rules {
		kind := kinds[(i+i/s.services)%len(kinds)]
		rule := strings.NewReplacer("$service", fmt.Sprintf("service-%d", i%s.services), "$number", fmt.Sprint(i)).Replace(kind[1:])
		fmt.Fprintf(&b, "  - {name: rule-%d, severity: notice, %s\n", i, rule)
	}
	return []byte(b.String())
}
