//go:build !race

package engine

const underRace = 1
