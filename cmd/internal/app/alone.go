package app

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// errNotAlone: counts or incidents of this machine cannot be shared.
var errNotAlone = errors.New("another member of the consumer group counts these topics, and this configuration keeps counts or incidents on this machine alone: give redis.addresses and store.url, or stop the other member, or use a kafka.group of its own")

// checkAlone refuses to share a Kafka without a Redis and a Postgres that are shared too: two files cannot hold one
// exact count. A member that has just died is waited for as long as its session lasts.
func (a *App) checkAlone(ctx context.Context) error {
	c := &a.o.Config
	if a.broker != nil || len(c.Redis.Addresses) > 0 && c.Store.URL != "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(c.Kafka.SessionTimeout)+5*time.Second)
	defer cancel()
	every := time.NewTicker(500 * time.Millisecond)
	defer every.Stop()
	for {
		n, err := a.consumer.Members(ctx)
		if err == nil && n == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			if err != nil {
				return fmt.Errorf("kafka does not say who is in the group: %w", err)
			}
			return errNotAlone
		case <-every.C:
		}
	}
}
