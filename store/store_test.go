package store_test

import (
	"testing"

	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/rate/ratetest"
	"github.com/tocsin-io/tocsin/store"
	"github.com/tocsin-io/tocsin/store/storetest"
)

func TestSQLite(t *testing.T)   { storetest.Run(t, storetest.SQLite) }
func TestPostgres(t *testing.T) { storetest.Run(t, storetest.Postgres) }

func TestCountsSQLite(t *testing.T)   { counts(t, storetest.SQLite) }
func TestCountsPostgres(t *testing.T) { counts(t, storetest.Postgres) }

func counts(t *testing.T, fresh func(testing.TB) string) {
	s := storetest.Open(t, store.Options{DSN: fresh(t), Now: noon})
	ratetest.Run(t, func(t *testing.T) rate.Backend { return s.Counts() })
}
