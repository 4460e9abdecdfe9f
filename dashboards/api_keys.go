package dashboards

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"net/http"
	"time"
)

// answerWithin is how long it may take to remember an answer.
const answerWithin = 5 * time.Second

// maxKey bounds an Idempotency-Key, in bytes.
const maxKey = 200

type keyedContext struct{}

// keyed makes a request with an Idempotency-Key happen once. The same again gets the same answer; another request with
// the key is refused. What was not answered, as tocsin stopped meanwhile, is done again as of when it came first and under
// the same id, which changes nothing that was done, nor what others did to it since. A body that could not be read did nothing, and what the answer cites
// of it is not kept.
func (s *Server) keyed(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		key := r.Header.Get("Idempotency-Key")
		if key == "" {
			next(w, r)
			return
		}
		if len(key) > maxKey {
			s.fail(w, r, http.StatusBadRequest, "bad_key", "The Idempotency-Key is longer than 200 bytes.")
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), errReader{err}))
			next(w, r) // which says what is wrong with the body
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		claim := KeyedRequest{ID: sha256.Sum256([]byte(s.actor(r) + "\x00" + key)), At: s.opt.Now()}
		claim.Digest = sha256.Sum256([]byte(r.Method + "\x00" + r.URL.RequestURI() + "\x00" + string(body)))
		first, err := s.src.Keys.ClaimKey(r.Context(), claim)
		switch {
		case err != nil:
			s.failWith(w, r, "idempotency key", err)
			return
		case first.Digest != claim.Digest:
			s.fail(w, r, http.StatusConflict, "key_reused", "Another request came with this Idempotency-Key: take a new one for each act.")
			return
		case first.Status != 0:
			w.Header().Set("Idempotency-Replayed", "true")
			answer(w, first.Status, first.Answer)
			return
		}
		kept := &keptAnswer{ResponseWriter: w, status: http.StatusOK}
		next(kept, r.WithContext(context.WithValue(r.Context(), keyedContext{}, first)))
		if decided(kept.status) { // else it is tried again
			// It was done: who asked may have gone meanwhile and will ask again.
			ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), answerWithin)
			defer cancel()
			if err := s.src.Keys.AnswerKey(ctx, first.ID, kept.status, kept.body.Bytes()); err != nil {
				s.opt.Logger.Warn("the answer to a request with an Idempotency-Key is not remembered: the same again is done again, to no effect", "error", err)
			}
		}
		answer(w, kept.status, kept.body.Bytes())
	}
}

// decided reports whether a request that was answered so was done, or refused for good.
func decided(status int) bool {
	return status != http.StatusBadRequest && status != statusGone && status < http.StatusInternalServerError
}

type errReader struct{ err error }

func (e errReader) Read([]byte) (int, error) { return 0, e.err }

func answer(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(body)
}

// keptAnswer holds an answer back until it is remembered.
type keptAnswer struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (k *keptAnswer) WriteHeader(status int)      { k.status = status }
func (k *keptAnswer) Write(b []byte) (int, error) { return k.body.Write(b) }

// actTime is when an act is done: now, or when its request came first.
func (s *Server) actTime(r *http.Request) time.Time {
	if first, ok := r.Context().Value(keyedContext{}).(KeyedRequest); ok {
		return first.At
	}
	return s.opt.Now()
}

// muteID is the id of a new silence: a request that is done again makes the same one. Once a key is forgotten it makes
// another, so the id is also of when the request came first.
func muteID(r *http.Request) string {
	if first, ok := r.Context().Value(keyedContext{}).(KeyedRequest); ok {
		sum := sha256.Sum256(binary.BigEndian.AppendUint64(first.ID[:], uint64(first.At.UnixMicro())))
		return hex.EncodeToString(sum[:6])
	}
	return newMuteID()
}
