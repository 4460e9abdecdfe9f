package dashtest

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
)

// ReadLines makes up a thousand lines of a template with what Values say of its variables, most of them lately.
func (w *World) ReadLines(_ context.Context, t *dashboards.Template, from, to time.Time) (dashboards.LogLines, error) {
	const n = 1000
	out := dashboards.LogLines{Lines: n, Read: 41209877, From: from}
	value := w.Values[t.ID]
	if value == nil || w.Fail != nil {
		return dashboards.LogLines{From: from}, w.Fail
	}
	for i := range n {
		at := to.Add(-time.Duration(math.Pow(float64(i+1)/n, 6) * float64(to.Sub(from))))
		text := t.Text
		for slot := 0; strings.Contains(text, "<*>"); slot++ {
			text = strings.Replace(text, "<*>", value(slot, i, at), 1)
		}
		out.Samples = append(out.Samples, detector.Sample{Time: at, Service: t.Service, Host: fmt.Sprintf("%s-%d", t.Service, i%3), Level: t.Level, Text: text})
	}
	return out, nil
}

// refusedValue is what stood in the variables of the line that checkout floods its log with: since the onset the calls go to
// two addresses.
func refusedValue(slot, i int, at time.Time) string {
	k := i * 7919 % 1000 // every thousandth once, in an order of its own
	switch slot {
	case 0:
		switch {
		case k < 881:
			return "/v2/charges"
		case k < 975:
			return "refunds"
		}
		return "/v2/charges/ch_71Kd/capture"
	case 1:
		since := !at.Before(At("01:51:02"))
		switch {
		case since && k < 410:
			return "10.42.7.31:8443"
		case since && k < 792:
			return "10.42.7.58:8443"
		case since && k < 916:
			return "10.42.9.12:8443"
		}
		return fmt.Sprintf("10.42.8.%d:8443", 10+k%11)
	}
	return []string{"1", "2", "3", "4", "5"}[i%5]
}
