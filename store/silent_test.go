package store

import (
	"os"
	"strings"
	"testing"
	"time"
)

// TestASilentServerIsNotWaitedForForEver: a statement that owes its answer for longer than the patience ends, its connection
// with it, and the next one goes on; without a bound, as while the schema is changed, it is waited for.
func TestASilentServerIsNotWaitedForForEver(t *testing.T) {
	dsn := os.Getenv("TOCSIN_TEST_POSTGRES")
	if dsn == "" {
		t.Fatal("TOCSIN_TEST_POSTGRES is not set: run .ci/services up and eval \"$(.ci/services env)\"")
	}
	s, err := Open(t.Context(), Options{DSN: dsn, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.patience.set(200 * time.Millisecond)
	began := time.Now()
	_, err = s.write.ExecContext(t.Context(), `SELECT pg_sleep(60)`)
	if err == nil || !strings.Contains(err.Error(), "silent for 200ms") {
		t.Errorf("after %s: %v", time.Since(began), err)
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("it was waited for %s", took)
	}
	s.patience.set(0)
	if _, err := s.write.ExecContext(t.Context(), `SELECT pg_sleep(0.5)`); err != nil {
		t.Errorf("without a bound: %v", err)
	}
}
