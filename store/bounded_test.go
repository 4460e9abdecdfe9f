package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/store"
)

// TestSQLiteIsBoundedByRetention counts for many times the retention: the file grows until that is full, and then what
// was freed is used again.
func TestSQLiteIsBoundedByRetention(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tocsin.db")
	s, err := store.Open(t.Context(), store.Options{DSN: path, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	counts := s.Counts()
	part := rate.Partition{Topic: "logs"}
	if _, err := counts.Claim(t.Context(), part, 1); err != nil {
		t.Fatal(err)
	}
	const (
		fine, coarse = 24 * time.Hour, 72 * time.Hour
		days         = 15
	)
	block := bytes.Repeat([]byte{7}, 900)
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	var full int64
	for hour := range days * 24 {
		now = now.Add(time.Hour)
		f := rate.Flush{Sequence: uint64(hour + 1), Checkpoint: rate.Checkpoint{Next: int64(hour), Watermark: now}}
		if hour == 0 {
			f.NewSeries = []detector.Series{{Service: "orders"}}
		} else {
			f.First = 1
		}
		for shard := range rate.Shards {
			f.Blocks = append(f.Blocks, rate.Block{Width: rate.Fine, Start: now, Shard: shard, Data: block})
			f.Blocks = append(f.Blocks, rate.Block{Width: rate.Coarse, Start: now, Shard: shard, Data: block[:100]})
		}
		if err := counts.Write(t.Context(), part, 1, f); err != nil {
			t.Fatal(err)
		}
		if hour%6 == 0 {
			if err := counts.Expire(t.Context(), now.Add(-fine), now.Add(-coarse)); err != nil {
				t.Fatal(err)
			}
		}
		if hour == 4*24 {
			full = size(t, path)
		}
	}
	if n := size(t, path); n > full+full/4 {
		t.Errorf("the file has %d bytes after %d days, and had %d after four, when the retention was full", n, days, full)
	}
	if n := size(t, path+"-wal"); n > 64<<20 {
		t.Errorf("the write-ahead log has %d bytes", n)
	}
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
