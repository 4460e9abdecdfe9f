package storetest

import (
	"testing"

	"github.com/tocsin-io/tocsin/store"
)

// apiKeys: who comes first is remembered with the first answer, until it expires.
func apiKeys(t *testing.T, s *suite) {
	claim := func(digest byte, second int) store.APIKey {
		t.Helper()
		k, err := s.ClaimAPIKey(s.ctx, store.APIKey{ID: [32]byte{1}, Digest: [32]byte{digest}, At: at(second)})
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	if k := claim(7, 10); k.Digest != [32]byte{7} || !k.At.Equal(at(10)) || k.Status != 0 {
		t.Errorf("the first is %+v", k)
	}
	if k := claim(8, 20); k.Digest != [32]byte{7} || !k.At.Equal(at(10)) || k.Status != 0 {
		t.Errorf("the second finds %+v", k)
	}
	for _, text := range []string{"made", "other"} {
		if err := s.AnswerAPIKey(s.ctx, [32]byte{1}, 201, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if k := claim(7, 30); k.Status != 201 || string(k.Answer) != "made" {
		t.Errorf("the answer is %d %q", k.Status, k.Answer)
	}
	if n, err := s.Expire(s.ctx, store.Retention{APIKeys: at(11)}); err != nil || n.APIKeys != 1 {
		t.Errorf("%d expired, %v", n.APIKeys, err)
	}
	if k := claim(9, 40); k.Digest != [32]byte{9} {
		t.Errorf("after it expired: %+v", k)
	}
}
