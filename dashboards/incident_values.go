package dashboards

import (
	"math"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
)

// valueRow is a field value that is over-represented: its share before and now, and how many times more that is.
type valueRow struct {
	Field, Value string
	Share        float64
	Before       float64
	Now, Past    string
	Times        string
}

// different are the values of fields that tell the incident's lines from those before, and what that rests on.
func different(i *detector.Incident) ([]valueRow, string) {
	var rows []valueRow
	for _, v := range i.Values {
		r := valueRow{Field: v.Field, Value: v.Value, Share: v.Share, Before: v.Before, Now: wholePercent(v.Share), Past: wholePercent(v.Before), Times: "only now"}
		if v.Before > 0 {
			r.Times = "× " + wording.Ratio(v.Share/v.Before)
		}
		rows = append(rows, r)
	}
	what := "of the lines on top"
	if i.Kind == detector.KindFall || i.Kind == detector.KindSilence {
		what = "of the lines that are missing"
	}
	return rows, "field values " + what + ", against the 30 min before; by " + count(i.ValuesOf) + " and " + count(i.ValuesPast) + " lines"
}

// sameFields are the fields whose values are spread as before: how many, the first of them, and all where these are more.
type sameFields struct {
	Text string
	All  string
}

func sameOf(i *detector.Incident) sameFields {
	const first = 3
	names := i.ValuesSame
	if len(names) == 0 {
		return sameFields{}
	}
	s := sameFields{Text: plural(len(names), "other field") + " are as before: " + strings.Join(names[:min(first, len(names))], ", ")}
	if len(names) == 1 {
		s.Text = "1 other field is as before: " + names[0]
	}
	if len(i.Values) == 0 {
		s.Text = strings.Replace(s.Text, " other", "", 1)
	}
	if len(names) > first {
		s.Text, s.All = s.Text+", …", strings.Join(names[first:], ", ")
	}
	return s
}

// wholePercent is a share in whole percent.
func wholePercent(share float64) string { return wording.Percent(math.Round(share*100) / 100) }

// relatedRow is an incident of another service with the same cause.
type relatedRow struct {
	Link crumb
	When string
	Why  string
}

func relatedRows(i *detector.Incident, c clock) []relatedRow {
	var rows []relatedRow
	for _, r := range i.Related {
		row := relatedRow{Link: crumb{r.Service + ", " + word(r.Kind), incidentURL(r.ID)}, Why: r.Why}
		switch d := r.Onset.Sub(i.Onset); {
		case d == 0:
			row.When = "at the same moment"
		case d > 0:
			row.When = lasting(d) + " later"
		default:
			row.When = lasting(-d) + " earlier"
		}
		rows = append(rows, row)
	}
	return rows
}
