package dashboards_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/dashboards/dashtest"
)

type brokenLog struct{ err error }

func (b brokenLog) ReadLines(context.Context, *dashboards.Template, time.Time, time.Time) (dashboards.LogLines, error) {
	return dashboards.LogLines{}, b.err
}

// TestALogThatIsNotRead: the page shows the rest, says why, and offers to try again; nothing of the error but what is meant for people.
func TestALogThatIsNotRead(t *testing.T) {
	for _, c := range []struct {
		err  error
		says string
	}{
		{fmt.Errorf("another page is reading in the log: try again in some seconds: %w", dashboards.ErrConflict), "Another page is reading in the log"},
		{errors.New("dial tcp 10.42.0.9:9092: hunter2"), "The log did not answer."},
	} {
		s := newSite(t, dashtest.Night(), func(o *dashboards.Options) { o.Sources.Log = brokenLog{c.err} })
		got := s.get("/templates/4e19c0d2a0000000?read=1")
		body := got.Body.String()
		if got.Code != http.StatusOK || !strings.Contains(body, c.says) || !strings.Contains(body, "Read its lines from the log") || strings.Contains(body, "hunter2") {
			t.Errorf("%v: %d, and the page does not say %q, or says too much", c.err, got.Code, c.says)
		}
	}
}
