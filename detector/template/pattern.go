package template

import (
	"bytes"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
)

const (
	wildcard = "<*>"
	splitter = "<=>"
)

// pattern is a Pattern ready to match: literal[0] gap[0] literal[1] … gap[n-1] literal[n].
type pattern struct {
	Pattern
	literals [][]byte
	splits   []bool // whether a gap's text is kept
	seed     uint64
}

func compile(p Pattern) (*pattern, error) {
	if len(p.Match) > 1024 {
		return nil, p.fault("it is longer than 1024 bytes")
	}
	c := &pattern{Pattern: p, seed: hashWord([]byte(p.Match), 0, len(p.Match))}
	rest := p.Match
	letters := 0
	for {
		i, split := strings.Index(rest, wildcard), false
		if k := strings.Index(rest, splitter); k >= 0 && (i < 0 || k < i) {
			i, split = k, true
		}
		if i < 0 {
			break
		}
		if i == 0 && len(c.literals) > 0 {
			return nil, p.fault("two variables touch: write a space or a word between them, or take one away")
		}
		c.literals = append(c.literals, []byte(rest[:i]))
		c.splits = append(c.splits, split)
		letters += i
		rest = rest[i+len(wildcard):]
	}
	c.literals = append(c.literals, []byte(rest))
	if letters+len(rest) == 0 {
		return nil, p.fault("it needs some text beside <*> and <=>, or it would match every line")
	}
	return c, nil
}

// match appends the texts of the gaps as offsets in msg (start, end, start, end…). Each gap is as short as can be, so
// that the work is linear in len(msg).
func (p *pattern) match(msg []byte, gaps []int) ([]int, bool) {
	gaps = gaps[:0]
	if !bytes.HasPrefix(msg, p.literals[0]) {
		return gaps, false
	}
	i := len(p.literals[0])
	if len(p.splits) == 0 {
		return gaps, i == len(msg)
	}
	for k, lit := range p.literals[1:] {
		last := k == len(p.splits)-1
		at := 0
		switch {
		case last && !bytes.HasSuffix(msg[i:], lit):
			return gaps, false
		case last:
			at = len(msg) - i - len(lit)
		default:
			if at = bytes.Index(msg[i:], lit); at < 0 {
				return gaps, false
			}
		}
		gaps = append(gaps, i, i+at)
		i += at + len(lit)
	}
	return gaps, true
}

// id is a function of the pattern and of what stands in the gaps that split.
func (p *pattern) id(msg []byte, gaps []int) detector.ShapeID {
	h := p.seed
	for k, split := range p.splits {
		if split {
			h = mix(h^hashWord(msg, gaps[2*k], gaps[2*k+1]), k1)
		}
	}
	return shapeID(mix(h, k3))
}

func (p *pattern) text(msg []byte, gaps []int) string {
	var out []byte
	for k, lit := range p.literals {
		out = append(out, lit...)
		switch {
		case k == len(p.splits):
		case p.splits[k]:
			out = appendValid(out, msg[gaps[2*k]:min(gaps[2*k+1], gaps[2*k]+maxWord)])
		default:
			out = append(out, wildcard...)
		}
	}
	return string(out)
}
