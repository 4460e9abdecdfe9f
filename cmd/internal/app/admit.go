package app

import (
	"context"
	"fmt"
	"time"
)

// admit lets producers in to the embedded broker as soon as no count reaches beyond its log. After a power loss some may:
// what producers sent then would take offsets that are counted already, and be passed over. The engine goes back to the
// log's end when it claims the partition, keeps the counts, and opens an incident.
func (a *App) admit(ctx context.Context) error {
	if a.broker == nil {
		return nil
	}
	beyond, err := a.beyond(ctx)
	if err == nil && beyond == "" {
		a.broker.Admit()
		return nil
	}
	a.log.Warn("producers wait until the counts stand within the broker's log", "beyond", beyond, "error", err)
	a.background("admission", a.admitWhenWithin)
	return nil
}

func (a *App) admitWhenWithin(ctx context.Context) error {
	every := time.NewTicker(100 * time.Millisecond)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-every.C:
		}
		// An error is of the moment: the part of it says in the health that it is away.
		if beyond, err := a.beyond(ctx); err == nil && beyond == "" {
			a.log.Info("the counts stand within the broker's log: producers are let in")
			a.broker.Admit()
			return nil
		}
	}
}

// beyond names a partition that was counted further than the embedded broker's log reaches; empty where there is none.
func (a *App) beyond(ctx context.Context) (string, error) {
	statuses, err := a.backend.Partitions(ctx)
	if err != nil {
		return "", err
	}
	for _, s := range statuses {
		end, log, ok := a.broker.Reach(s.Partition.ID)
		of := s.Checkpoint.Log
		if !ok || s.Partition.Topic != a.o.Config.Embedded.Topic || of != "" && of != log {
			continue // of another log: the engine begins anew
		}
		if s.Checkpoint.Next > end {
			return fmt.Sprintf("%s is counted to offset %d, and its log ends at %d", s.Partition, s.Checkpoint.Next, end), nil
		}
	}
	return "", nil
}
