package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/decode"
	"github.com/tocsin-io/tocsin/detector/incident"
	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/source"
	"github.com/tocsin-io/tocsin/detector/template"
)

// Rules are the alert rules as the engine needs them. They do not change: a reload makes new ones.
type Rules interface {
	// Matcher makes a matcher for one partition, of which tally counts the lines whose hits are the same.
	Matcher(tally func(hits []detector.Hit) detector.Tally) Matcher
	// Judge makes the evaluator of one shard.
	Judge(shard int) detector.Judge
	// Early reports whether something may be told of the rule of this name before a bucket is complete.
	Early(rule string) bool
	// Adjust gives the severity that is configured for a signal, or mutes it.
	Adjust(s *detector.Signal) (severity detector.Severity, muted bool)
}

// Log is where records come from.
type Log interface {
	// Run calls consume for each partition that is ours, in a goroutine of its own, until ctx ends.
	Run(ctx context.Context, h source.Handler) error
	// Partitions are all partitions of the topics, in order.
	Partitions(ctx context.Context) ([]rate.Partition, error)
}

// Observer is told what the engine does. It must not block.
type Observer interface {
	Feed
	// Changed is called after changes were kept.
	Changed(changes []detector.Change)
}

// Options is what an Engine needs. All but Observer are required.
type Options struct {
	Log      Log
	Backend  rate.Backend
	Reader   *rate.Reader
	Ledger   Ledger
	Observer Observer
	Clock    Clock
	Logger   *slog.Logger

	Decode    decode.Options
	Templates template.Options
	Redactor  func() Redactor        // one for each partition
	Corrector func() Corrector       // one for each partition
	Suite     func(*Templates) Suite // one for each shard
	Worker    WorkerOptions
	Retention time.Duration // of fine buckets
	MaxLate   time.Duration // nothing older is paged
}

// Engine counts and judges in one process. Beside others of the same group it takes its share.
type Engine struct {
	Stats     Stats
	Templates *Templates

	source    Log
	backend   rate.Backend
	reader    *rate.Reader
	ledger    Ledger
	observer  Observer
	clock     Clock
	log       *slog.Logger
	o         Options
	worker    WorkerOptions
	retention time.Duration
	rules     atomic.Pointer[Rules]
	health    *Health
	learned   time.Time
	unkept    []template.Alias // learned, and not taken by the ledger yet
	fresh     atomic.Bool      // shapes were kept since they were read last
	known     atomic.Pointer[[]rate.Partition]
	judging   atomic.Pointer[evaluator]
	ages      ages // of records at all partitions: they tell of one clock
}

// New returns an Engine that does nothing yet.
func New(o Options) *Engine {
	if o.Worker.FlushEvery == 0 {
		o.Worker.FlushEvery = 500 * time.Millisecond
	}
	if o.Templates.Again == 0 {
		o.Templates.Again = time.Hour
	}
	if o.Worker.Lateness == 0 {
		o.Worker.Lateness = 5 * time.Second
	}
	return &Engine{
		Templates: NewTemplates(), source: o.Log, backend: o.Backend, reader: o.Reader, ledger: o.Ledger,
		observer: o.Observer, clock: o.Clock, log: o.Logger, o: o, worker: o.Worker, retention: o.Retention,
		health: newHealth(o.Clock),
	}
}

// Health tells how the engine is.
func (e *Engine) Health() *Health { return e.health }

// SetRules replaces the rules; they take effect with the next bucket and, on lines, within a flush.
func (e *Engine) SetRules(r Rules) { e.rules.Store(&r) }

// Run counts and judges until ctx ends, then writes what it has. It returns an error only for what trying again does
// not mend.
func (e *Engine) Run(ctx context.Context) error {
	if err := e.load(ctx); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	judged := make(chan error, 1)
	// The evaluator leaves after the workers: what they wrote last is judged as far as it is complete.
	judging, stopJudging := context.WithCancel(context.WithoutCancel(ctx))
	defer stopJudging()
	go func() { judged <- e.evaluate(judging) }()
	err := e.source.Run(ctx, e)
	stopJudging()
	if jerr := <-judged; jerr != nil {
		err = errors.Join(err, jerr)
	}
	return err
}

// load reads the templates that are known; the store may not be up yet.
func (e *Engine) load(ctx context.Context) error {
	for wait := backoff(); ; {
		_, err := e.learn(ctx)
		if err == nil {
			return nil
		}
		e.log.Warn("the store does not answer; trying again", "error", err)
		if !wait(ctx) {
			return fmt.Errorf("engine: start: %w", ctx.Err())
		}
	}
}

// learnEvery is how often shapes that other replicas met are read.
const learnEvery = 2 * time.Second

// learn takes shapes that are new in the ledger, and keeps and returns the aliases that they bring.
func (e *Engine) learn(ctx context.Context) ([]template.Alias, error) {
	now := e.clock()
	if !e.fresh.Swap(false) && !passed(now, e.learned, learnEvery) {
		return nil, nil
	}
	aliases, err := e.Templates.Load(ctx, e.ledger)
	e.unkept = append(e.unkept, aliases...)
	if err == nil && len(e.unkept) > 0 {
		if err = e.ledger.PutAliases(ctx, e.unkept); err != nil {
			err = fmt.Errorf("keep aliases: %w", err)
		} else {
			e.unkept = nil
		}
	}
	e.health.told("store", "templates", err)
	if err != nil {
		e.fresh.Store(true)
		return aliases, err
	}
	e.learned = now
	return aliases, nil
}

// partitions asks the log for all its partitions; while it does not answer, those that were known last count.
func (e *Engine) partitions(ctx context.Context) ([]rate.Partition, error) {
	got, err := e.source.Partitions(ctx)
	if err == nil {
		e.health.recovered("kafka")
		e.known.Store(&got)
		return got, nil
	}
	e.health.fault("kafka", err)
	if last := e.known.Load(); last != nil {
		return *last, nil
	}
	return nil, err
}

// newShard makes the judges of one shard.
func (e *Engine) newShard(number int) *Shard {
	var rules detector.Judge
	adjust := func(s *detector.Signal) (detector.Severity, bool) { return s.Severity, false }
	if r := e.rules.Load(); r != nil {
		rules = (*r).Judge(number)
		adjust = func(s *detector.Signal) (detector.Severity, bool) { return (*e.rules.Load()).Adjust(s) }
	}
	tracker := incident.New(incident.Options{
		Bucket: rate.Fine, Adjust: adjust,
		Text: func(_ string, id detector.ShapeID) string { return e.Templates.Text(id) }, Name: e.Templates.Name,
	})
	return NewShard(rate.Fine, e.o.Suite(e.Templates), rules, tracker)
}

// judgedAs makes of a series that was counted the one that is judged.
func (e *Engine) judgedAs(s *detector.Series) {
	if s.Class == detector.ClassLine || s.Class == detector.ClassSlot {
		s.Shape = e.Templates.Canonical(s.Shape)
	}
}

// canonical puts a bucket that was read into the form in which it is judged.
func (e *Engine) canonical(b *detector.Bucket) {
	canonicalRows(b, e.Templates, func(err error) { e.log.Debug("two summaries of one template are not alike", "error", err) })
}

// changed tells the observer.
func (e *Engine) changed(changes []detector.Change) {
	for i := range changes {
		if changes[i].Event == detector.ChangeOpened {
			e.Stats.Opened.Add(1)
		}
	}
	if e.observer != nil && len(changes) > 0 {
		e.observer.Changed(changes)
	}
}
