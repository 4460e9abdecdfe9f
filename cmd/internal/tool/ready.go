package tool

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Ready asks a running service whether it is ready.
func Ready(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return &FoundError{"not ready: " + err.Error()}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 4<<10))
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return &FoundError{fmt.Sprintf("not ready: %s %s", res.Status, body)}
	}
	return nil
}
