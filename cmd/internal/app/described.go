package app

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/tocsin-io/tocsin/detector"
)

// Described is an incident in the words of a person who asks where it would be sent.
type Described struct {
	Service, Kind, Severity, Environment, Level, Rule string
}

// Incident is the incident that is described; without a severity it has that of its kind, or is a page. An error says what is no word of it.
func (d Described) Incident() (*detector.Incident, error) {
	if d == (Described{}) {
		return nil, errors.New("give the id of an incident, or describe one with --service, --kind, --severity, --environment, --level, --rule")
	}
	in := &detector.Incident{
		Service: d.Service, Kind: detector.Kind(d.Kind), Severity: detector.Severity(d.Severity), Environment: d.Environment,
		Status: detector.StatusOpen, Page: true,
	}
	if d.Rule != "" {
		in.Rule = &detector.RuleFacts{Name: d.Rule}
		in.Kind = cmp.Or(in.Kind, detector.KindRule)
	}
	if in.Kind != "" && !in.Kind.Valid() {
		return nil, fmt.Errorf("%q is no kind: use one of %v", d.Kind, detector.Kinds())
	}
	switch in.Severity {
	case "":
		in.Severity = detector.SeverityPage
		if in.Kind != "" {
			in.Severity = in.Kind.DefaultSeverity()
		}
	case detector.SeverityPage, detector.SeverityNotice, detector.SeverityRecord:
	default:
		return nil, fmt.Errorf("%q is no severity: use page, notice or record", d.Severity)
	}
	in.Page = in.Severity == detector.SeverityPage
	if d.Level != "" {
		level, ok := detector.ParseLevel(d.Level)
		if !ok {
			return nil, fmt.Errorf("%q is no level: use trace, debug, info, warn, error or fatal", d.Level)
		}
		in.Level = level
	}
	return in, nil
}
