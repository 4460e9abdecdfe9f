package rules

import (
	"slices"
	"sync"

	"gopkg.in/yaml.v3"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/rules/lang"
)

// adjust is one entry of detectors: what is done about the signals of a kind.
type adjust struct {
	kinds    []detector.Kind // none: every kind
	when     *lang.Program   // nil: always
	severity detector.Severity
	mute     bool
}

// The variables of when in detectors, by slot.
var (
	signalNames = []string{"kind", "service", "environment", "level", "template", "template_id", "rule", "observed", "expected", "score"}
	signalKinds = []lang.Kind{lang.Text, lang.Text, lang.Text, lang.Level, lang.Text, lang.Text, lang.Text, lang.Number, lang.Number, lang.Number}
)

func (d *document) adjust(n *yaml.Node, known lists) (adjust, bool) {
	keys := d.mapping(n, "an entry of detectors", []string{"kind", "when", "severity", "mute"})
	if n.Kind != yaml.MappingNode {
		return adjust{}, false
	}
	before := len(d.problems)
	var a adjust
	for _, e := range d.texts(keys["kind"]) {
		k := detector.Kind(e.value.Value)
		if !k.Valid() {
			mend := ""
			if near := lang.Nearest(string(k), detector.KindNames()); near != "" {
				mend = "did you mean " + near + "?"
			}
			d.fault(e.value, mend, "there is no detector %s", k)
		}
		a.kinds = append(a.kinds, k)
	}
	if keys["kind"].value == nil {
		d.fault(n, "write kind: surge", "an entry of detectors without a kind")
	}
	_, a.when = d.expression(keys["when"], lang.VariableSchema("detectors", signalNames, signalKinds, known))
	a.severity = d.severity(keys["severity"], "")
	a.mute = d.boolean(keys["mute"], false)
	if a.severity == "" && !a.mute {
		d.fault(n, "write severity: notice or mute: true", "an entry of detectors that changes nothing")
	}
	return a, !Failed(d.problems[before:])
}

var frames = sync.Pool{New: func() any { return &lang.Frame{Vars: make([]lang.Value, len(signalNames))} }}

// Adjust gives the severity that is configured for a signal, or mutes it. The first entry of detectors that fits
// decides; without one it is what the judge proposed, or the default of the kind. A fault in an expression counts as
// false.
func (s *Set) Adjust(sig *detector.Signal) (severity detector.Severity, muted bool) {
	severity = sig.Severity
	if severity == "" {
		severity = sig.Kind.DefaultSeverity()
	}
	for i := range s.adjusts {
		a := &s.adjusts[i]
		if len(a.kinds) > 0 && !slices.Contains(a.kinds, sig.Kind) || a.when != nil && !signalFits(a.when, sig) {
			continue
		}
		if a.severity != "" {
			severity = a.severity
		}
		return severity, a.mute
	}
	return severity, false
}

func signalFits(when *lang.Program, sig *detector.Signal) bool {
	f := frames.Get().(*lang.Frame)
	defer frames.Put(f)
	id, text := sig.Series.Shape, ""
	if len(sig.Carriers) > 0 {
		text = sig.Carriers[0].Template
		if id == 0 {
			id = sig.Carriers[0].TemplateID
		}
	}
	if sig.Hidden != nil {
		id, text = sig.Hidden.TemplateID, sig.Hidden.Template
	}
	rule := ""
	if sig.Rule != nil {
		rule = sig.Rule.Name
	}
	f.Vars = append(f.Vars[:0],
		lang.TextValue(string(sig.Kind)), lang.TextValue(sig.Service), lang.TextValue(sig.Environment),
		lang.LevelValue(sig.Series.Level), lang.TextValue(text), lang.TextValue(id.String()), lang.TextValue(rule),
		lang.NumberValue(sig.Observed), lang.NumberValue(sig.Expected), lang.NumberValue(sig.Score))
	ok, err := when.Test(f)
	return ok && err == nil
}
