package redact

// minIBANDigits is how many digits an account has in a row somewhere, blanks and dashes aside.
const minIBANDigits = 6

// ibanLengths are those of the registry of ISO 13616, by country.
var ibanLengths = map[[2]byte]int{
	{'A', 'D'}: 24, {'A', 'E'}: 23, {'A', 'L'}: 28, {'A', 'T'}: 20, {'A', 'Z'}: 28, {'B', 'A'}: 20, {'B', 'E'}: 16, {'B', 'G'}: 22, {'B', 'H'}: 22,
	{'B', 'I'}: 27, {'B', 'R'}: 29, {'B', 'Y'}: 28, {'C', 'H'}: 21, {'C', 'R'}: 22, {'C', 'Y'}: 28, {'C', 'Z'}: 24, {'D', 'E'}: 22, {'D', 'J'}: 27,
	{'D', 'K'}: 18, {'D', 'O'}: 28, {'E', 'E'}: 20, {'E', 'G'}: 29, {'E', 'S'}: 24, {'F', 'I'}: 18, {'F', 'K'}: 18, {'F', 'O'}: 18, {'F', 'R'}: 27,
	{'G', 'B'}: 22, {'G', 'E'}: 22, {'G', 'I'}: 23, {'G', 'L'}: 18, {'G', 'R'}: 27, {'G', 'T'}: 28, {'H', 'R'}: 21, {'H', 'U'}: 28, {'I', 'E'}: 22,
	{'I', 'L'}: 23, {'I', 'Q'}: 23, {'I', 'S'}: 26, {'I', 'T'}: 27, {'J', 'O'}: 30, {'K', 'W'}: 30, {'K', 'Z'}: 20, {'L', 'B'}: 28, {'L', 'C'}: 32,
	{'L', 'I'}: 21, {'L', 'T'}: 20, {'L', 'U'}: 20, {'L', 'V'}: 21, {'L', 'Y'}: 25, {'M', 'C'}: 27, {'M', 'D'}: 24, {'M', 'E'}: 22, {'M', 'K'}: 19,
	{'M', 'N'}: 20, {'M', 'R'}: 27, {'M', 'T'}: 31, {'M', 'U'}: 30, {'N', 'I'}: 28, {'N', 'L'}: 18, {'N', 'O'}: 15, {'O', 'M'}: 23, {'P', 'K'}: 24,
	{'P', 'L'}: 28, {'P', 'S'}: 29, {'P', 'T'}: 25, {'Q', 'A'}: 29, {'R', 'O'}: 24, {'R', 'S'}: 22, {'R', 'U'}: 33, {'S', 'A'}: 24, {'S', 'C'}: 31,
	{'S', 'D'}: 18, {'S', 'E'}: 24, {'S', 'I'}: 19, {'S', 'K'}: 24, {'S', 'M'}: 27, {'S', 'O'}: 23, {'S', 'T'}: 25, {'S', 'V'}: 28, {'T', 'L'}: 23,
	{'T', 'N'}: 24, {'T', 'R'}: 26, {'U', 'A'}: 29, {'V', 'A'}: 22, {'V', 'G'}: 24, {'X', 'K'}: 20,
}

// iban removes the account number that begins at i.
func (s *scan) iban(i int) {
	b := s.b
	if !is(b, i, charUpper) || !is(b, i+1, charUpper) || !starts(b, i) && !hasFold(b, i-len("iban"), "iban") {
		return
	}
	if n := ibanLengths[[2]byte{b[i], b[i+1]}]; n > 0 {
		s.add(i, ibanEnd(b, i, n), "iban", 0, 0)
	}
}

// ibanEnd returns where the account of n letters and digits that begins at i ends; 0 where its checksum (mod 97, ISO
// 7064) is wrong, it does not end there or has too few digits in a row.
func ibanEnd(b []byte, i, n int) int {
	var head [4]byte
	rest, k, j := 0, 0, i
	row, longest := 0, 0
	for ; j < len(b) && k < n; j++ {
		c := b[j]
		switch {
		case chars[c]&(charUpper|charDigit) != 0:
			if k < len(head) {
				head[k] = c
			} else {
				rest = mod97(rest, c)
			}
			k++
			if row++; c > '9' {
				row = 0
			}
			longest = max(longest, row)
		case (c == ' ' || c == '-') && k >= 4 && is(b, j-1, charUpper|charDigit):
		default:
			return 0
		}
	}
	if k < n || longest < minIBANDigits || is(b, j, charAlnum) {
		return 0
	}
	for _, c := range head {
		rest = mod97(rest, c)
	}
	if rest != 1 {
		return 0
	}
	return j
}

func mod97(rest int, c byte) int {
	if c <= '9' {
		return (rest*10 + int(c-'0')) % 97
	}
	return (rest*100 + int(c-'A') + 10) % 97
}
