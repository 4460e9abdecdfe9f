package redact

const (
	minCard = 13
	maxCard = 19
)

// cards removes the payment cards in a run of digits and groups of digits.
func (s *scan) cards(from, to int) {
	b := s.b
	if s.track(from, to) {
		return
	}
	if s.inWord(from) || to < len(b) && (chars[b[to]]&(charAlnum|charUnder) != 0 || b[to] == '.' && is(b, to+1, charDigit)) {
		return
	}
	var ends [maxGroup]int // where each group ends
	n := 0
	for i := from; i <= to && n < len(ends); i++ {
		if i == to || b[i]-'0' > 9 {
			ends[n] = i
			n++
		}
	}
	start := from
	for g := 0; g < n; g++ {
		for _, last := range [...]int{g, g + 2, g + 3, g + 4} {
			if size := ends[g] - start; last > g && size != 4 || last == g && size < minCard {
				continue
			}
			if last >= n || ends[last]-start < minCard || last > g && !grouped(b, start, ends[g:last+1]) {
				continue
			}
			if last == g+3 && partOfLonger(ends[:n], g, last, from) {
				continue
			}
			if card(b[start:ends[last]]) && (last > g || s.evident(start, ends[last])) {
				s.add(start, ends[last], classKinds[classCard], 0, 0)
				g = last
				break
			}
		}
		start = ends[g] + 1
	}
}

// inWord reports whether the digits at i go on with what stands before them.
func (s *scan) inWord(i int) bool {
	b := s.b
	return i > 0 && (chars[b[i-1]]&(charAlnum|charUnder) != 0 && !escapeBefore(b, i) || b[i-1] == '.' || b[i-1] == '-')
}

// partOfLonger reports whether another group of four stands before the g-th or behind the last: together they are a longer
// number. The first begins at from.
func partOfLonger(ends []int, g, last, from int) bool {
	before := g > 0 && ends[g-1]-startOf(ends, g-1, from) == 4
	behind := last+1 < len(ends) && ends[last+1]-ends[last] == 5
	return before || behind
}

// startOf is where the g-th group begins.
func startOf(ends []int, g, from int) int {
	if g == 0 {
		return from
	}
	return ends[g-1] + 1
}

// grouped reports whether groups are those of a card: 4-4-4-4, 4-4-4-4-3, 4-6-5 or 4-6-4, all with the same byte between.
func grouped(b []byte, start int, ends []int) bool {
	var sizes [5]int
	for i, end := range ends {
		sizes[i] = end - start
		if i > 0 && b[start-1] != b[ends[0]] {
			return false
		}
		start = end + 1
	}
	switch sizes {
	case [5]int{4, 4, 4, 4}, [5]int{4, 4, 4, 4, 3}, [5]int{4, 6, 5}, [5]int{4, 6, 4}:
		return true
	}
	return false
}

// card reports whether v, blanks and dashes aside, is the number of a card: by its first digits, its length and its
// checksum (Luhn, ISO/IEC 7812-1).
func card(v []byte) bool {
	var d [maxCard]byte
	n := 0
	for _, c := range v {
		switch {
		case c-'0' <= 9 && n < len(d):
			d[n] = c - '0'
			n++
		case c != ' ' && c != '-':
			return false
		}
	}
	if n < minCard || !issued(d[:n]) {
		return false
	}
	sum, same := 0, true
	for i := range n {
		x := int(d[n-1-i])
		if i%2 == 1 {
			if x *= 2; x > 9 {
				x -= 9
			}
		}
		sum += x
		same = same && d[i] == d[0]
	}
	return sum%10 == 0 && !same
}

// issuedOf16 are the first four digits of cards of 16, by who issues them.
var issuedOf16 = [...]struct{ from, to int }{
	{4000, 4999},               // Visa
	{5100, 5599}, {2221, 2720}, // Mastercard
	{2200, 2204},               // Mir
	{6440, 6599},               // Discover, which also has 6011
	{3528, 3589},               // JCB
	{6200, 6299}, {8100, 8199}, // UnionPay
	{5000, 5099}, {5600, 5899}, {6000, 6099}, {6700, 6799}, // Maestro
}

// issued reports whether cards of this length begin with these digits.
func issued(d []byte) bool {
	two := int(d[0])*10 + int(d[1])
	four := two*100 + int(d[2])*10 + int(d[3])
	switch len(d) {
	case 14:
		return two == 36 || two == 38 || four >= 3000 && four < 3060
	case 15:
		return two == 34 || two == 37
	case 16:
		for _, r := range issuedOf16 {
			if four >= r.from && four <= r.to {
				return true
			}
		}
	case 19:
		return two == 62
	}
	return false
}
