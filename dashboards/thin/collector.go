package thin

import "strings"

const (
	collectorFile = "the collector's configuration"
	collectorNote = "Add filter/tocsin to the processors of your logs pipeline. service.name is the service; body is the line."
)

// ottl is a text of the OpenTelemetry transformation language.
func ottl(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(oneLine(s)) + `"`
}

func (t *target) ottlCondition() string {
	return `resource.attributes["service.name"] == ` + ottl(t.service) + ` and IsMatch(body, ` + ottl(t.pattern) + `)`
}

// collectorFilter drops what a condition holds for.
func (t *target) collectorFilter(condition string) []string {
	return []string{
		"processors:",
		"  filter/tocsin:",
		"    error_mode: ignore",
		"    logs:",
		"      log_record:",
		"        - " + single(condition),
	}
}

func (t *target) collectorDrop() Snippet {
	lines := append([]string{t.about}, t.collectorFilter(t.ottlCondition())...)
	return Snippet{File: collectorFile, Code: fill(lines...), Text: collectorNote}
}

// collectorSample keeps a line where the hash of its text and time begins with a zero byte.
func (t *target) collectorSample() Snippet {
	keep := `IsMatch(SHA256(Concat([String(body), String(time_unix_nano)], "")), "^00")`
	lines := append([]string{t.about}, t.collectorFilter(t.ottlCondition()+" and not "+keep)...)
	return Snippet{File: collectorFile, Code: fill(lines...), Text: collectorNote, Rate: RateCollector}
}

func (t *target) collectorAggregate() Snippet {
	lines := []string{
		t.about, "connectors:",
		"  count/tocsin:",
		"    logs:",
		"      " + t.name + ":",
		"        description: lines that are counted and not sent",
		"        conditions:",
		"          - " + single(t.ottlCondition()),
	}
	return Snippet{
		File: collectorFile, Code: fill(append(lines, t.collectorFilter(t.ottlCondition())...)...),
		Text: "Make count/tocsin an exporter of a logs pipeline without the filter and a receiver of a metrics pipeline; add filter/tocsin to the processors of the pipeline that goes on.",
	}
}
