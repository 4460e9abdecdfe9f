package dashboards

import (
	"regexp"
	"strconv"
	"strings"
)

var serviceInRule = regexp.MustCompile(`service == ("(?:[^"\\]|\\.)*")`)

// testFor is the beginning of a unit test of a rule, for `tocsin test`: what it says of a quiet day, to be filled in with the lines that
// should make it fire.
func testFor(r *Rule) string {
	service := `"checkout"`
	if m := serviceInRule.FindStringSubmatch(r.When); m != nil {
		service = m[1]
	}
	name := strconv.Quote(r.Name)
	return strings.Join([]string{
		"tests:",
		"  - name: " + strconv.Quote(r.Name+" is silent on a quiet day"),
		"    lines:",
		"      - {every: 1s, to: 30m, service: " + service + `, level: info, message: "order {{.I}} done"}`,
		"    expect:",
		"      - {rule: " + name + ", opens: never}",
	}, "\n")
}
