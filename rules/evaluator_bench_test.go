package rules

import (
	"fmt"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// BenchmarkStep is a bucket of one shard with 1,000 series of a rule with a baseline, a tenth of them with lines.
func BenchmarkStep(b *testing.B) {
	e := mustLoad(b, "rules:\n  - {name: a, when: service == \"s\", by: [host], if: value > 50 && value > 4 * expected && value > 2 * previous}\n").
		NewEvaluator(EvalOptions{})
	buckets := make([]*detector.Bucket, 10)
	for i := range buckets {
		lines := map[string]uint64{}
		for k := range 100 {
			lines[fmt.Sprintf("host=h-%d", k*10+i)] = uint64(k % 7)
		}
		buckets[i] = bucketAt(0, "a", lines)
	}
	for n := 0; b.Loop(); n++ {
		bucket := *buckets[n%10]
		bucket.Start = bucketAt(n, "a", nil).Start
		e.Step(&bucket)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/series")
	state, err := e.AppendState(nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(len(state))/1000, "B/series")
}
