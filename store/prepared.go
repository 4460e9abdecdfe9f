package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// reader is a database that is only read.
type reader interface {
	queryer
	PingContext(ctx context.Context) error
	Close() error
}

// prepared keeps the statements of a database prepared: SQLite reads the text of one in about the time in which it then seeks
// a few rows. Safe for concurrent use.
type prepared struct {
	*sql.DB

	mu         sync.Mutex
	statements map[string]*statement
}

type statement struct {
	*sql.Stmt
	asked int // by so many queries that have no rows yet; those that have keep it open themselves
}

// maxPrepared bounds the statements that are kept, as the texts of some depend on what is asked for.
const maxPrepared = 100

func newPrepared(db *sql.DB) *prepared {
	return &prepared{DB: db, statements: make(map[string]*statement)}
}

// QueryContext is that of the database.
func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := p.take(ctx, query)
	if err != nil {
		return nil, err
	}
	defer p.leave(s)
	return s.QueryContext(ctx, args...)
}

// QueryRowContext is that of the database.
func (p *prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := p.take(ctx, query)
	if err != nil {
		return p.DB.QueryRowContext(ctx, query, args...) // which tells the error
	}
	defer p.leave(s)
	return s.QueryRowContext(ctx, args...)
}

// take returns the statement of a text, which is not closed until leave.
func (p *prepared) take(ctx context.Context, query string) (*statement, error) {
	if s := p.known(query); s != nil {
		return s, nil
	}
	made, err := p.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.statements[query]; s != nil { // another was faster
		s.asked++
		return s, made.Close()
	}
	for text, old := range p.statements {
		if len(p.statements) < maxPrepared {
			break
		}
		if old.asked == 0 {
			delete(p.statements, text)
			if err := old.Close(); err != nil {
				return nil, errors.Join(err, made.Close())
			}
		}
	}
	s := &statement{made, 1}
	p.statements[query] = s
	return s, nil
}

func (p *prepared) known(query string) *statement {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.statements[query]
	if s != nil {
		s.asked++
	}
	return s
}

func (p *prepared) leave(s *statement) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s.asked--
}
