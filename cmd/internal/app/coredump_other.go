//go:build !linux

package app

// ForbidCoreDumps does nothing here: it is known of Linux alone how.
func ForbidCoreDumps() error { return nil }
