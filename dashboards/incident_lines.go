package dashboards

import (
	"slices"
	"strconv"

	"github.com/tocsin-io/tocsin/detector"
)

func incidentLines(i *detector.Incident, c clock) ([]lineRow, string) {
	rows := lineRows(i.Samples, c)
	for k := range rows {
		rows[k].Marked = i.Hidden != nil && (i.Samples[k].Template == i.Hidden.Template || i.Samples[k].Shape == i.Hidden.TemplateID)
	}
	if i.Lines == 0 && i.Kind == detector.KindSilence {
		return rows, "the last before it; redacted before they were stored"
	}
	return rows, count(len(rows)) + " of " + count(max(i.Lines, uint64(len(rows)))) + ", chosen to show each template; redacted before they were stored"
}

func lineRows(samples []detector.Sample, c clock) []lineRow {
	rows := make([]lineRow, 0, len(samples))
	older := slices.ContainsFunc(samples, func(l detector.Sample) bool { return !c.sameDay(l.Time, c.now) })
	for _, l := range samples {
		row := lineRow{At: c.stamp(l.Time, c.dayIfOther(l.Time)+c.ms(l.Time)), Level: l.Level.String(), Host: l.Host, Parts: linePieces(l), Older: older}
		if l.Position.Topic != "" {
			row.Where = l.Position.Topic + " partition " + strconv.Itoa(l.Position.Partition) + " offset " + strconv.FormatInt(l.Position.Offset, 10)
		}
		rows = append(rows, row)
	}
	return rows
}
