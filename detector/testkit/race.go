//go:build race

package testkit

// Race tells that the race detector runs, which makes a long test ten to twenty times longer.
const Race = true
