package store

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	_ "modernc.org/sqlite" // registers the driver
)

// openSQLite opens one connection that writes and a few that read. In WAL mode readers do not wait for the writer, and
// _txlock=immediate takes the writer's lock at BEGIN, so that a transaction never fails half-way for a lock.
func (s *Store) openSQLite(dsn string) error {
	s.scrub = func(err error) error { return err }
	path := strings.TrimPrefix(dsn, "sqlite://")
	if path == "" || strings.Contains(path, ":memory:") || strings.Contains(path, "://") {
		return fmt.Errorf("store: %q is neither a Postgres URL nor the path of a SQLite file", redactURL(dsn))
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return fmt.Errorf("store: path of the SQLite file: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(abs), 0o700); err != nil {
		return fmt.Errorf("store: directory of the SQLite file: %w", err)
	}
	// It holds log lines: nobody else is to read it. SQLite gives its other files the same mode.
	f, err := os.OpenFile(abs, os.O_CREATE|os.O_RDWR, 0o600)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return fmt.Errorf("store: SQLite file: %w", err)
	}
	s.place = abs
	common := url.Values{"_pragma": {
		"busy_timeout(10000)", "foreign_keys(1)", "synchronous(FULL)", "temp_store(MEMORY)", "cache_size(-16000)",
	}}
	writer := url.Values{"_pragma": append([]string{
		"journal_mode(WAL)", "wal_autocheckpoint(1000)", "journal_size_limit(67108864)",
	}, common["_pragma"]...), "_txlock": {"immediate"}}
	// Seeking a block of counts reads pages that no cache keeps: mapped, that is no system call each.
	reader := url.Values{"_pragma": append([]string{"query_only(1)", "mmap_size(1073741824)"}, common["_pragma"]...)}
	if s.write, err = sql.Open("sqlite", fileURL(abs, writer)); err != nil {
		return fmt.Errorf("store: open %s: %w", abs, err)
	}
	s.write.SetMaxOpenConns(1)
	s.write.SetMaxIdleConns(1)
	db, err := sql.Open("sqlite", fileURL(abs, reader))
	if err != nil {
		return errors.Join(fmt.Errorf("store: open %s: %w", abs, err), s.write.Close())
	}
	readers := max(2, min(8, runtime.GOMAXPROCS(0)))
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(readers)
	s.read = newPrepared(db)
	s.dialect = sqlite
	return nil
}

func fileURL(path string, query url.Values) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + query.Encode()
}

// redactURL prints what may be a URL of another kind without what stands before its host.
func redactURL(dsn string) string {
	scheme, rest, ok := strings.Cut(dsn, "://")
	if !ok {
		return dsn
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		rest = "xxxxx@" + rest[i+1:]
	}
	rest, _, _ = strings.Cut(rest, "?")
	return scheme + "://" + rest
}
