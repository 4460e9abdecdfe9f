package template

import "unicode/utf8"

// script tells what a rune is for the cutting of words.
type script uint8

const (
	scriptOther script = iota // letters that words are made of between blanks, and all of ASCII
	scriptDense               // Han, kana and Hangul: words that no blank parts from a number or a name
	scriptMark                // their punctuation
	scriptSpace               // their blank
)

func scriptOf(r rune) script {
	switch {
	case r < 0x2e80:
		return scriptOther
	case r == 0x3000:
		return scriptSpace
	case r > 0x3000 && r <= 0x3003, r >= 0x3008 && r <= 0x3011, r >= 0x3014 && r <= 0x301f,
		r > 0xff00 && r < 0xff10, r >= 0xff1a && r <= 0xff20, r >= 0xff3b && r <= 0xff3d, r >= 0xff5b && r < 0xff66:
		return scriptMark
	case r <= 0x9fff, r >= 0xac00 && r <= 0xd7ff, r >= 0xf900 && r <= 0xfaff, r >= 0xff66 && r <= 0xff9f, r >= 0x20000 && r <= 0x3ffff:
		return scriptDense
	}
	return scriptOther
}

// foreign adds the elements of msg[i:j], which holds bytes beyond ASCII: where writing has no blanks a sentence is cut at its
// punctuation and beside what is written in other letters, as numbers and names are.
func (l *line) foreign(i, j int, space bool) int {
	for i < j && !l.full {
		s, n := l.script(i, j)
		e := i + n
		for s != scriptMark && e < j {
			next, n := l.script(e, j)
			if next != s {
				break
			}
			e += n
		}
		switch s {
		case scriptSpace:
			space = l.n > 0
			i = e
			continue
		case scriptMark:
			l.word(i, e, space).kind = elemMark
		case scriptDense:
			l.plain(i, e, clLetter, space)
		default:
			if m := l.classesOf(i, e); m&^clAlpha == 0 {
				l.letters(i, e, m, space)
			} else {
				e = l.token(i, e, m, space)
			}
		}
		i, space = e, false
	}
	return max(i, j)
}

func (l *line) script(i, j int) (script, int) {
	if l.msg[i] < 0xe2 {
		return scriptOther, 1
	}
	r, n := utf8.DecodeRune(l.msg[i:j])
	if r == utf8.RuneError {
		return scriptOther, n
	}
	return scriptOf(r), n
}

// asciiMark is the mark of ASCII that does what a mark of three bytes does in its place; 0: none does.
func asciiMark(text []byte) byte {
	r, _ := utf8.DecodeRune(text)
	switch r {
	case '「', '『', '【', '《', '〈', '〔', '（', '［', '｛':
		return '['
	case '」', '』', '】', '》', '〉', '〕', '）', '］', '｝':
		return ']'
	case '：':
		return ':'
	case '、':
		return ','
	case '，', '；':
		return ';'
	case '。', '！', '？':
		return '.'
	}
	return 0
}
