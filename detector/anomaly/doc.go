// Package anomaly judges the counts of a shard: Suite is a detector.Judge that learns what each service and template does
// and says when it does something else.
//
// A series is judged against its own level, daily profile and dispersion, its own record of excursions, and what its
// whole service does at the moment. Each detector stands in a file of its own with its formula: rise, fall, absence (sparse
// templates), quiet (silence of a service), partial (falls and rises of a service), ramp, mix, novel (new errors), volume,
// latency, facts (secrets, loss, skew). settle decides what explains what. DESIGN.md says how they fit together.
//
// Unless a comment says otherwise rates are lines a bucket, logarithms are natural, and statistics are in nats. EWn is an
// exponentially weighted mean of n buckets of ten seconds.
package anomaly
