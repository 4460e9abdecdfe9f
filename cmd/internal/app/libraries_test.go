package app

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestRedisWritesToTheLog(t *testing.T) {
	var b bytes.Buffer
	log := redisLog{slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	log.Printf(t.Context(), "connection %d was %s", 7, "refused")
	if got := b.String(); !strings.Contains(got, `level=DEBUG msg="connection 7 was refused"`) {
		t.Errorf("the log holds %q", got)
	}
}
