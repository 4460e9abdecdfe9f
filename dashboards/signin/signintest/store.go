// Package signintest has what tests of sign-in need: sessions in memory, and a provider of OpenID Connect on loopback.
package signintest

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/tocsin-io/tocsin/dashboards/signin"
)

// Store keeps sessions in memory. It is safe for concurrent use.
type Store struct {
	mu       sync.Mutex
	sessions map[[32]byte]signin.Session
	used     map[[32]byte]bool
	audit    []string
	fail     error
}

// NewStore returns an empty one.
func NewStore() *Store {
	return &Store{sessions: map[[32]byte]signin.Session{}, used: map[[32]byte]bool{}}
}

// Fail makes every call answer with err, until it is called with nil.
func (s *Store) Fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = err
}

// Audit is what was written down: who, what, and the text.
func (s *Store) Audit() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.audit...)
}

// Sessions is how many there are.
func (s *Store) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sessions)
}

// PutSession implements signin.Store.
func (s *Store) PutSession(_ context.Context, x signin.Session, before [32]byte, text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		return s.fail
	}
	if _, ok := s.sessions[x.ID]; ok {
		return errors.New("there is such a session")
	}
	delete(s.sessions, before)
	s.sessions[x.ID] = x
	s.audit = append(s.audit, x.Name+" session.started "+text)
	return nil
}

// Session implements signin.Store.
func (s *Store) Session(_ context.Context, id [32]byte) (signin.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x, ok := s.sessions[id]
	if s.fail == nil && !ok {
		return x, signin.ErrNoSession
	}
	return x, s.fail
}

// TouchSession implements signin.Store.
func (s *Store) TouchSession(_ context.Context, id [32]byte, seen, ends time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x, ok := s.sessions[id]; ok && s.fail == nil {
		x.SeenAt, x.EndsAt = seen, ends
		s.sessions[id] = x
	}
	return s.fail
}

// EndSession implements signin.Store.
func (s *Store) EndSession(_ context.Context, id [32]byte, _ time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x, ok := s.sessions[id]; ok && s.fail == nil {
		delete(s.sessions, id)
		s.audit = append(s.audit, x.Name+" session.ended ")
	}
	return s.fail
}

// UseOnce implements signin.Store.
func (s *Store) UseOnce(_ context.Context, id [32]byte, _ time.Time) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := !s.used[id]
	s.used[id] = true
	return first, s.fail
}

// Refused implements signin.Store.
func (s *Store) Refused(_ context.Context, name, text string, _ time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.audit = append(s.audit, name+" session.refused "+text)
	return s.fail
}
