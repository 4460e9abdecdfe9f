// Package migrations holds the schema of the store, for Postgres and for SQLite, as numbered files that goose applies.
// The two directories hold the same tables and columns; they differ in the names of types alone. A file that was
// released is never changed: a change is a new file in both.
package migrations

import (
	"embed"
	"io/fs"
)

//go:embed postgres/*.sql sqlite/*.sql
var files embed.FS

// Postgres returns the migrations for Postgres.
func Postgres() (fs.FS, error) { return fs.Sub(files, "postgres") }

// SQLite returns the migrations for SQLite.
func SQLite() (fs.FS, error) { return fs.Sub(files, "sqlite") }
