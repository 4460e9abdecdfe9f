package dashboards

import (
	"context"
	"net/http"
	"time"
)

// aheadWait is how long the overview waits for what is being read after a start before it comes without.
const aheadWait = 150 * time.Millisecond

// ReadAhead reads what the overview shows, so that sources that keep what they read have it when the first reader comes. Call
// it once after the start if Options.Ahead is set, whether sources are there or not: after it pages wait for them as ever.
func (s *Server) ReadAhead(ctx context.Context) error {
	defer s.readTo.Do(func() {
		if s.opt.Ahead {
			close(s.ahead)
		}
	})
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
	if err != nil {
		return err
	}
	c := s.clock(r)
	rng, err := readRange(r, c, overviewRange)
	if err != nil {
		return err
	}
	v := overviewView{base: base{clock: c, health: s.src.Health.Health(ctx)}}
	_, err = s.fillOverview(ctx, &v, rng)
	return err
}

// readAhead tells whether what pages show of counts was read since the start. It waits for it a little.
func (s *Server) readAhead(ctx context.Context) bool {
	wait := time.NewTimer(aheadWait)
	defer wait.Stop()
	select {
	case <-s.ahead:
		return true
	case <-ctx.Done():
	case <-wait.C:
	}
	return false
}
