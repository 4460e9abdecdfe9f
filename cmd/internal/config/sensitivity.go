package config

import (
	"fmt"

	"github.com/tocsin-io/tocsin/detector/anomaly"
	"github.com/tocsin-io/tocsin/detector/sensitivity"
)

// validateSensitivity checks the words, and that notices are not quieter than pages.
func (c *Config) validateSensitivity(k *checker) {
	words := []string{"quiet", "normal", "keen"}
	check := func(at, pages, notices string) {
		before := len(k.problems)
		k.oneOf(at+"sensitivity", pages, words...)
		k.oneOf(at+"notices", notices, append(words, "")...)
		if len(k.problems) > before {
			return
		}
		s := sensitivity.Setting{Pages: anomaly.Sensitivity(pages), Notices: anomaly.Sensitivity(notices)}
		if err := s.Check(); err != nil {
			k.fault(at+"notices", err.Error(), "use "+pages+" or a keener word, or leave it out")
		}
	}
	check("detection.", c.Detection.Sensitivity, c.Detection.Notices)
	seen := map[string]bool{}
	for i, s := range c.Detection.Services {
		at := fmt.Sprintf("detection.services[%d].", i)
		if s.Service == "" || seen[s.Service] {
			k.fault(at+"service", fmt.Sprintf("%q is empty or stands twice", s.Service), "name each service once")
		}
		seen[s.Service] = true
		check(at, s.Sensitivity, s.Notices)
	}
}
