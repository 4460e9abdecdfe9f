package thin

import "strconv"

const (
	fluentFile = "fluent-bit.yaml"
	fluentNote = "log is the field that holds the line; with the Kubernetes filter the container's name is the service. Put it after that filter."
)

// service is a rule over the container's name. A regular expression of Fluent Bit ends at a blank, so it has none.
func (t *target) fluentService() string {
	own := ""
	for _, r := range t.service {
		if r == ' ' {
			own += `\s`
			continue
		}
		own += quote(r)
	}
	return "$kubernetes['container_name'] ^" + own + "$"
}

func (t *target) fluentExclude() []string {
	return []string{
		"    - name: grep",
		"      match: '*'",
		"      logical_op: and",
		"      exclude:",
		"        - " + single(t.fluentService()),
		"        - " + single("log "+t.pattern),
	}
}

func (t *target) fluentDrop() Snippet {
	lines := append([]string{t.about, "pipeline:", "  filters:"}, t.fluentExclude()...)
	return Snippet{File: fluentFile, Code: fill(lines...), Text: fluentNote}
}

// fluentSample gives the lines a tag of their own, under which a counter lets one in Rate through.
func (t *target) fluentSample() Snippet {
	return Snippet{File: fluentFile, Rate: Rate, Code: fill(
		t.about, "pipeline:", "  filters:",
		"    - name: rewrite_tag",
		"      match: 'kube.*'",
		"      rule: "+single("$log "+t.pattern+" thinned."+t.name+" false"),
		"    - name: lua",
		"      match: "+single("thinned."+t.name),
		"      call: thin",
		"      code: |",
		"        local n = 0",
		"        function thin(tag, timestamp, record)",
		"          n = n + 1",
		"          if n % "+strconv.Itoa(Rate)+" == 1 then return 0, timestamp, record end",
		"          return -1, timestamp, record",
		"        end",
	), Text: fluentNote + " Outputs must match thinned.* beside kube.*. It looks at the text alone: other services with the same text are thinned too."}
}

func (t *target) fluentAggregate() Snippet {
	lines := []string{
		t.about, "pipeline:", "  filters:",
		"    - name: log_to_metrics",
		"      match: '*'",
		"      tag: thinned",
		"      metric_mode: counter",
		"      metric_name: " + t.name,
		"      metric_description: lines that are counted and not sent",
		"      regex: " + single("log "+t.pattern),
	}
	return Snippet{
		File: fluentFile, Code: fill(append(lines, t.fluentExclude()...)...),
		Text: fluentNote + " The counter goes to the outputs that match thinned, such as prometheus_exporter.",
	}
}
