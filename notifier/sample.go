package notifier

import (
	"math"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
)

// SampleID is the id of Sample's incident. No other has it.
const SampleID = "000000000000"

// Sample is an incident that shows every part of a message, as of now. It happened nowhere.
func Sample(now time.Time) detector.Incident {
	now = now.UTC().Truncate(time.Second)
	onset := now.Add(-80 * time.Second)
	in := detector.Incident{
		ID: SampleID, Kind: detector.KindMaskedError, Service: "sample", Environment: "test",
		Severity: detector.SeverityPage, Status: detector.StatusOpen, Level: detector.LevelError, Page: true,
		Template: "connection refused to <*>", TemplateID: "0000000000000000",
		Reason: "This is a test of the receiver: nothing is wrong.",
		Onset:  onset, OpenedAt: now, UpdatedAt: now,
		Observed: 1006, Expected: 3, High: 9, Peak: 1006, Lines: 1009, Unit: "lines", Window: detector.Duration(5 * time.Minute),
		Score: 100, OnceIn: detector.Duration(214 * 7 * 24 * time.Hour), HostCount: 2, Hosts: []string{"sample-1", "sample-2"},
		Hidden: &detector.Hidden{
			Template: "sorry, too many clients already", Level: detector.LevelError, Lines: 3, First: onset, Host: "sample-1",
		},
		Carriers: []detector.Carrier{{Template: "connection refused to <*>", Level: detector.LevelError, Observed: 1006, Expected: 3, Share: 0.99}},
		Samples: []detector.Sample{
			{
				Time: onset.Add(8 * time.Second), Service: "sample", Host: "sample-2", Level: detector.LevelError,
				Text: "connection refused to 192.0.2.7:8443", Template: "connection refused to <*>",
			},
			{
				Time: onset, Service: "sample", Host: "sample-1", Level: detector.LevelError,
				Text: "sorry, too many clients already", Template: "sorry, too many clients already",
			},
		},
		Timeline: []detector.Entry{{At: onset, Kind: detector.EntryOnset}, {At: now, Kind: detector.EntryOpened}},
	}
	chart := detector.Chart{Start: now.Add(-5 * time.Minute), Bucket: detector.Duration(10 * time.Second), Unit: "lines"}
	for i := range 30 {
		v := 0.0
		if i >= 22 {
			v = math.Min(140, 30*float64(i-21))
		}
		chart.Observed = append(chart.Observed, &v)
		chart.Expected, chart.Low, chart.High = append(chart.Expected, 0.1), append(chart.Low, 0), append(chart.High, 2)
	}
	in.Chart = &chart
	in.Title, in.Detail = wording.Title(&in), wording.Detail(&in)
	return in
}
