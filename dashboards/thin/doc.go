// Package thin writes the filters by which a shipper drops, samples or adds up the lines of one template, ready to be
// copied, for Fluent Bit, Vector and the OpenTelemetry collector.
//
// All three match a line by a regular expression that is made from the masked text of the template. It uses what
// Onigmo (Fluent Bit), Rust's regex (Vector) and RE2 (the collector) read alike.
package thin
