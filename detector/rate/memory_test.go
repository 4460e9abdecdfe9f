package rate_test

import (
	"testing"

	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/rate/ratetest"
)

func TestMemory(t *testing.T) {
	ratetest.Run(t, func(*testing.T) rate.Backend { return rate.NewMemory() })
}
