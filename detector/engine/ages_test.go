package engine

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tocsin-io/tocsin/detector/clock"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/source"
)

// silent is a partition in which nothing was ever written.
type silent struct{ endless }

func (*silent) Next(ctx context.Context) (source.Batch, error) {
	select {
	case <-ctx.Done():
		return source.Batch{}, ctx.Err()
	case <-time.After(250 * time.Millisecond):
		return source.Batch{}, nil
	}
}

// late is a partition whose records are so old when they arrive.
type late struct {
	endless
	by time.Duration
}

func (p *late) Next(ctx context.Context) (source.Batch, error) {
	batch, err := p.endless.Next(ctx)
	for i := range batch.Records {
		batch.Records[i].Time = batch.Records[i].Time.Add(-p.by)
	}
	return batch, err
}

// watching counts partitions by a clock that is off, and notes every second how far their watermarks are from the right time.
func watching(t *testing.T, parts []partition, off func(ran time.Duration) time.Duration, seconds int) (marks [][]time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(24 * time.Hour)
		began := time.Now()
		var by atomic.Int64
		by.Store(int64(off(0)))
		backend := rate.NewMemory()
		wrong := func() time.Time { return time.Now().Add(time.Duration(by.Load())) }
		e := New(Options{
			Backend: backend, Reader: rate.NewReader(backend, rate.ReaderOptions{Now: wrong}), Ledger: newMemoryLedger(), Clock: wrong,
			Logger: slog.New(slog.DiscardHandler), Retention: 48 * time.Hour,
			Redactor: func() Redactor { return unredacted{} }, Corrector: func() Corrector { return clock.New(clock.Options{}) },
		})
		ctx, cancel := context.WithCancel(t.Context())
		for i, part := range parts {
			go func() {
				if err := e.consume(ctx, rate.Partition{Topic: "logs", ID: i}, part); err != nil {
					t.Error(err)
				}
			}()
		}
		for range seconds {
			time.Sleep(time.Second)
			statuses, err := backend.Partitions(ctx)
			if err != nil {
				t.Fatal(err)
			}
			at := make([]time.Duration, len(parts))
			for _, s := range statuses {
				at[s.Partition.ID] = time.Since(s.Checkpoint.Watermark)
			}
			marks = append(marks, at)
			by.Store(int64(off(time.Since(began))))
		}
		cancel()
		synctest.Wait()
	})
	return marks
}

// A clock that is ahead, from the start or from some time on, completes nothing whose lines are still to come, neither where
// lines come nor in a partition that is silent. One that is right, or behind, holds nothing up.
func TestAClockThatIsAheadCompletesNothingTooEarly(t *testing.T) {
	const lateness, flush = 5 * time.Second, time.Second
	for name, off := range map[string]func(ran time.Duration) time.Duration{
		"right":        func(time.Duration) time.Duration { return 0 },
		"ahead":        func(time.Duration) time.Duration { return 2 * time.Minute },
		"put forward":  func(ran time.Duration) time.Duration { return ran.Truncate(20*time.Second) / 20 * 90 },
		"to and fro":   func(ran time.Duration) time.Duration { return ran.Truncate(20*time.Second) % (40 * time.Second) },
		"a day behind": func(time.Duration) time.Duration { return -24 * time.Hour },
	} {
		t.Run(name, func(t *testing.T) {
			for second, at := range watching(t, []partition{&endless{}, &silent{}}, off, 60) {
				for part, behind := range at {
					if behind < lateness {
						t.Errorf("second %d, partition %d: the watermark is %v behind the right time, want the lateness", second, part, behind)
					}
					if most := lateness + flush; name == "right" && second > 1 && behind > most {
						t.Errorf("second %d, partition %d: the watermark is %v behind, want %v at most", second, part, behind, most)
					}
				}
			}
		})
	}
}

// Where all records come late their buckets wait for them, up to maxAhead; nothing waits for what comes later than that.
func TestBucketsWaitForRecordsThatAllComeLate(t *testing.T) {
	const lateness, flush = 5 * time.Second, time.Second
	for by, want := range map[time.Duration]time.Duration{4 * time.Minute: 4 * time.Minute, maxAhead + time.Minute: 0} {
		marks := watching(t, []partition{&late{by: by}, &silent{}}, func(time.Duration) time.Duration { return 0 }, 60)
		for second, at := range marks[int(agesUnknown/time.Second)+1:] {
			for part, behind := range at {
				if behind < want+lateness || behind > want+lateness+flush {
					t.Errorf("%v late, second %d, partition %d: the watermark is %v behind, want %v and the lateness", by, second, part, behind, want)
				}
			}
		}
	}
}

// Where no line tells how the clock is, the clock alone is believed after a while.
func TestASilentLogIsCompletedByTheClock(t *testing.T) {
	marks := watching(t, []partition{&silent{}}, func(time.Duration) time.Duration { return 0 }, 30)
	if first := marks[1][0]; first < maxAhead || first > maxAhead+10*time.Second {
		t.Errorf("after a start the watermark is %v behind, want about %v", first, maxAhead)
	}
	for second, at := range marks[int(agesUnknown/time.Second)+1:] {
		if at[0] > 6*time.Second {
			t.Errorf("%d s after that the watermark is %v behind", second, at[0])
		}
	}
}

// Lines that somebody sends minutes or hours later say nothing of the clock once others came.
func TestOldRecordsDoNotHoldUpTheWatermark(t *testing.T) {
	now := day
	var a ages
	a.took(now, now.Add(-time.Hour), true)
	a.took(now, now.Add(-time.Minute), false)
	if got := a.ahead(now); got != time.Minute {
		t.Errorf("after a record of a minute ago the clock may be %v ahead", got)
	}
	for range 30 {
		now = now.Add(time.Second)
		a.took(now, now.Add(-time.Second), true)
		a.took(now, now.Add(-2*time.Minute), true)
	}
	if got := a.ahead(now); got != time.Second {
		t.Errorf("the clock may be %v ahead, want a second", got)
	}
}
