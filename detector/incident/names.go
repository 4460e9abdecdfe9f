package incident

import (
	"slices"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
)

// maxNames bounds the names of one incident, maxNameLength the characters of one.
const (
	maxNames      = 12
	maxNameLength = 64
)

// Tell fills in by what an incident can be told to have the cause of another: what its lines say, and what they name. It
// needs the samples and the carriers.
func Tell(in *detector.Incident) {
	in.Said = nil
	add := func(text string) {
		if text != "" && len(in.Said) < 3 && !slices.Contains(in.Said, text) {
			in.Said = append(in.Said, text)
		}
	}
	if in.Hidden != nil {
		add(in.Hidden.Template)
	}
	add(in.Template)
	for _, c := range in.Carriers {
		if c.Share >= .2 {
			add(c.Template)
		}
	}
	in.Names = Names(in)
}

// Names are the hosts, addresses and services that at least two thirds of the samples name, sorted: words that look like
// a name (db-1, 10.0.0.7, payments.svc), and any word that stands where the template of its line varies. Its own
// service, environment and hosts say nothing.
func Names(in *detector.Incident) []string {
	count := make(map[string]int)
	own := map[string]bool{in.Service: true, in.Environment: true}
	for i := range in.Samples {
		own[in.Samples[i].Host] = true
	}
	for i := range in.Samples {
		seen := make(map[string]bool)
		for _, word := range words(&in.Samples[i]) {
			if !seen[word] && !own[word] {
				seen[word] = true
				count[word]++
			}
		}
	}
	need := (2*len(in.Samples) + 2) / 3
	var out []string
	for word, n := range count {
		if n >= need {
			out = append(out, word)
		}
	}
	slices.Sort(out)
	return out[:min(len(out), maxNames)]
}

// words are the words of a line that may be names.
func words(s *detector.Sample) []string {
	text := strings.Fields(s.Text)
	form := strings.Fields(s.Template)
	var out []string
	for i, w := range text {
		varies := len(form) == len(text) && strings.Contains(form[i], "<") && form[i] != w
		for _, part := range strings.FieldsFunc(w, func(r rune) bool { return strings.ContainsRune(`"'()[]{}<>,;=@/`, r) }) {
			part = strings.Trim(part, ".:!?")
			if host, port, ok := strings.Cut(part, ":"); ok && number(port) {
				part = host
			}
			if len(part) >= 3 && len(part) <= maxNameLength && (looksNamed(part) || varies && word(part)) {
				out = append(out, part)
			}
		}
	}
	return out
}

// looksNamed tells a name by its form: letters with digits (db-1, web3), words joined by dots (payments.svc), or an
// address. Versions, amounts, hashes and file names are none.
func looksNamed(w string) bool {
	letters, digits, joints, dots, hex := 0, 0, 0, 0, 0
	for _, r := range w {
		switch {
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			letters++
			if r|0x20 <= 'f' {
				hex++
			}
		case r >= '0' && r <= '9':
			digits++
		case r == '-' || r == '_':
			joints++
		case r == '.':
			dots++
		default:
			return false
		}
	}
	switch {
	case letters == 0:
		return dots == 3 && digits >= 4 && joints == 0 // 10.0.0.7
	case w[0] >= '0' && w[0] <= '9', version(w):
		return false
	case letters == hex && digits > 0 && len(w) >= 8: // a hash, a uuid
		return false
	case dots == 1 && digits == 0: // main.go is a file
		return len(w)-strings.IndexByte(w, '.') > 5 || joints > 0
	}
	return digits > 0 || dots > 0
}

func version(w string) bool {
	return len(w) > 1 && w[0]|0x20 == 'v' && w[1] >= '0' && w[1] <= '9'
}

// word is a word of letters, perhaps joined by dashes.
func word(w string) bool {
	return !strings.ContainsFunc(w, func(r rune) bool { return (r|0x20 < 'a' || r|0x20 > 'z') && r != '-' && r != '_' })
}

func number(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}
