package redact

// stride is how far apart the places are at which digits are looked for. What is looked for has more than as many in a
// row, or groups of four, of which one is met at its second or third: a group and a blank are five, so that the places
// go through it one by one.
const stride = 4

// numbers looks for cards and accounts: runs of digits with single blanks or dashes between groups, known by checksum.
func (s *scan) numbers() {
	b := s.b
	for i := stride - 1; i+1 < len(b); i += stride {
		if b[i]-'0' > 9 || b[i-1]-'0' > 9 || b[i+1]-'0' > 9 {
			continue
		}
		from, to := i-1, i+2
		for from > 0 && i-from < maxGroup && b[from-1]-'0' <= 9 {
			from--
		}
		for to < len(b) && to-i < maxGroup && b[to]-'0' <= 9 {
			to++
		}
		if to-from >= minIBANDigits || joins(b, to) || joins(b, from-1) {
			var digits int
			from, to, digits = group(b, from, to)
			if digits >= minIBANDigits && s.iban(from, to) || digits >= minCard {
				s.cards(from, to)
			}
		}
		for i+stride < to {
			i += stride
		}
	}
}

// maxGroup bounds a run of digits: what is longer is no account.
const maxGroup = 64

// group returns the groups of digits, with single blanks and dashes between, that the digits from from to to are one of,
// and how many digits they have.
func group(b []byte, from, to int) (begin, end, digits int) {
	digits = to - from
	for i := from; from > 0 && i-from < maxGroup; from-- {
		if b[from-1]-'0' <= 9 {
			digits++
		} else if !joins(b, from-1) {
			break
		}
	}
	for to < len(b) && to-from < 2*maxGroup {
		if b[to]-'0' <= 9 {
			digits++
		} else if !joins(b, to) {
			break
		}
		to++
	}
	return from, to, digits
}

// joins reports whether the byte at i is a blank or a dash between two digits.
func joins(b []byte, i int) bool {
	return i > 0 && i < len(b) && (b[i] == ' ' || b[i] == '-') && is(b, i-1, charDigit) && is(b, i+1, charDigit)
}
