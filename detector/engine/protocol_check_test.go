package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/decode"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/sketch"
)

var simMark = []byte("hunter2")

// simRedactor takes one word for a secret.
type simRedactor struct{}

func (simRedactor) Event(ev *detector.Event) {
	ev.Secrets = ev.Secrets[:0]
	if bytes.Contains(ev.Message, simMark) {
		ev.Message = bytes.ReplaceAll(ev.Message, simMark, []byte("xxxxxxx"))
		ev.Secrets = append(ev.Secrets, detector.Secret{Kind: "password", Key: "pw"})
	}
}

// produce appends lines to a log. A stack trace is appended whole; its record may begin with a line of its own, which is
// counted while the trace still waits for more.
func (w *simWorld) produce(l *simLog) {
	for range 1 + w.rnd.IntN(8) {
		service := fmt.Sprintf("%s-svc%d", l.name, w.rnd.IntN(3))
		text := []string{"request served", "cache miss", "slow query"}[w.rnd.IntN(3)]
		trace := w.mode == joining && w.rnd.IntN(3) == 0
		if !trace && w.rnd.IntN(60) == 0 {
			text = "login with hunter2"
			w.secrets[service]++
		}
		values := []string{fmt.Sprintf(`{"level":"info","service":%q,"msg":%q}`, service, text)}
		if trace {
			values = []string{"java.lang.IllegalStateException: broken"}
			if w.rnd.IntN(2) == 0 {
				values[0] = "the basket is full\n" + values[0]
			}
			for i := range 1 + w.rnd.IntN(4) {
				values = append(values, fmt.Sprintf("\tat com.shop.Cart.add(Cart.java:%d)", i))
			}
		}
		for _, v := range values {
			l.records = append(l.records, detector.Record{
				Topic: l.id.Topic, Partition: l.id.ID, Offset: l.end(), Time: time.Now().UTC(), Key: []byte("host"), Value: []byte(v),
			})
		}
	}
}

// sums are what the backend holds of a partition in fine buckets: lines by service, and what was lost.
type sums struct {
	lines map[string]uint64
	input uint64 // records that were read
	lost  uint64 // and those that never were
	held  uint64 // read, and gone while they waited for more lines
	spans []detector.Span
}

func (w *simWorld) sums(p rate.Partition) (out sums) {
	ctx := context.Background()
	out.lines = make(map[string]uint64)
	starts, err1 := w.backend.Starts(ctx, p, rate.Fine, time.Unix(0, 0), time.Now().Add(time.Hour))
	blocks, err2 := w.backend.Blocks(ctx, p, rate.Fine, starts, rate.AllShards)
	dictionary, err3 := w.backend.Dictionary(ctx, p, 0)
	if err := errors.Join(err1, err2, err3); err != nil {
		w.fail("read of %s: %v", p, err)
		return out
	}
	for i := range blocks {
		err := rate.Cells(blocks[i].Data, func(c rate.Cell) bool { w.cell(&out, dictionary[c.Index], c); return true })
		if err != nil {
			w.fail("block of %s: %v", p, err)
		}
	}
	return out
}

func (w *simWorld) cell(out *sums, s detector.Series, c rate.Cell) {
	_, why, _ := s.Lost()
	switch {
	case s.Class == detector.ClassInput:
		out.input += c.Lines
	case s.Class == detector.ClassLoss && why == detector.LossPending:
		out.held += c.Lines
	case s.Class == detector.ClassLoss && why != detector.LossAnew:
		out.lost += c.Lines
		sum, _, err := sketch.Decode(c.Summary)
		if err != nil || sum.Places == nil {
			w.fail("a loss of %d records without its places: %v", c.Lines, err)
			return
		}
		out.spans = append(out.spans, sum.Places.Spans...)
	case s.Class == detector.ClassLine:
		out.lines[s.Service] += c.Lines
	}
}

// balance holds, after every write, that each offset below the checkpoint was read once or is told as lost.
func (w *simWorld) balance(p rate.Partition) {
	if w.mode == renewing {
		return
	}
	statuses, err := w.backend.Partitions(context.Background())
	if err != nil {
		w.fail("statuses: %v", err)
	}
	for _, s := range statuses {
		if s.Partition != p {
			continue
		}
		got := w.sums(p)
		if n := uint64(s.Checkpoint.Next); got.input+got.lost != n {
			w.fail("%s: the checkpoint is at %d, %d records are counted and %d lost", p, n, got.input, got.lost)
		}
		if w.mode == joining && got.lost+got.held > 0 {
			w.fail("%s: %d records are told as lost, none was", p, got.lost+got.held)
		}
	}
}

// committing holds that no shard is judged beyond what all partitions were counted to, and that how far it was judged does
// not go back.
func (w *simWorld) committing(marks []Mark) {
	w.ledger.mu.Lock()
	for _, m := range marks {
		if was := w.ledger.marks[m.Shard]; was.Epoch <= m.Epoch && m.Evaluated.Before(was.Evaluated) {
			w.fail("shard %d was judged up to %s, and its owner says %s", m.Shard, was.Evaluated, m.Evaluated)
		}
	}
	w.ledger.mu.Unlock()
	for _, l := range w.logs {
		for _, m := range marks {
			if m.Evaluated.After(w.high[l.id]) {
				w.fail("shard %d is judged up to %s, %s was counted up to %s", m.Shard, m.Evaluated, l.id, w.high[l.id])
			}
		}
	}
}

// opening holds that an incident is opened once: a commit may come again as it was, but nothing is opened anew because its
// bucket was judged again.
func (w *simWorld) opening(changes []detector.Change) {
	for _, ch := range changes {
		in := ch.Incident
		if ch.Event != detector.ChangeOpened {
			continue
		}
		key := [2]string{string(in.Kind), in.SeriesKey}
		if at, ok := w.opened[key]; ok && !at.Equal(in.UpdatedAt) {
			w.fail("%s of %q is opened at %s and at %s", in.Kind, in.Service, at, in.UpdatedAt)
		}
		w.opened[key] = in.UpdatedAt
	}
}

// exact holds, at the end, every line of every log against the counts.
func (w *simWorld) exact() {
	for _, l := range w.logs {
		got := w.sums(l.id)
		want := make(map[string]uint64)
		d := decode.New(decode.Options{})
		emit := func(ev *detector.Event) {
			for _, s := range got.spans {
				if s.Topic == l.id.Topic && s.Partition == l.id.ID && s.From <= ev.Position.Offset && ev.Position.Offset <= s.To {
					return
				}
			}
			want[ev.Service]++
		}
		for i := range l.records {
			d.Decode(&l.records[i], emit)
		}
		d.Flush(time.Time{}, emit)
		for service, n := range want {
			if got.lines[service] != n {
				w.fail("%s: %d lines of %q are counted, %d were logged and not lost", l.id, got.lines[service], service, n)
			}
		}
	}
	w.incidents()
}

// incidents holds that what is unresolved stands once, and that each secret is told, with all its lines.
func (w *simWorld) incidents() {
	once := make(map[[16]byte]string)
	told := make(map[string]uint64)
	for id, in := range w.ledger.last {
		if in.Status != detector.StatusResolved {
			if other, ok := once[in.Identity()]; ok {
				w.fail("%s and %s are the same and open at once", other, id)
			}
			once[in.Identity()] = id
		}
		if in.Kind == detector.KindSecret {
			told[in.Service] = max(told[in.Service], in.Lines)
		}
	}
	for service, n := range w.secrets {
		if w.mode == joining && told[service] != n {
			w.fail("%d lines of %s hold a secret, its incident tells %d", n, service, told[service])
		}
	}
}
