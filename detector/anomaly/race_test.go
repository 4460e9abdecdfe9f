//go:build race

package anomaly_test

// underRace tells that the race detector runs, which makes a long test fifteen times longer.
const underRace = true
