package wording

import (
	"strings"

	"github.com/tocsin-io/tocsin/detector"
)

// maxValues is how many values the second line names; the incident's page has them all.
const maxValues = 2

// standsOut names the field values that tell the incident's lines from those before.
func standsOut(in *detector.Incident) string {
	var parts []string
	for i := range in.Values {
		if i == maxValues {
			break
		}
		parts = append(parts, valueSentence(in, &in.Values[i]))
	}
	return strings.Join(parts, " ")
}

func valueSentence(in *detector.Incident, v *detector.FieldValue) string {
	what := Middle(Clean(v.Field), maxName) + "=" + Middle(Clean(v.Value), maxName)
	part := "of it has "
	if in.Kind == detector.KindFall || in.Kind == detector.KindSilence {
		part = "of what is missing had "
	}
	s := "All "
	if v.Share < .995 {
		s = Percent(float64(int(v.Share*100+.5))/100) + " "
	}
	s += part + what
	switch {
	case v.Before <= 0:
		return s + ", which was not there before."
	case v.Before < .01:
		return s + ", under 1 % before."
	}
	return s + ", " + Percent(float64(int(v.Before*100+.5))/100) + " before."
}
