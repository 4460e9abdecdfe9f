package signin

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// Bounds of a password: characters at least, bytes at most.
const (
	MinPassword = 10
	maxPassword = 1024
)

// What a new hash costs: 19 MiB and two passes, as OWASP's cheat sheet on password storage asks of argon2id at least.
const (
	hashMemory  = 19 << 10 // KiB
	hashTime    = 2
	hashThreads = 1
	saltLen     = 16
	keyLen      = 32
)

// Hash returns password as argon2id, in the PHC format: $argon2id$v=19$m=19456,t=2,p=1$salt$key.
func Hash(password string, random io.Reader) (string, error) {
	if err := CheckPassword(password); err != nil {
		return "", err
	}
	salt := make([]byte, saltLen)
	if _, err := io.ReadFull(random, salt); err != nil {
		return "", err
	}
	h := hash{memory: hashMemory, time: hashTime, threads: hashThreads, salt: salt}
	h.key = h.of(password, keyLen)
	return h.String(), nil
}

// CheckPassword refuses passwords that are too short or too long.
func CheckPassword(password string) error {
	switch {
	case utf8.RuneCountInString(password) < MinPassword:
		return fmt.Errorf("the password has fewer than %d characters", MinPassword)
	case len(password) > maxPassword:
		return fmt.Errorf("the password has more than %d bytes", maxPassword)
	}
	return nil
}

// Matches tells whether phc, as Hash returns it, is of password. It is false where phc cannot be read.
func Matches(phc, password string) bool {
	h, err := parseHash(phc)
	return err == nil && h.matches(password)
}

type hash struct {
	memory, time uint32 // KiB, passes
	threads      uint8
	salt, key    []byte
}

var b64 = base64.RawStdEncoding.Strict()

func (h *hash) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.time, h.threads, b64.EncodeToString(h.salt), b64.EncodeToString(h.key))
}

func (h *hash) of(password string, n uint32) []byte {
	return argon2.IDKey([]byte(password), h.salt, h.time, h.memory, h.threads, n)
}

func (h *hash) matches(password string) bool {
	if len(password) > maxPassword {
		password = "" // of no hash; it costs the same
	}
	return subtle.ConstantTimeCompare(h.of(password, uint32(len(h.key))), h.key) == 1
}

// cost orders hashes by how long they take.
func (h *hash) cost() uint64 { return uint64(h.memory) * uint64(h.time) }

var errHash = errors.New("is no argon2id hash: make one with `tocsin password`")

// parseHash reads what Hash returns, and what other programs write in the same format. It refuses costs that would stop
// the service, or that protect nothing.
func parseHash(s string) (hash, error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return hash{}, errHash
	}
	if parts[2] != "v="+strconv.Itoa(argon2.Version) {
		return hash{}, fmt.Errorf("is of another version of argon2 than %d: make one with `tocsin password`", argon2.Version)
	}
	var h hash
	settings := strings.Split(parts[3], ",")
	if len(settings) != 3 {
		return hash{}, errHash
	}
	var n [3]uint64
	for i, name := range []string{"m=", "t=", "p="} {
		digits, ok := strings.CutPrefix(settings[i], name)
		v, err := strconv.ParseUint(digits, 10, 32)
		if !ok || err != nil || digits[0] == '+' {
			return hash{}, errHash
		}
		n[i] = v
	}
	if n[0] < 8<<10 || n[0] > 256<<10 || n[1] < 1 || n[1] > 20 || n[2] < 1 || n[2] > 16 {
		return hash{}, errors.New("has a cost that is not taken: m is 8192 to 262144, t 1 to 20, p 1 to 16")
	}
	h.memory, h.time, h.threads = uint32(n[0]), uint32(n[1]), uint8(n[2])
	var err, err2 error
	h.salt, err = b64.DecodeString(parts[4])
	h.key, err2 = b64.DecodeString(parts[5])
	if err != nil || err2 != nil || len(h.salt) < 8 || len(h.salt) > 64 || len(h.key) < 16 || len(h.key) > 64 {
		return hash{}, errHash
	}
	return h, nil
}
