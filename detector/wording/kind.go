package wording

import (
	"strings"

	"github.com/tocsin-io/tocsin/detector"
)

// Kind names a kind as a label: Masked error. An unknown one is printed as it is.
func Kind(k detector.Kind) string {
	return upper(strings.ReplaceAll(Clean(string(k)), "_", " "))
}

// Severity names a severity as a label: Page, Notice, Record.
func Severity(s detector.Severity) string { return upper(Clean(string(s))) }

// Status names a status as a label: Open, Acknowledged, Resolved.
func Status(s detector.Status) string { return upper(Clean(string(s))) }

// SecretKind names the kind of a secret inside a sentence: "aws-access-key" is "AWS access key".
func SecretKind(kind string) string {
	words := strings.FieldsFunc(Clean(kind), func(r rune) bool { return r == '-' || r == '_' || r == ' ' })
	for i, w := range words {
		if a, ok := acronyms[strings.ToLower(w)]; ok {
			words[i] = a
		}
	}
	if len(words) == 0 {
		return "secret"
	}
	return strings.Join(words, " ")
}

var acronyms = map[string]string{
	"api": "API", "aws": "AWS", "gcp": "GCP", "id": "ID", "jwt": "JWT", "oauth": "OAuth", "pem": "PEM", "rsa": "RSA",
	"ssh": "SSH", "tls": "TLS", "url": "URL", "uri": "URI", "github": "GitHub", "gitlab": "GitLab", "slack": "Slack",
	"stripe": "Stripe", "google": "Google", "azure": "Azure", "npm": "npm", "iban": "IBAN", "pan": "PAN", "dsn": "DSN",
	"http": "HTTP", "pgp": "PGP", "twilio": "Twilio", "sendgrid": "SendGrid", "openai": "OpenAI", "basic": "basic",
}

// article is "a" or "an" before the word, by how it is spoken.
func article(word string) string {
	if word == "" {
		return "a"
	}
	first, _, _ := strings.Cut(word, " ")
	if len(first) > 1 && first == strings.ToUpper(first) { // letters are spoken one by one: an RSA key, a JWT
		if strings.ContainsRune("AEFHILMNORSX", rune(first[0])) {
			return "an"
		}
		return "a"
	}
	if strings.ContainsRune("aeioAEIO", rune(word[0])) {
		return "an"
	}
	return "a"
}

func upper(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// ShortID is the beginning of an incident's id as pages and messages print it: 7f3a2c.
func ShortID(id string) string {
	id = Clean(id)
	if len(id) > 6 {
		return End(id[:6], 6)
	}
	return id
}
