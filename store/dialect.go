package store

import (
	"github.com/pressly/goose/v3"
)

// dialect holds all in which the two databases differ.
type dialect struct {
	name       string
	goose      goose.Dialect
	forUpdate  string // ends a select that locks its rows
	skipLocked string // ends a select that locks its rows and passes over those that others hold
	bulkRows   int    // rows of one INSERT: a round trip costs on Postgres, a parameter on SQLite
}

var postgres = dialect{
	name:       "Postgres",
	goose:      goose.DialectPostgres,
	forUpdate:  " FOR NO KEY UPDATE", // of rows that foreign keys point to, whose writers need not wait
	skipLocked: " FOR UPDATE SKIP LOCKED",
	bulkRows:   500,
}

var sqlite = dialect{
	name:     "SQLite",
	goose:    goose.DialectSQLite3,
	bulkRows: 1,
}
