package app

import (
	"context"
	"log/slog"
	"net"
	"strings"
	"testing"
)

// TestAnAddressThatWasAskedForIsNotReplaced: the demo takes free ports where the usual ones are taken, not where one was named.
func TestAnAddressThatWasAskedForIsNotReplaced(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	none := func(string) (string, bool) { return "", false }
	for name, s := range map[string]Settings{
		"dashboard": {Demo: true, Getenv: none, Listen: taken.Addr().String()},
		"broker":    {Demo: true, Getenv: none, KafkaListen: taken.Addr().String()},
	} {
		t.Run(name, func(t *testing.T) {
			conf, path, err := s.Load()
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			err = s.Run(ctx, conf, path, slog.New(slog.DiscardHandler), nil, func(string) { cancel() })
			if err == nil || !strings.Contains(err.Error(), taken.Addr().String()) {
				t.Errorf("%v, want an error that names %s", err, taken.Addr())
			}
		})
	}
}
