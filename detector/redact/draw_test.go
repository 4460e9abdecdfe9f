package redact

import (
	"fmt"
	"strconv"
	"strings"
)

const (
	digitsSet = "0123456789"
	lowSet    = "abcdefghijklmnopqrstuvwxyz"
	upSet     = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	hexSet    = "0123456789abcdef"
	anSet     = digitsSet + lowSet + upSet
)

var (
	weakPasswords = []string{"hunter2", "changeme", "letmein", "Passw0rd", "qwerty123", "iloveyou2", "monkey12", "s3cr3t", "Winter#19", "P@ssw0rd!", "tr0ub4dor&3", "welcome1", "abc12345", "toor123", "sunshine", "trustno1"}
	phrases       = []string{"correct horse battery staple", "open sesame 42", "my dog ate 7 cakes"}
	passwordNames = []string{
		"password", "passwd", "pwd", "db_password", "dbPassword", "DB_PASSWORD", "user-password", "smtp_pass", "passphrase", "newPassword", "old_password", "adminPassword", "rootpw",
		"spring.password", "PASSWORD", "Password", "dbpassword", "password2", "password_confirmation", "clientSecret", "secret", "app_secret", "SECRET", "sharedSecret", "ldap_bind_password", "encryptionPassword",
	}
	envNames   = []string{"DB_PASSWORD", "PASSWORD", "POSTGRES_PASSWORD", "SMTP_PASS", "APP_SECRET", "REDIS_PASSWORD", "MYSQL_ROOT_PASSWORD", "ADMIN_PWD", "SECRET", "PASSPHRASE"}
	tokenNames = []string{
		"token", "access_token", "accessToken", "api_key", "apiKey", "api-key", "API_KEY", "refresh_token", "refreshToken", "auth_token", "X-Api-Key", "secret_key", "SECRET_KEY", "client_secret", "signingKey",
		"private_key", "encryption_key", "session_token", "bearer_token", "apikey", "accessKey", "secretAccessKey", "webhook_secret", "jwt", "id_token", "bot_token", "master_key", "license_key", "STRIPE_KEY", "deploy_token",
	}
)

func (d drawer) of(set string, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(set[d.IntN(len(set))])
	}
	return b.String()
}

func (d drawer) one(list []string) string { return list[d.IntN(len(list))] }

// password draws one: of those that people take, or of n bytes out of a set with marks, with letters and a digit in it.
func (d drawer) password(marks string) string {
	if d.IntN(3) == 0 {
		for {
			if w := d.one(weakPasswords); strings.Trim(w, anSet+marks) == "" {
				return w
			}
		}
	}
	n := 8 + d.IntN(17)
	return d.of(lowSet+upSet, 1) + d.of(anSet+marks, n) + d.of(digitsSet, 1) + d.of(anSet, 1)
}

// expand replaces each {name} by what is drawn for it; what is no name stays.
func (d drawer) expand(line string) string {
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(line, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, rest, closed := strings.Cut(after, "}")
		if v := d.draw(name); closed && v != "" {
			b.WriteString(v)
			line = rest
		} else {
			b.WriteByte('{')
			line = after
		}
	}
}

func (d drawer) draw(name string) string {
	switch name {
	case "esc":
		return "\x1b"
	case "pw":
		return d.password("!#%*+-._^~")
	case "pw1":
		return d.of(lowSet, 3) + d.of(digitsSet, 2) + d.of(anSet+"!#", 4) + d.of(upSet+digitsSet, 2)
	case "pwq":
		if d.IntN(6) == 0 {
			return d.one(phrases)
		}
		return d.password("!#%*+-._^~,;:()[]@&|/?=$")
	case "pwu":
		return d.password("-._~") + d.one([]string{"", "%21", "%40x", "%2Fab"})
	case "tok":
		return d.of(lowSet+upSet, 3) + d.of(anSet+"-_", 14+d.IntN(24)) + d.of(digitsSet, 2) + d.of(anSet, 2)
	case "uuid":
		return d.of(hexSet, 8) + "-" + d.of(hexSet, 4) + "-4" + d.of(hexSet, 3) + "-a" + d.of(hexSet, 3) + "-" + d.of(hexSet, 12)
	case "key":
		return d.one(passwordNames)
	case "KEY":
		return d.one(envNames)
	case "tkey":
		return d.one(tokenNames)
	case "card16":
		return d.card("4", "51", "55", "2221", "6011")
	case "card4444", "card4-4-4-4":
		c, sep := d.card("4", "52", "2720", "3528"), name[len(name)-2:len(name)-1]
		if sep != "-" {
			sep = " "
		}
		return c[:4] + sep + c[4:8] + sep + c[8:12] + sep + c[12:]
	case "badcard":
		c := []byte(d.card("4", "5"))
		c[15] = '0' + (c[15]-'0'+5)%10
		return string(c)
	case "amex":
		return luhn("37" + d.of(digitsSet, 12))
	case "amex465":
		c := luhn("34" + d.of(digitsSet, 12))
		return c[:4] + " " + c[4:10] + " " + c[10:]
	case "iban":
		return iban("GB", d.of(upSet, 4)+d.of(digitsSet, 14))
	case "ibannl":
		return iban("NL", d.of(upSet, 4)+d.of(digitsSet, 10))
	case "iban4":
		c := iban("DE", d.of(digitsSet, 18))
		return c[:4] + " " + c[4:8] + " " + c[8:12] + " " + c[12:16] + " " + c[16:20] + " " + c[20:]
	}
	for prefix, set := range map[string]string{
		"an": anSet, "up": upSet + digitsSet, "UP": upSet + "234567", "hex": hexSet, "HEX": "0123456789ABCDEF", "b64:": anSet + "+/", "url": anSet + "-_", "d": digitsSet, "low": lowSet + digitsSet,
	} {
		if n, err := strconv.Atoi(strings.TrimPrefix(name, prefix)); err == nil && strings.HasPrefix(name, prefix) {
			v := d.of(set, n)
			if prefix == "b64:" && n%4 == 0 && n > 8 && n != 64 {
				v = v[:n-1] + "="
			}
			return v
		}
	}
	return ""
}

func (d drawer) card(prefixes ...string) string {
	p := d.one(prefixes)
	return luhn(p + d.of(digitsSet, 15-len(p)))
}

// luhn adds the digit that makes the checksum right.
func luhn(digits string) string {
	for c := byte('0'); c <= '9'; c++ {
		sum := 0
		s := digits + string(c)
		for i := range len(s) {
			x := int(s[len(s)-1-i] - '0')
			if i%2 == 1 {
				if x *= 2; x > 9 {
					x -= 9
				}
			}
			sum += x
		}
		if sum%10 == 0 {
			return s
		}
	}
	panic("no digit fits")
}

// iban puts the country and the check digits before an account.
func iban(country, account string) string {
	rest := 0
	for _, c := range account + country + "00" {
		v := strconv.Itoa(int(c - '0'))
		if c >= 'A' {
			v = strconv.Itoa(int(c-'A') + 10)
		}
		for _, digit := range v {
			rest = (rest*10 + int(digit-'0')) % 97
		}
	}
	return fmt.Sprintf("%s%02d%s", country, 98-rest, account)
}
