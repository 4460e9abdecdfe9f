package storetest

import (
	"sync"
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

// keyedActs: an act that is done again, also by two replicas at once, is done once, and leaves what others did since.
func keyedActs(t *testing.T, s *suite) {
	other := Open(t, s.options())
	m := silenceOf("service-a", 0, 600)
	set := store.Sensitivity{Service: "service-a", Pages: "quiet", Notices: "normal", Actor: "ada", At: at(1)}
	atOnce := func() {
		t.Helper()
		var acts sync.WaitGroup
		for _, to := range []*store.Store{s.Store, other, s.Store, other} {
			acts.Go(func() {
				if err := to.PutMute(s.ctx, m); err != nil {
					t.Error(err)
				}
			})
			acts.Go(func() {
				if err := to.PutSensitivity(s.ctx, set); err != nil {
					t.Error(err)
				}
			})
		}
		acts.Wait()
	}
	atOnce()
	if err := s.EndMute(s.ctx, m.ID, "bob", at(5)); err != nil {
		t.Fatal(err)
	}
	later := store.Sensitivity{Service: "service-a", Pages: "keen", Notices: "keen", Actor: "bob", At: at(6)}
	if err := s.PutSensitivity(s.ctx, later); err != nil {
		t.Fatal(err)
	}
	atOnce()
	list, err := s.Mutes(s.ctx, at(0))
	if err != nil || len(list) != 1 || !list[0].Ends.Equal(at(5)) || list[0].EndedBy != "bob" {
		t.Errorf("what bob ended is %+v, %v", list, err)
	}
	if all, err := s.Sensitivities(s.ctx); err != nil || len(all) != 1 || all[0] != later {
		t.Errorf("what bob set is %+v, %v", all, err)
	}
	for subject, want := range map[string]int{m.ID: 2, set.Service: 2} {
		if log, _, err := s.AuditLog(s.ctx, store.AuditFilter{Subject: subject}); err != nil || len(log) != want {
			t.Errorf("the audit of %s has %d entries, want %d: %+v, %v", subject, len(log), want, log, err)
		}
	}
	set.Pages, set.Notices = "", ""
	set.At = at(7)
	atOnce()
	if err := s.PutSensitivity(s.ctx, store.Sensitivity{Service: "service-a", Pages: "keen", Notices: "keen", Actor: "bob", At: at(8)}); err != nil {
		t.Fatal(err)
	}
	atOnce()
	if all, err := s.Sensitivities(s.ctx); err != nil || len(all) != 1 {
		t.Errorf("what bob set after it was taken back is %+v, %v", all, err)
	}
}
