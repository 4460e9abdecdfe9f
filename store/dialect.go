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
	shareMutes string // keeps silences and marks as they are until the transaction ends; many may do so at once
	holdMutes  string // keeps all others from shareMutes until the transaction ends, and waits until none has it
	bulkRows   int    // rows of one INSERT: a round trip costs on Postgres, a parameter on SQLite
}

var postgres = dialect{
	name:       "Postgres",
	goose:      goose.DialectPostgres,
	forUpdate:  " FOR NO KEY UPDATE", // of rows that foreign keys point to, whose writers need not wait
	skipLocked: " FOR UPDATE SKIP LOCKED",
	shareMutes: "SELECT pg_advisory_xact_lock_shared(hashtextextended(current_schema() || '.mutes', 0))",
	holdMutes:  "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '.mutes', 0))",
	bulkRows:   500,
}

var sqlite = dialect{
	name:     "SQLite",
	goose:    goose.DialectSQLite3,
	bulkRows: 1,
}
