package app

import "testing"

func TestUnitOfANumber(t *testing.T) {
	for n, want := range map[uint64]string{0: "secrets", 1: "secret", 2: "secrets"} {
		if got := unit(n, "secret"); got != want {
			t.Errorf("%d %s, want %s", n, got, want)
		}
	}
}
