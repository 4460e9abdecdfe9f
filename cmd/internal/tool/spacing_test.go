package tool

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// rowsAt are counts of one template at these times.
func rowsAt(times []time.Time) string {
	var b strings.Builder
	b.WriteString("timestamp,service,level,template,count\n")
	for _, at := range times {
		fmt.Fprintf(&b, "%s,shop,info,order <*> paid,20\n%s,shop,warn,slow <*>,1\n", at.Format(time.RFC3339), at.Format(time.RFC3339))
	}
	return b.String()
}

func TestSeriesSaysWhereBucketsDoNotFitTheRows(t *testing.T) {
	every := func(n int, step time.Duration) (times []time.Time) {
		for i := range n {
			times = append(times, start.Add(time.Duration(i)*step))
		}
		return times
	}
	r := rand.New(rand.NewPCG(1, 2))
	jitter := every(60, time.Minute)
	for i := range jitter {
		jitter[i] = jitter[i].Add(time.Duration(r.IntN(4)) * time.Second)
	}
	holes := every(60, 2*time.Minute)
	for i := 30; i < 60; i++ {
		holes[i] = holes[i].Add(time.Minute)
	}
	late := every(60, time.Minute)
	late[20], late[21] = late[21], late[20]
	late = append(late, start.Add(30*time.Minute+10*time.Second))
	dense := every(60, time.Minute)
	dense[59] = dense[58].Add(10 * time.Second)
	tests := []struct {
		name, bucket string
		times        []time.Time
		want         string
	}{
		{"a minute", "10s", every(60, time.Minute), "rows stand 1m apart, judged in buckets of 10s, so that most are empty: pass --bucket 1m\n"},
		{"five minutes", "1m", every(60, 5*time.Minute), "rows stand 5m apart, judged in buckets of 1m, so that most are empty: pass --bucket 5m\n"},
		{"not on the minute", "10s", jitter, "pass --bucket 1m\n"},
		{"rows are missing", "10s", holes, "rows stand 1m apart"},
		{"late rows", "10s", late, "rows stand 1m apart"},
		{"days", "1h", every(60, 24*time.Hour), "rows stand 24h apart, judged in buckets of 1h, so that most are empty: no bucket is wider than 1h; use the form timestamp,value\n"},
		{"they fit", "1m", every(60, time.Minute), ""},
		{"finer", "5m", every(60, time.Minute), ""},
		{"some are near", "10s", dense, ""},
		{"too few to tell", "10s", every(minSteps, time.Minute), ""},
		{"none", "10s", nil, ""},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			got := do(t, rowsAt(c.times), []string{"-"}, series(c.bucket))
			if got.fault != nil || !strings.Contains(got.err, c.want) || c.want == "" && got.err != "" {
				t.Errorf("%v: %q, want %q", got.fault, got.err, c.want)
			}
		})
	}
	if got := do(t, "timestamp,value\n2026-01-01 00:00:00,1\n"+strings.Repeat("2026-01-02 00:00:00,1\n", 20), []string{"-"}, series("10s")); got.err != "" {
		t.Errorf("the form without buckets: %q", got.err)
	}
}
