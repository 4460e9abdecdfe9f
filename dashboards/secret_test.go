package dashboards

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
)

func TestPlacesOfASecretAreRowsOfPartitions(t *testing.T) {
	at := []detector.Span{
		{Topic: "audit", Partition: 0, From: 5, To: 5, Lines: 2},
		{Topic: "logs", Partition: 3, From: 10, To: 12, Lines: 3},
		{Topic: "logs", Partition: 3, From: 40, To: 90, Lines: 7},
	}
	for i := range int64(8) {
		at = append(at, detector.Span{Topic: "logs", Partition: 9, From: 100 * i, To: 100 * i, Lines: 1})
	}
	got := places(at)
	all := "0, 100, 200, 300, 400, 500, 600, 700"
	want := []placeRow{
		{"audit", 0, "5", "5", "2"},
		{"logs", 3, "10–12, 40–90 (7 of them)", "10–12, 40–90 (7 of them)", "10"},
		{"logs", 9, "0, 100, 200, 300, 400, 500 … 700", all, "8"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if places(nil) != nil {
		t.Error("rows of nothing")
	}
	command := purge(at, "kafka:9092")
	for _, want := range []string{
		`{"topic":"audit","partition":0,"offset":6},`, `{"topic":"logs","partition":3,"offset":91},`,
		`{"topic":"logs","partition":9,"offset":701}` + "\n]}", "--bootstrap-server kafka:9092",
	} {
		if !strings.Contains(command, want) {
			t.Errorf("%q is not in\n%s", want, command)
		}
	}
}
