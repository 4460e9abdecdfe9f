//go:build race

package anomaly_test

// underRace is how many times longer the race detector makes work take, at most, where a test bounds that.
const underRace = 10
