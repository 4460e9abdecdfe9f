// Package demo is a believable company that logs: services with habits, mixed formats, a past of two days and, in
// rounds, things that go wrong. It talks to tocsin as anything else does: over Kafka. Only the past takes a shorter
// way, as counts.
package demo
