package tool

import (
	"fmt"
	"testing"
	"time"
)

// fastHost is two hours of a log of two hosts, of which one has a clock that is seven minutes ahead.
func fastHost() []string {
	var lines []string
	for i := range 720 {
		at := start.Add(time.Duration(i) * 10 * time.Second)
		for k := range 2 {
			lines = append(lines, fmt.Sprintf(`{"time":%q,"level":"info","service":"web","host":"web-1","msg":"GET /%c/%d 200"}`,
				at.Add(time.Duration(k)*time.Second).Format(time.RFC3339), 'x'+k, i))
		}
		lines = append(lines, fmt.Sprintf(`{"time":%q,"level":"info","service":"db","host":"db-1","msg":"commit %d"}`,
			at.Add(7*time.Minute+2*time.Second).Format(time.RFC3339), i))
	}
	return lines
}

// A file has no record times: which of its hosts has a wrong clock is seen in the order of its lines. The others' lines
// are not late, nor is what wrote them silent.
func TestScanMeasuresAClockThatIsAhead(t *testing.T) {
	got := do(t, text(fastHost()), []string{"-"}, scanJSON)
	if got.fault != nil {
		t.Fatal(got.fault)
	}
	incidents := found(t, got.out)
	if len(incidents) != 1 || incidents[0]["kind"] != "skew" || incidents[0]["service"] != "db" {
		t.Fatalf("%s", got.out)
	}
	if off := incidents[0]["observed"].(float64); off < 400 || off > 440 {
		t.Errorf("the clock is %g s ahead, want about 420", off)
	}
}
