package template

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/tocsin-io/tocsin/detector"
)

// benchLines are 4,000 lines of 30 kinds, of about 100 bytes each.
func benchLines() [][]byte {
	r := rand.New(rand.NewPCG(7, 7))
	formats := []string{
		"Accepted password for %s from %s port %d ssh2",
		"request %d finished in %d ms, status=200, path=/api/v2/orders/%d, user=%s, remote=%s",
		"Receiving block blk_%d src: /%s:%d dest: /%s:50010 while the pipeline is being rebuilt",
		"cache miss for key user:%d:profile on shard %d, loading it from the database instead",
		"retrying connection to %s:5432 in %dms because the last attempt was refused by the server",
		"PacketResponder %d for block blk_%d terminating after the client closed its connection",
	}
	var out [][]byte
	for i := range 4000 {
		ip := fmt.Sprintf("10.%d.%d.%d", r.IntN(256), r.IntN(256), r.IntN(256))
		n := r.IntN(1 << 30)
		var line string
		switch f := formats[i%len(formats)]; i % len(formats) {
		case 0:
			line = fmt.Sprintf(f, []string{"alice", "bob", "root"}[r.IntN(3)], ip, n%65536)
		case 1:
			line = fmt.Sprintf(f, n, n%5000, n%100000, []string{"alice", "bob"}[r.IntN(2)], ip)
		case 2:
			line = fmt.Sprintf(f, n, ip, n%65536, ip)
		case 3, 5:
			line = fmt.Sprintf(f, n%16, n)
		case 4:
			line = fmt.Sprintf(f, ip, n%1000)
		}
		out = append(out, []byte(fmt.Sprintf("component%c: ", 'A'+i%5)+line))
	}
	return out
}

func perLine(b *testing.B, lines [][]byte, f func([]byte)) {
	bytes := 0
	for _, l := range lines {
		bytes += len(l)
	}
	b.SetBytes(int64(bytes / len(lines)))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		f(lines[i])
		if i++; i == len(lines) {
			i = 0
		}
	}
}

func BenchmarkShape(b *testing.B) {
	s := NewShaper()
	perLine(b, benchLines(), func(l []byte) { s.Shape(l) })
}

func BenchmarkLearn(b *testing.B) {
	l, err := NewLearner(Options{}, NewAliases())
	if err != nil {
		b.Fatal(err)
	}
	ev := &detector.Event{Service: "shop", Environment: "prod", Level: detector.LevelInfo, Received: t0}
	perLine(b, benchLines(), func(msg []byte) {
		ev.Message = msg
		l.Learn(ev)
	})
}

func BenchmarkSlots(b *testing.B) {
	s := NewShaper()
	var slots []Slot
	perLine(b, benchLines(), func(l []byte) {
		s.Shape(l)
		slots = s.Slots(slots[:0])
	})
}

// BenchmarkMergeOne adds shapes to a Merger that has 100,000.
func BenchmarkMergeOne(b *testing.B) {
	m := NewMerger()
	s := NewShaper()
	shape := func(i int) Known {
		k := Known{Service: fmt.Sprint("svc", i%25)}
		k.ID = s.Shape(fmt.Appendf(nil, "%s %s failed to %s the %s of 10.0.0.1 because %s", word(i), word(i/7), word(i/3), word(i*3), word(i*11)))
		k.Text = string(s.AppendText(nil))
		return k
	}
	n := 0
	for ; n < 100_000; n++ {
		m.Add([]Known{shape(n)})
	}
	b.ReportAllocs()
	for b.Loop() {
		m.Add([]Known{shape(n)})
		n++
	}
}
