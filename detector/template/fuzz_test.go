package template

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
)

var seeds = []string{
	"", "a", " \t\x00", "connected to 10.0.0.1:80 in 12ms", "Fri Jun 17 07:07:00 2005 up", "1 2 3 4 5 6 7 8 9 10",
	`user="a b" x= y='c' [1] {2} (3.5 KB) <1 sec`, "a..b:c:5:6 d->8M", "http://x/y?a=b,c;d e", `C:\x\y \\a\b c\d`, "<*> <*><*>:<*>",
	strings.Repeat("a1 b ", 200), strings.Repeat("(", 300), strings.Repeat("a.", 200) + "5", "\xff\xfe x", "it's 'quoted' x'",
	"2015-07-29 17:41:44,747 - INFO", "12 May 2020 10:00 PM IST", "node-[1-3] eth0 ::1 fe80::1/64", "é1 ünïcode",
	"用户 张三 登录失败（第3次）：10.0.0.1", "ユーザー「a1」が　x.logを", "第 3 次12条abc中", "[4f fa 03 be ad cc]", "x be 12 ad", "fa 03 12 \\\"a\\\" ''",
	`x C:\Program Files\a b\c. C:\Program Files (x86)\d:e C:\a \b C:\c d\`,
	"listen :80 [::1]:80 [::]:80 f() a[] \"\"",
}

// A masked text has the shape of its line, and masking it again changes nothing.
func FuzzShape(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	a, b := NewShaper(), NewShaper()
	f.Fuzz(func(t *testing.T, msg []byte) {
		id := a.Shape(msg)
		if id == 0 || id == detector.OverflowShape {
			t.Fatalf("reserved id %v", id)
		}
		text := string(a.AppendText(nil))
		if !utf8.ValidString(text) {
			t.Fatalf("text %q is not UTF-8", text)
		}
		if a.line.n > maxElems || len(text) > maxElems*(3*maxWord+1) {
			t.Fatalf("%d elements, %d bytes of text", a.line.n, len(text))
		}
		index, end := 0, 0
		for _, s := range a.Slots(nil) {
			if s.Index != index || s.Start < end || s.End < s.Start || s.End > len(msg) {
				t.Fatalf("slot %+v after %d", s, end)
			}
			index++
			end = s.Start
		}
		if n := strings.Count(text, "<*>"); n < index {
			t.Fatalf("%d slots, text %q", index, text)
		}
		if !utf8.Valid(msg) {
			return
		}
		if again := b.Shape([]byte(text)); again != id {
			t.Fatalf("%q -> %q: id %v, then %v with %q", msg, text, id, again, b.AppendText(nil))
		}
	})
}

// What is merged, and the texts, do not depend on the order of the shapes.
func FuzzMerge(f *testing.F) {
	f.Add(strings.Join(seeds, "\n"))
	for _, format := range []string{"flag (%s) is on for user %s", "k=%s set(%s,b)", "task '%s' at %s:80 lost", "%s: %s", "%s %s a.b.%[1]s"} {
		var lines []string
		for i := range 8 {
			lines = append(lines, fmt.Sprintf(format, word(i), word(i*i+3)), fmt.Sprintf(format, "7", word(i)))
		}
		f.Add(strings.Join(lines, "\n"))
	}
	s := NewShaper()
	f.Fuzz(func(t *testing.T, text string) {
		var known []Known
		for line := range strings.Lines(text[:min(len(text), 1<<12)]) {
			id := s.Shape([]byte(line))
			known = append(known, Known{ID: id, Text: string(s.AppendText(nil))})
		}
		forth, back := NewMerger(), NewMerger()
		forth.Add(known)
		for _, k := range slices.Backward(known) {
			back.Add([]Known{k})
		}
		if d := cmp.Diff(classesOf(forth, known), classesOf(back, known)); d != "" {
			t.Fatalf("%q: (-in order +backwards)\n%s", text, d)
		}
	})
}

// A pattern matches in one pass and its text is one that it matches.
func FuzzPattern(f *testing.F) {
	f.Add("user <*> did <=>", "user 5 did that")
	f.Add("<*>a<*>b", "xxaxxb")
	f.Add("a<=>a", "aa")
	f.Fuzz(func(t *testing.T, match, msg string) {
		p, err := compile(Pattern{Match: match})
		if err != nil {
			return
		}
		gaps, ok := p.match([]byte(msg), nil)
		if !ok {
			return
		}
		var b strings.Builder
		for k, lit := range p.literals {
			b.Write(lit)
			if k < len(p.splits) {
				b.WriteString(msg[gaps[2*k]:gaps[2*k+1]])
			}
		}
		if b.String() != msg {
			t.Fatalf("%q: gaps %v of %q make %q", match, gaps, msg, b.String())
		}
		if id := p.id([]byte(msg), gaps); id < 2 {
			t.Fatalf("reserved id %v", id)
		}
	})
}
