// Package sensitivity says how readily services page, in three words, and what another choice would have changed.
//
// A service has a word for pages and one for notices. The detectors run at the keener of both; what is strong enough for
// notices alone is a notice. What another choice would have changed is told from the strengths that were recorded with
// incidents, and from near misses: what was too weak for the choice of its time.
package sensitivity

import (
	"fmt"
	"slices"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly"
)

// Setting is how readily a service is called abnormal.
type Setting struct {
	Pages   anomaly.Sensitivity // what pages
	Notices anomaly.Sensitivity // what is told as a notice at least; empty: as Pages
}

// Check says what is wrong with s; nil where nothing is.
func (s Setting) Check() error {
	words := anomaly.Sensitivities()
	if !slices.Contains(words, s.Pages) {
		return fmt.Errorf("%q is no sensitivity: use quiet, normal or keen", s.Pages)
	}
	if s.Notices != "" && !slices.Contains(words, s.Notices) {
		return fmt.Errorf("%q is no sensitivity of notices: use quiet, normal or keen, or leave it out", s.Notices)
	}
	if s.Notices != "" && s.Notices.Bar() > s.Pages.Bar() {
		return fmt.Errorf("notices are %s and pages %s: notices cannot be quieter than pages", s.Notices, s.Pages)
	}
	return nil
}

// Lowest is at what the detectors have to run.
func (s Setting) Lowest() anomaly.Sensitivity {
	if s.Notices != "" && s.Notices.Bar() < s.Pages.Bar() {
		return s.Notices
	}
	return s.Pages
}

// Grade is the severity of what has this strength and would page otherwise; empty where it is not called at all. A
// strength of 0 is of what no bar decides.
func (s Setting) Grade(strength float64) detector.Severity {
	switch {
	case strength == 0 || strength > s.Pages.Bar():
		return detector.SeverityPage
	case strength > s.Lowest().Bar():
		return detector.SeverityNotice
	}
	return ""
}

// Adjust lowers what would page to a notice where it is strong enough for that alone. A flood in which an error hides pages
// however weak it is.
func (s Setting) Adjust(severity detector.Severity, sig *detector.Signal) detector.Severity {
	if severity == detector.SeverityPage && sig.Hidden == nil && s.Grade(sig.Strength) != detector.SeverityPage {
		return detector.SeverityNotice
	}
	return severity
}

// String is the setting in words.
func (s Setting) String() string {
	if s.Notices == "" || s.Notices == s.Pages {
		return string(s.Pages)
	}
	return string(s.Pages) + ", notices " + string(s.Notices)
}
