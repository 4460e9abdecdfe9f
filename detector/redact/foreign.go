package redact

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
)

// foreignNames are names of passwords and tokens that have letters beyond ASCII.
var foreignNames = []struct {
	class class
	names string
}{
	{classPassword, `contraseña clave_de_acceso_única şifre parolă hasło lösenord heslo_uživatele jelszó slaptažodį lykilorð mật_khẩu salasõna palavrapassé
		пароль парола пассворд лозинка секрет κωδικός συνθηματικό סיסמה סיסמא كلمة_المرور كلمة_السر गोपनीय पासवर्ड รหัสผ่าน
		密码 密碼 口令 パスワード 暗証番号 비밀번호 암호`},
	{classToken, `токен 令牌 トークン 토큰`},
	{classKey, `密钥 密鑰 秘密鍵`},
}

// foreignName is one of them as it may be written.
type foreignName struct {
	text  string
	class class
}

// newForeignNames lists them as they are, in upper case, with a first capital, with blanks, and escaped for JSON up to
// three times, by the four bytes that they end with.
func newForeignNames() map[uint32][]foreignName {
	out := make(map[uint32][]foreignName)
	seen := make(map[string]bool)
	for _, l := range foreignNames {
		for _, w := range strings.Fields(l.names) {
			first := []rune(w)
			first[0] = unicode.ToUpper(first[0])
			for _, v := range []string{w, strings.ToUpper(w), string(first)} {
				for _, text := range []string{v, strings.ReplaceAll(v, "_", " "), escaped(v, `\u`), escaped(v, `\\u`), escaped(v, `\\\\u`)} {
					if !seen[text] {
						seen[text] = true
						end := foldedGram([]byte(text), len(text)-gramSize)
						out[end] = append(out[end], foreignName{text, l.class})
					}
				}
			}
		}
	}
	return out
}

// escaped is how JSON in ASCII writes a text.
func escaped(text, escape string) string {
	var b strings.Builder
	for _, r := range text {
		if r < 0x80 {
			b.WriteRune(r)
			continue
		}
		for _, u := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, "%s%04x", escape, u)
		}
	}
	return b.String()
}

// anchor returns the four bytes that a name is found by: its last ones, or those before the digits of an escape that it
// ends with, as digits tell nothing.
func (f *foreignName) anchor() (gram string, acts act) {
	n := len(f.text)
	if n >= 2*gramSize && f.text[n-6:n-4] == `\u` {
		return f.text[n-2*gramSize : n-gramSize], actEscaped
	}
	return f.text[n-gramSize:], actForeign
}

// foreign looks at a name that ends with the four bytes at i.
func (s *scan) foreign(i int) { s.foreignTo(i + gramSize) }

// foreignEscaped looks at a name that ends with the four digits behind the four bytes at i.
func (s *scan) foreignEscaped(i int) {
	if to := i + 2*gramSize; to <= len(s.b) {
		s.foreignTo(to)
	}
}

func (s *scan) foreignTo(to int) {
	for _, f := range s.t.foreign[foldedGram(s.b, to-gramSize)] {
		from := to - len(f.text)
		if from < s.done || !hasFold(s.b, from, f.text) {
			continue
		}
		k := key{name: name{class: f.class}, from: from, to: to}
		s.under(&k)
		return
	}
}

// foreignField judges the name of a field that ends with one of them.
func (t *tables) foreignField(id []byte) name {
	if len(id) < gramSize {
		return name{}
	}
	for _, f := range t.foreign[foldedGram(id, len(id)-gramSize)] {
		if hasFold(id, len(id)-len(f.text), f.text) {
			return name{class: f.class}
		}
	}
	return name{}
}
