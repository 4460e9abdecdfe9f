// Package incident turns signals into incidents and gives them their life: opened, updated, back, resolved, reopened.
//
// A Tracker serves one shard. It is driven by event time and deterministic: the same signals at the same buckets give
// the same incidents with the same ids, so a replica that replays buckets writes nothing new.
package incident
