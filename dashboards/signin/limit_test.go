package signin

import (
	"strconv"
	"testing"
	"time"
)

func TestLimiter(t *testing.T) {
	l := newLimiter(3, time.Second)
	now := time.Unix(1000, 0)
	for i := range 3 {
		if _, ok := l.take("a", now); !ok {
			t.Fatalf("try %d is refused", i)
		}
	}
	if wait, ok := l.take("a", now); ok || wait != time.Second {
		t.Errorf("the fourth try: %v, wait %v", ok, wait)
	}
	if wait, ok := l.take("a", now.Add(400*time.Millisecond)); ok || wait != 600*time.Millisecond {
		t.Errorf("a little later: %v, wait %v", ok, wait)
	}
	if _, ok := l.take("a", now.Add(time.Second)); !ok {
		t.Error("a second later no try has come back")
	}
	if _, ok := l.take("a", now.Add(time.Second)); ok {
		t.Error("a second later two tries have come back")
	}
	l.giveBack("a", now.Add(time.Second))
	if _, ok := l.take("a", now.Add(time.Second)); !ok {
		t.Error("the try of who was right is not given back")
	}
	if _, ok := l.take("a", now.Add(-time.Hour)); ok {
		t.Error("a clock that is set back gives tries")
	}
	l.take("a", now.Add(time.Hour))
	l.giveBack("a", now.Add(time.Hour))
	l.giveBack("a", now.Add(time.Hour))
	for i := range 3 {
		if _, ok := l.take("a", now.Add(time.Hour)); !ok {
			t.Errorf("try %d after an hour is refused", i)
		}
	}
	if _, ok := l.take("a", now.Add(time.Hour)); ok {
		t.Error("tries add up beyond the burst")
	}
}

// TestLimiterCannotBeFlushed: whoever uses a million other keys gets no try back, and takes no memory.
func TestLimiterCannotBeFlushed(t *testing.T) {
	l := newLimiter(3, time.Hour)
	now := time.Unix(1000, 0)
	for range 3 {
		l.take("victim", now)
	}
	for i := range 1 << 20 {
		l.take(strconv.Itoa(i), now)
	}
	if _, ok := l.take("victim", now); ok {
		t.Error("other keys gave tries back")
	}
	if len(l.slots) != limitSlots {
		t.Errorf("%d slots", len(l.slots))
	}
}
