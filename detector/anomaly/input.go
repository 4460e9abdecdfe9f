package anomaly

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// input judges the records that the partitions of a topic bring. One that brings none while the others go on has lost its
// producer, or its forwarder stands still: the services that log into it are fewer than they look.
//
// A partition is silent from five minutes on, where it was never silent for a third as long, where at least 100 records
// were expected since by its level (EW360), and while partitions that make more than half of the other ones' level had
// some in these five minutes.
type input struct {
	key     detector.Series
	born    int64
	seen    int64
	level   float64
	longest int64 // silence that was no alarm
	alarm   bool
	x       float64 // of the bucket in work
}

// inputs are the partitions of all topics of a shard, in order of birth.
type inputs struct {
	known map[detector.Series]*input
	order []*input
}

// maxInputs bounds the partitions that are followed.
const maxInputs = 10_000

const (
	leastExpected = 100.
	inputReason   = "Look at what writes to it: a forwarder that stands still, or a key that went to another partition."
)

func newInputs() inputs { return inputs{known: make(map[detector.Series]*input)} }

func (p *inputs) add(row *detector.Row, env *moment) {
	it := p.known[row.Series]
	if it == nil {
		if len(p.order) >= maxInputs {
			return
		}
		it = &input{key: row.Series, born: env.n, seen: env.n}
		p.known[row.Series] = it
		p.order = append(p.order, it)
	}
	it.x = float64(row.Lines)
}

// judge appends a signal for each partition that is silent.
func (p *inputs) judge(out []detector.Signal, env *moment) []detector.Signal {
	for _, it := range p.order {
		it.observe(env)
	}
	for _, it := range p.order {
		if it.silent(p, env) {
			out = append(out, it.signal(env))
		}
	}
	return out
}

func (it *input) observe(env *moment) {
	run := env.n - it.seen
	if it.x > 0 {
		if !it.alarm {
			it.longest = max(it.longest, run-1)
		}
		it.alarm, it.seen = false, env.n
	}
	if it.x > 0 || run < env.minutes(1) {
		it.level = ewma(it.level, it.x, 360*env.per, env.n-it.born)
	}
	it.x = 0
}

// silent decides. After three hours it is what the partition is.
func (it *input) silent(p *inputs, env *moment) bool {
	run := env.n - it.seen
	if run > 3*env.hour {
		it.alarm, it.level = false, 0
	}
	if it.alarm || env.gap {
		return it.alarm
	}
	if run < env.minutes(5) || run <= 3*it.longest || it.seen-it.born < env.hour || it.level*float64(run) < leastExpected {
		return false
	}
	live, all := 0.0, 0.0
	for _, o := range p.order {
		if o == it || o.key.Name != it.key.Name {
			continue
		}
		all += o.level
		if env.n-o.seen < env.minutes(5) {
			live += o.level
		}
	}
	it.alarm = live > .5*all
	return it.alarm
}

func (it *input) signal(env *moment) detector.Signal {
	run := env.n - it.seen
	return detector.Signal{
		Kind: detector.KindLoss, Severity: detector.SeverityNotice, Series: it.key, At: env.time(env.n + 1),
		Onset: env.time(it.seen + 1), Expected: it.level * float64(run), Unit: "records",
		Window: time.Duration(run) * env.width, Reason: inputReason,
	}
}

func (p *inputs) code(c *coder) {
	n := c.length(len(p.order))
	for i := range n {
		it := &input{}
		if !c.reading {
			it = p.order[i]
		}
		c.identity(&it.key)
		c.ints(&it.born, &it.seen, &it.longest)
		c.floats(&it.level)
		c.bools(&it.alarm)
		if c.err != nil {
			return
		}
		if c.reading {
			p.known[it.key] = it
			p.order = append(p.order, it)
		}
	}
}
