package thin

import (
	"strconv"
	"strings"
)

const (
	vectorFile = "vector.yaml"
	vectorNote = "Write your source under inputs, and the last transform under the inputs of your sink."
)

// condition is a VRL expression that holds for the lines. Its regular expression stands in r'…', which ends at the first
// single quote: the pattern has none.
func (t *target) condition() string {
	return ".kubernetes.container_name == " + vrl(t.service) + " && match(string(.message) ?? \"\", r'" + t.pattern + "')"
}

// vrl is a text of VRL in double quotes.
func vrl(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(oneLine(s)) + `"`
}

func (t *target) vectorDrop() Snippet {
	return Snippet{File: vectorFile, Code: fill(
		t.about, "transforms:",
		"  tocsin_drop:",
		"    type: filter",
		"    inputs: [kubernetes_logs]",
		"    condition: "+single("!("+t.condition()+")"),
	), Text: vectorNote}
}

func (t *target) vectorSample() Snippet {
	return Snippet{File: vectorFile, Rate: Rate, Code: fill(
		t.about, "transforms:",
		"  tocsin_thin:",
		"    type: sample",
		"    inputs: [kubernetes_logs]",
		"    rate: "+strconv.Itoa(Rate),
		"    exclude: "+single("!("+t.condition()+")"),
	), Text: vectorNote}
}

func (t *target) vectorAggregate() Snippet {
	return Snippet{File: vectorFile, Code: fill(
		t.about, "transforms:",
		"  tocsin_split:",
		"    type: route",
		"    inputs: [kubernetes_logs]",
		"    route:",
		"      thin: "+single(t.condition()),
		"  tocsin_count:",
		"    type: remap",
		"    inputs: [tocsin_split.thin]",
		"    source: .lines = 1",
		"  tocsin_sum:",
		"    type: reduce",
		"    inputs: [tocsin_count]",
		"    group_by: [kubernetes.container_name]",
		"    merge_strategies: {lines: sum}",
		"    end_every_period_ms: 60000",
	), Text: "Write your source under inputs; give your sink tocsin_split._unmatched and tocsin_sum: one line a minute, with their number in lines."}
}
