package rules

import (
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/tocsin-io/tocsin/rules/lang"
)

// faultIn adds the fault of an expression that stands in the scalar n, at the place in the file where it stands.
func (d *document) faultIn(n *yaml.Node, err *lang.Error) {
	d.problemIn(ProblemError, n, err)
}

func (d *document) problemIn(severity ProblemSeverity, n *yaml.Node, err *lang.Error) {
	line, column, ok := d.place(n, err.Offset)
	if n.Style == 0 && strings.Contains(d.line(n.Line), " #") && strings.HasSuffix(err.Message, "ends early") {
		err.Mend = "YAML takes # as the beginning of a comment: put the expression in quotes, or on the lines below |"
	}
	if ok {
		d.add(severity, line, column, err.Mend, "%s", err.Message)
		return
	}
	d.add(severity, n.Line, n.Column, err.Mend, "%s", err.Message)
	if len(d.problems) > 0 {
		d.problems[len(d.problems)-1].Snippet = err.Caret()
	}
}

// place finds where the character at offset of a scalar's value stands in the file. It walks the value and the file's
// text together: quotes, escapes, folded lines and indentation stand only in the file.
func (d *document) place(n *yaml.Node, offset int) (line, column int, ok bool) {
	line, column = n.Line, n.Column
	rest := d.from(line, column)
	skip := func(k int) { // characters of the file
		for ; k > 0 && rest != ""; k-- {
			r, size := utf8.DecodeRuneInString(rest)
			rest = rest[size:]
			column++
			if r == '\n' {
				line, column = line+1, 1
			}
		}
	}
	switch n.Style {
	case yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle:
		skip(1)
	case yaml.LiteralStyle, yaml.FoldedStyle:
		skip(utf8.RuneCountInString(rest[:strings.IndexByte(rest+"\n", '\n')]))
		skip(1)
	}
	indent := len(rest) - len(strings.TrimLeft(rest, " "))
	for i, r := range []rune(n.Value) {
		if r != ' ' && r != '\n' || i == 0 {
			skip(spaces(rest, n.Style, r))
		} else if next, _ := utf8.DecodeRuneInString(rest); next == '\n' || next == '\r' {
			// A break of the line is one space or one break of the value; the indentation after it is nothing.
			if i == offset {
				return line, column, true
			}
			blank := len(rest) - len(strings.TrimLeft(rest, " \t\r\n"))
			if n.Style == yaml.LiteralStyle { // what is indented further belongs to the text
				line := strings.IndexByte(rest, '\n') + 1
				blank = line + min(indent, len(rest[line:])-len(strings.TrimLeft(rest[line:], " ")))
			}
			skip(blank)
			continue
		}
		if i == offset {
			return line, column, true
		}
		next, _ := utf8.DecodeRuneInString(rest)
		switch {
		case n.Style == yaml.SingleQuotedStyle && r == '\'':
			skip(2)
		case n.Style == yaml.DoubleQuotedStyle && next == '\\':
			if len(rest) < 2 || strings.IndexByte(`"\/ `, rest[1]) < 0 && !(rest[1] == 'n' && r == '\n') && !(rest[1] == 't' && r == '\t') {
				return 0, 0, false // \x41 and the like
			}
			skip(2)
		case next == r:
			skip(1)
		default:
			return 0, 0, false
		}
	}
	return line, column, offset == utf8.RuneCountInString(n.Value)
}

// spaces is how much indentation stands before the next character of the value.
func spaces(rest string, style yaml.Style, r rune) int {
	if r == ' ' || r == '\t' || r == '\n' {
		return 0
	}
	return len(rest) - len(strings.TrimLeft(rest, " \t\r\n"))
}

// from is the file's text from a place on, at most the 200 lines that a scalar may have.
func (d *document) from(line, column int) string {
	if line < 1 || line > len(d.lines) {
		return ""
	}
	end := min(line+200, len(d.lines))
	text := strings.Join(d.lines[line-1:end], "\n")
	for range column - 1 {
		_, size := utf8.DecodeRuneInString(text)
		text = text[size:]
	}
	return text
}
