//go:build linux

package chaos

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"
)

// fault is one way in which the world goes wrong.
type fault struct {
	name  string
	hold  time.Duration // how long it lasts at least; the draw adds up to as much again
	part  string        // what it strikes: two at once strike different parts
	alone bool          // it needs all else to be well
	anew  bool          // all that was ever sent is counted again
	again bool          // a page that was answered may be sent again under its key: who sent it may not have written it down
	// inject makes it so, and returns what mends it: when mend returns, the part is there again.
	inject func(ctx context.Context, w *world, r *rand.Rand) (mend func(context.Context) error, err error)
}

// faults are all that there are.
func faults() []fault { return slices.Concat(kills, moves, ailments, refusals, cuts()) }

// kills are the faults that end a process at once.
var kills = []fault{
	{name: "kill -9 replica", part: "replica", hold: 3 * time.Second, again: true, inject: killReplica},
	{name: "kill -9 broker", part: "Kafka", hold: 3 * time.Second, inject: killBroker},
	{name: "kill -9 Redis", part: "Redis", hold: 2 * time.Second, inject: killRedis},
	{name: "kill -9 Postgres", part: "Postgres", hold: 2 * time.Second, again: true, inject: killPostgres},
}

func killReplica(_ context.Context, w *world, r *rand.Rand) (func(context.Context) error, error) {
	victim := w.replicas[r.IntN(running)]
	victim.kill()
	return victim.run, nil
}

func killBroker(_ context.Context, w *world, r *rand.Rand) (func(context.Context) error, error) {
	victim := w.kafka.brokers[r.IntN(brokerCount)]
	victim.kill()
	return func(ctx context.Context) error {
		if err := victim.start(); err != nil {
			return err
		}
		return w.kafka.answers(ctx) // the next fault may take another one: two of three must be in step
	}, nil
}

func killRedis(_ context.Context, w *world, _ *rand.Rand) (func(context.Context) error, error) {
	w.redis.kill()
	return func(ctx context.Context) error {
		if err := w.redis.start(); err != nil {
			return err
		}
		return redisAnswers(ctx, w.redis)
	}, nil
}

func killPostgres(_ context.Context, w *world, _ *rand.Rand) (func(context.Context) error, error) {
	w.postgres.kill()
	return func(ctx context.Context) error {
		if err := w.postgres.start(); err != nil {
			return err
		}
		return postgresAnswers(ctx, w.postgres)
	}, nil
}
