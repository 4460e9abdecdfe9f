//go:build linux

package chaos

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"syscall"
	"time"

	"github.com/segmentio/kafka-go"
)

// moves are what happens on good days too: partitions, leaders and replicas come, go and stand still.
var moves = []fault{
	{name: "SIGSTOP replica", part: "replica", hold: sessionTimeout + 2*time.Second, again: true, inject: stopReplica},
	{name: "replica joins and leaves", part: "replica", alone: true, hold: 4 * time.Second, inject: joinReplica},
	{name: "rolling upgrade", part: "replica", alone: true, hold: time.Second, inject: upgrade},
	{name: "leaders move", part: "Kafka", alone: true, hold: time.Second, inject: moveLeaders},
	{name: "partitions are added", part: "Kafka", alone: true, hold: 4 * time.Second, inject: addPartitions},
}

// stopReplica holds a replica until its partitions have gone to others: when it wakes it must not write.
func stopReplica(_ context.Context, w *world, r *rand.Rand) (func(context.Context) error, error) {
	victim := w.replicas[r.IntN(running)]
	return func(context.Context) error { return victim.resume() }, victim.pause()
}

// leave ends a replica as an upgrade does.
func (r *replica) leave() error {
	r.end(syscall.SIGTERM)
	if r.err != nil {
		return fmt.Errorf("%s did not leave cleanly: %w\n%s", r.name, r.err, tail(r.log, 3000))
	}
	return nil
}

func joinReplica(ctx context.Context, w *world, _ *rand.Rand) (func(context.Context) error, error) {
	r := w.replicas[running]
	before := w.standbys()
	if err := r.run(ctx); err != nil {
		return nil, err
	}
	leave := func(context.Context) error { return r.leave() }
	if n, err := w.kafka.partitions(ctx); err != nil || n >= slots {
		return leave, err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return leave, poll(ctx, "a standby that says so", func() error {
		if w.standbys() == before {
			return errors.New("there are more replicas than partitions, and none says that it stands by")
		}
		return nil
	})
}

// standbys is how often replicas said that there is no partition for them.
func (w *world) standbys() (n int) {
	for _, r := range w.replicas {
		log, err := os.ReadFile(r.log)
		if err != nil {
			continue // it never ran
		}
		n += bytes.Count(log, []byte("standing by"))
	}
	return n
}

func upgrade(ctx context.Context, w *world, _ *rand.Rand) (func(context.Context) error, error) {
	for _, r := range w.replicas[:running] {
		if err := r.leave(); err != nil {
			return nil, err
		}
		if err := r.run(ctx); err != nil {
			return nil, err
		}
	}
	return func(context.Context) error { return nil }, nil
}

// moveLeaders turns the order of each partition's brokers by one and makes the first of them leader.
func moveLeaders(ctx context.Context, w *world, _ *rand.Rand) (func(context.Context) error, error) {
	k := w.kafka
	parts, err := k.layout(ctx)
	if err != nil {
		return nil, err
	}
	var turned []kafka.AlterPartitionReassignmentsRequestAssignment
	var all []int
	for _, p := range parts {
		var ids []int
		for _, b := range p.Replicas {
			ids = append(ids, b.ID)
		}
		turned = append(turned, kafka.AlterPartitionReassignmentsRequestAssignment{PartitionID: p.ID, BrokerIDs: append(ids[1:], ids[0])})
		all = append(all, p.ID)
	}
	err = ask(ctx, "turn the brokers of partitions", func(ctx context.Context) error {
		res, err := k.client.AlterPartitionReassignments(ctx, &kafka.AlterPartitionReassignmentsRequest{Topic: topic, Assignments: turned, Timeout: 10 * time.Second})
		if err != nil {
			return err
		}
		return res.Error
	})
	if err != nil {
		return nil, err
	}
	err = ask(ctx, "elect leaders", func(ctx context.Context) error {
		res, err := k.client.ElectLeaders(ctx, &kafka.ElectLeadersRequest{Topic: topic, Partitions: all, Timeout: 10 * time.Second})
		if err != nil {
			return err
		}
		return res.Error
	})
	if err != nil {
		return nil, err
	}
	return k.answers, nil
}

func addPartitions(ctx context.Context, w *world, _ *rand.Rand) (func(context.Context) error, error) {
	k := w.kafka
	n, err := k.partitions(ctx)
	if err != nil || n >= 24 {
		return k.answers, err
	}
	err = ask(ctx, "add partitions", func(ctx context.Context) error {
		made, err := k.client.CreatePartitions(ctx, &kafka.CreatePartitionsRequest{Topics: []kafka.TopicPartitionsConfig{{Name: topic, Count: int32(n + 2)}}})
		if err == nil {
			err = made.Errors[topic]
		}
		if now, failed := k.partitions(ctx); err != nil && failed == nil && now == n+2 {
			return nil // it was done, and the answer was lost
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return k.answers, nil
}
