package rules

import (
	"testing"
	"time"
)

// TestMachine steps the state through verdicts, a bucket of 10 s each: H holds, - does not, ? cannot be decided.
func TestMachine(t *testing.T) {
	cases := []struct {
		wait, keep     time.Duration
		verdicts, want string // i inactive, p pending, f firing
	}{
		{0, 0, "-HH--H", "iffiif"},
		{20 * time.Second, 0, "HHHH-", "ppffi"},
		{20 * time.Second, 0, "HH-HHH", "ppippf"},
		{0, 30 * time.Second, "H-----H", "ffffiif"},
		{0, 30 * time.Second, "H--H----", "fffffffi"},
		{0, 30 * time.Second, "H??????-", "ffffffff"},
		{20 * time.Second, 20 * time.Second, "H?H?--?-", "ppfffffi"},
		{0, 0, "??H?", "iiff"},
	}
	for _, c := range cases {
		m, at, got := machine{state: StateInactive}, epoch, ""
		for _, v := range c.verdicts {
			at = at.Add(width)
			m.step(at, map[rune]verdict{'H': holds, '-': holdsNot, '?': undecided}[v], c.wait, c.keep, func() string { return "why" })
			got += string(m.state[0])
			if m.state == StateFiring && m.held.IsZero() {
				t.Errorf("%s: it fires and never held", c.verdicts)
			}
		}
		if got != c.want {
			t.Errorf("for %s, keep %s, %s: %s, want %s", c.wait, c.keep, c.verdicts, got, c.want)
		}
		if m.reason == "" && m.state != StateInactive {
			t.Errorf("%s: no reason", c.verdicts)
		}
	}
}
