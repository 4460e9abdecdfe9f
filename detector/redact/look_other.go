//go:build !amd64

package redact

const hasFours = false

func fours(*judged, *byte, *byte, int) uint64 { return 0 }

func slotOf(w uint64) uint64 { return w * 0x9E3779B97F4A7C15 >> (64 - seenBits) }
