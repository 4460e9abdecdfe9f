package engine

import (
	"context"
	"os"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tocsin-io/tocsin/detector/rate"
)

// TestProtocol lets processes that count and judge, over one backend and one ledger, take turns as chance will have it:
// killed, woken late, cut off in the middle of a call, over a backend that loses what it acknowledged, while retention
// takes the log's beginning. What is promised is held after every write and at the end. A seed replays a run.
func TestProtocol(t *testing.T) {
	var all simFaults
	first, seeds := simSeeds(t, 24)
	for seed := first; seed < first+seeds; seed++ {
		synctest.Test(t, func(t *testing.T) { all.add(play(t, seed, func() rate.Backend { return rate.NewMemory() })) })
		if t.Failed() {
			return
		}
	}
	t.Logf("%+v", all)
	if seeds < 20 {
		return
	}
	for name, n := range map[string]int{
		"kills": all.kills, "zombies": all.zombies, "losses of writes": all.lost, "losses of everything": all.wiped, "trims": all.trimmed,
		"topics made anew": all.anew, "delayed writes": all.delayed, "owners fenced": all.fenced, "rewinds noticed": all.rewound,
		"jumps of the clock": all.jumps,
	} {
		if n < 3 {
			t.Errorf("%d %s: too few to show anything", n, name)
		}
	}
}

// simSeeds are the first seed and how many: 0 and n, or what SIMULATION_FIRST and SIMULATION_SEEDS say.
func simSeeds(t *testing.T, n uint64) (first, seeds uint64) {
	t.Helper()
	seeds = n
	for name, into := range map[string]*uint64{"SIMULATION_FIRST": &first, "SIMULATION_SEEDS": &seeds} {
		if v := os.Getenv(name); v != "" {
			var err error
			if *into, err = strconv.ParseUint(v, 10, 64); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	return first, seeds
}

func (f *simFaults) add(o simFaults) {
	f.kills, f.zombies, f.lost, f.wiped = f.kills+o.kills, f.zombies+o.zombies, f.lost+o.lost, f.wiped+o.wiped
	f.trimmed, f.anew, f.delayed, f.fenced, f.rewound = f.trimmed+o.trimmed, f.anew+o.anew, f.delayed+o.delayed, f.fenced+o.fenced, f.rewound+o.rewound
	f.jumps += o.jumps
}

func play(t *testing.T, seed uint64, fresh func() rate.Backend) simFaults {
	w := newSimWorld(t, seed, fresh)
	w.start()
	for i := range w.logs {
		w.assign(i, w.all[0])
	}
	for range w.steps() {
		w.hurt()
		if w.broken != "" {
			break
		}
	}
	w.rest()
	w.end()
	if w.broken != "" {
		t.Errorf("seed %d: %s", seed, w.broken)
	}
	return w.faults
}

// steps is how long a world is hurt. In a slow one faults are seldom, so that between them buckets are judged, by some owner
// and then by the next again.
func (w *simWorld) steps() int {
	if w.slow {
		return 6000
	}
	return 1500
}

// hurt does one thing to the world: mostly it lets somebody go on.
func (w *simWorld) hurt() {
	l := w.logs[w.rnd.IntN(len(w.logs))]
	what := w.rnd.IntN(60)
	if w.slow && 3 <= what && what <= 9 && w.rnd.IntN(8) > 0 {
		what = 59
	}
	switch what {
	case 0, 1, 2:
		w.produce(l)
	case 3: // a process more, or one less
		if live := w.live(); len(live) < 3 {
			w.start()
		} else {
			w.kill(live[w.rnd.IntN(len(live))])
			w.faults.kills++
		}
	case 4, 5: // the group gives a partition to another; the one before may not hear of it
		live := w.live()
		if len(live) == 0 {
			live = append(live, w.start())
		}
		if w.rnd.IntN(2) == 0 {
			w.revoke(l.id.ID)
		} else if w.owners[l.id.ID] != nil {
			w.faults.zombies++
		}
		w.assign(l.id.ID, live[w.rnd.IntN(len(live))])
	case 6:
		if w.rnd.IntN(3) == 0 {
			w.rewind(8)
			w.faults.lost++
		}
	case 7:
		if w.rnd.IntN(20) == 0 {
			w.rewind(-1)
			w.faults.wiped++
		}
	case 8:
		if n := len(w.delayed); n > 0 {
			i := w.rnd.IntN(n)
			late := w.delayed[i]
			w.delayed = append(w.delayed[:i], w.delayed[i+1:]...)
			_ = late() // whoever sent it has long gone on
			w.faults.delayed++
		}
	case 9:
		w.shorten(l)
		w.jump()
	case 10, 11, 12, 13, 14, 15, 16, 17, 18, 19:
		most := 700
		if w.slow {
			most = 1400
		}
		time.Sleep(time.Duration(w.rnd.IntN(most)) * time.Millisecond)
	default:
		if !w.turn() {
			time.Sleep(100 * time.Millisecond)
		}
	}
}

// jump puts the clock of all processes forward or back, by up to two minutes.
func (w *simWorld) jump() {
	if w.rnd.IntN(4) > 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ahead = time.Duration(w.rnd.IntN(240)-120) * time.Second
	w.faults.jumps++
}

// shorten takes the beginning of a log, or makes it anew.
func (w *simWorld) shorten(l *simLog) {
	w.ledger.mu.Lock()
	_, claimed := w.ledger.parts[l.id]
	w.ledger.mu.Unlock()
	switch {
	case !claimed: // what was gone before tocsin came is no loss
	case w.mode == trimming && w.rnd.IntN(2) == 0:
		l.first += int64(w.rnd.IntN(int(l.end()-l.first) + 1))
		w.faults.trimmed++
	case w.mode == renewing && w.rnd.IntN(6) == 0:
		l.name += "'"
		l.records, l.first = nil, 0
		w.faults.anew++
	}
}

// rest ends the faults, leaves each partition to one live process, and waits until all is counted and judged.
func (w *simWorld) rest() {
	w.calm = true
	w.mu.Lock()
	w.ahead = 0
	w.mu.Unlock()
	for _, r := range w.live() {
		for _, cancel := range r.stop[1:] {
			cancel()
		}
	}
	r := w.start()
	for i := range w.logs {
		w.assign(i, r)
	}
	// Figures of a secret that is not new any more are handed out once a minute.
	last := time.Now().Add(time.Minute + 2*rate.Fine)
	for _, mark := range w.high { // of a clock that was ahead: what came after it is judged once it is reached
		if end := mark.Add(2 * rate.Fine); end.After(last) {
			last = end
		}
	}
	for range 60_000 {
		if w.broken != "" || w.finished(last) {
			w.exact()
			return
		}
		if !w.turn() || w.rnd.IntN(8) == 0 {
			time.Sleep(200 * time.Millisecond)
		}
	}
	w.fail("no end: %v", r.e.Health().Away())
}

// finished reports whether everything is counted, and judged up to last.
func (w *simWorld) finished(last time.Time) bool {
	statuses, err := w.backend.Partitions(context.Background())
	if err != nil {
		w.fail("statuses: %v", err)
	}
	counted := 0
	for _, s := range statuses {
		l := w.logs[s.Partition.ID]
		if s.Checkpoint.Next == l.end() && s.Checkpoint.Log == l.name && len(s.Checkpoint.Pending) == 0 {
			counted++
		}
	}
	w.ledger.mu.Lock()
	defer w.ledger.mu.Unlock()
	for shard := range rate.Shards {
		if w.ledger.marks[shard].Evaluated.Before(last) {
			return false
		}
	}
	return counted == len(w.logs)
}
