package redact

import "encoding/base64"

// discordPrefixes are how the six digits that a number of Discord begins with are written in base64: all of the first three,
// and of those behind them enough that each digit stands in each place. A token of a bot is that number, a time and a
// signature, with dots between.
func discordPrefixes(yield func(string)) {
	var out [8]byte
	for n := 100; n < 1000; n++ {
		for d := byte('0'); d <= '9'; d++ {
			base64.StdEncoding.Encode(out[:], []byte{byte('0' + n/100), byte('0' + n/10%10), byte('0' + n%10), d, d, d})
			yield(string(out[:]))
		}
	}
}

// discord removes a token of a bot that begins at i.
func (s *scan) discord(i int) {
	b := s.b
	if !starts(b, i) || i > 0 && chars[b[i-1]]&(charURL|charDot) != 0 && !escapeBefore(b, i) {
		return
	}
	id := run(b, i, charAlnum)
	time := run(b, min(id+1, len(b)), charURL)
	to := run(b, min(time+1, len(b)), charURL)
	var number [20]byte
	n, err := 0, error(nil)
	if id-i >= 23 && id-i <= 26 {
		n, err = base64.RawStdEncoding.Decode(number[:], b[i:id])
	}
	if n < 17 || err != nil || run(number[:n], 0, charDigit) != n || !has(b, id, ".") || time-id != 7 || !has(b, time, ".") {
		return
	}
	if size := to - time - 1; size >= 27 && size <= 40 && drawn(b[time+1:to]) {
		s.add(i, to, "discord-token", 0, 0)
	}
}
