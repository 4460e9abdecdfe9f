//go:build !race

package anomaly_test

const underRace = 1
