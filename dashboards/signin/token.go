package signin

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Token lets a program use the API. Its text is known to the program alone.
type Token struct {
	Name   string
	Role   Role
	SHA256 string // of the whole text, 64 hex digits
}

// tokenPrefix lets people and scanners of secrets know a token by its look.
const tokenPrefix = "tocsin_"

// NewToken makes the text of a token from 256 random bits, and what the configuration keeps of it.
func NewToken(name string, role Role, random io.Reader) (text string, t Token, err error) {
	b := make([]byte, 32)
	if _, err := io.ReadFull(random, b); err != nil {
		return "", Token{}, err
	}
	text = tokenPrefix + base64.RawURLEncoding.EncodeToString(b)
	sum := sha256.Sum256([]byte(text))
	t = Token{name, role, hex.EncodeToString(sum[:])}
	return text, t, t.Check()
}

// Check refuses a token that cannot be used.
func (t Token) Check() error {
	if err := checkName(t.Name); err != nil {
		return err
	}
	if _, err := ParseRole(string(t.Role)); err != nil {
		return err
	}
	if sum, err := hex.DecodeString(t.SHA256); err != nil || len(sum) != sha256.Size || strings.ToLower(t.SHA256) != t.SHA256 {
		return errors.New("sha256 is not 64 hex digits in lower case: make a token with `tocsin token`")
	}
	return nil
}

// tokensByHash lets tokens be found by the hash of their text, so that no comparison tells how much of a guess was right.
func tokensByHash(list []Token) (map[[32]byte]Token, error) {
	out := make(map[[32]byte]Token, len(list))
	for _, t := range list {
		if err := t.Check(); err != nil {
			return nil, fmt.Errorf("token %q: %w", cut(t.Name, 40), err)
		}
		var sum [32]byte
		hex.Decode(sum[:], []byte(t.SHA256)) // checked
		if other, ok := out[sum]; ok {
			return nil, fmt.Errorf("the tokens %s and %s are the same", other.Name, t.Name)
		}
		out[sum] = t
	}
	return out, nil
}
