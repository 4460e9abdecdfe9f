package app

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/redis/go-redis/v9"
)

// LogLibraries sends what libraries write to their global logs to log. Only a main program calls it, once.
func LogLibraries(log *slog.Logger) {
	slog.SetDefault(log) // and with it that of the package log
	redis.SetLogger(redisLog{log.With("part", "redis")})
}

// redisLog takes what the client of Redis writes: connections that failed, which whoever needed one is told too.
type redisLog struct{ log *slog.Logger }

// Printf implements the client's logging interface.
func (l redisLog) Printf(ctx context.Context, format string, v ...any) {
	l.log.DebugContext(ctx, fmt.Sprintf(format, v...))
}
