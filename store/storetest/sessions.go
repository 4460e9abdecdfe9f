package storetest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/store"
)

func session(name string, seconds int) store.Session {
	return store.Session{
		ID: sha256.Sum256([]byte(name)), Name: name, Role: "viewer", Source: "password", Credential: sha256.Sum256([]byte("hash of " + name)),
		CreatedAt: at(seconds), SeenAt: at(seconds), EndsAt: at(seconds + 100), LastAt: at(seconds + 1000),
	}
}

func sessions(t *testing.T, s *suite) {
	var none [32]byte
	put := func(x store.Session, before [32]byte) {
		t.Helper()
		if err := s.PutSession(s.ctx, x, before, "from 192.0.2.1"); err != nil {
			t.Fatal(err)
		}
	}
	ada, bob := session("ada", 0), session("bob", 0)
	put(ada, none)
	put(bob, none)
	if err := s.PutSession(s.ctx, ada, none, ""); err == nil {
		t.Error("two sessions have one id")
	}
	other := Open(t, s.options()) // a replica
	if got, err := other.Session(s.ctx, ada.ID); err != nil || !cmp.Equal(got, ada) {
		t.Errorf("another replica: %v\n%s", err, cmp.Diff(ada, got))
	}
	if _, err := s.Session(s.ctx, sha256.Sum256([]byte("made up"))); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a session of nobody: %v", err)
	}

	for _, when := range []int{50, 30} { // the second comes late, from a slower replica
		if err := s.TouchSession(s.ctx, ada.ID, at(when), at(when+100)); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := other.Session(s.ctx, ada.ID); err != nil || !got.SeenAt.Equal(at(50)) || !got.EndsAt.Equal(at(150)) {
		t.Errorf("after use: seen %v, ends %v, %v", got.SeenAt, got.EndsAt, err)
	}

	// A new sign-in takes the old session's place.
	again := session("ada", 60)
	again.ID = sha256.Sum256([]byte("ada again"))
	put(again, ada.ID)
	if _, err := s.Session(s.ctx, ada.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the session before a new sign-in: %v", err)
	}
	for range 2 {
		if err := s.EndSession(s.ctx, again.ID, at(70)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.TouchSession(s.ctx, again.ID, at(80), at(180)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Session(s.ctx, again.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("after the end: %v", err)
	}
	log, _, err := s.AuditLog(s.ctx, store.AuditFilter{Subject: "ada"})
	var acts []string
	for _, e := range log {
		acts = append(acts, e.Actor+" "+e.Action+" "+e.Text)
	}
	if diff := cmp.Diff([]string{"ada session.ended ", "ada session.started from 192.0.2.1", "ada session.started from 192.0.2.1"}, acts); diff != "" || err != nil {
		t.Errorf("audit (-want +got): %v\n%s", err, diff)
	}

	if gone, err := s.Expire(s.ctx, store.Retention{Sessions: at(100)}); gone.Sessions != 0 || err != nil {
		t.Errorf("expired too early: %+v, %v", gone, err)
	}
	if gone, err := s.Expire(s.ctx, store.Retention{Sessions: at(101)}); gone.Sessions != 1 || err != nil {
		t.Errorf("expired: %+v, %v", gone, err)
	}

	odd := session(strings.Repeat("ü\x00", 1000), 0)
	put(odd, none)
	if got, err := s.Session(s.ctx, odd.ID); err != nil || got.Name == "" || len(got.Name) > 512 {
		t.Errorf("an odd name: %d bytes, %v", len(got.Name), err)
	}
}

func usedOnce(t *testing.T, s *suite) {
	id := sha256.Sum256([]byte("state"))
	other := Open(t, s.options())
	var first atomic.Int32
	var wg sync.WaitGroup
	for i := range 8 {
		st := []*store.Store{s.Store, other}[i%2]
		wg.Go(func() {
			ok, err := st.UseOnce(s.ctx, id, at(100))
			if err != nil {
				t.Error(err)
			}
			if ok {
				first.Add(1)
			}
		})
	}
	wg.Wait()
	if first.Load() != 1 {
		t.Errorf("it was used for the first time %d times", first.Load())
	}
	if gone, err := s.Expire(s.ctx, store.Retention{Sessions: at(101)}); gone.Sessions != 1 || err != nil {
		t.Errorf("expired: %+v, %v", gone, err)
	}
}

func auditFilters(t *testing.T, s *suite) {
	for i := range 12 {
		e := store.AuditEntry{
			At: at(i), Actor: []string{"ada", "bob"}[i%2], Action: []string{"incident.note", "rules.reload", "silence.created"}[i%3], Subject: fmt.Sprint("s", i),
		}
		if err := s.Audit(s.ctx, e); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		filter store.AuditFilter
		want   string
	}{
		{store.AuditFilter{Actor: "ada"}, "s10 s8 s6 s4 s2 s0"},
		{store.AuditFilter{Action: "rules.reload"}, "s10 s7 s4 s1"},
		{store.AuditFilter{Actor: "bob", Action: "rules.reload"}, "s7 s1"},
		{store.AuditFilter{Actor: "bob", Subject: "s7"}, "s7"},
		{store.AuditFilter{Actor: "nobody"}, ""},
	} {
		c.filter.Limit = 2
		var got []string
		for {
			part, next, err := s.AuditLog(s.ctx, c.filter)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range part {
				got = append(got, e.Subject)
			}
			if c.filter.Cursor = next; next == "" {
				break
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%+v: %v, want %s", c.filter, got, c.want)
		}
	}
}
