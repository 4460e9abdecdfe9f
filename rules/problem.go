package rules

import (
	"fmt"
	"strings"
)

// ProblemSeverity says whether a Set can be made in spite of a Problem.
type ProblemSeverity string

// The severities of problems.
const (
	ProblemError   ProblemSeverity = "error"   // there is no Set
	ProblemWarning ProblemSeverity = "warning" // there is one, but it surely does not do what was meant, or costs much
)

// Problem is something wrong in a file of rules, and how to mend it.
type Problem struct {
	File     string
	Line     int // from 1; 0 where it is of the whole file
	Column   int // from 1, in characters
	Severity ProblemSeverity
	Message  string
	Mend     string // what to do; may be empty
	Snippet  string // the line of the file and a caret below the place; may be empty
}

// String is the problem as check prints it: file:line:column: what is wrong: how to mend it, and the snippet below.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Column)
	}
	b.WriteString(": ")
	if p.Severity == ProblemWarning {
		b.WriteString("warning: ")
	}
	b.WriteString(p.Message)
	if p.Mend != "" {
		b.WriteString(": ")
		b.WriteString(p.Mend)
	}
	if p.Snippet != "" {
		for line := range strings.SplitSeq(p.Snippet, "\n") {
			b.WriteString("\n    ")
			b.WriteString(line)
		}
	}
	return b.String()
}

// Failed reports whether one of the problems is an error.
func Failed(problems []Problem) bool {
	for _, p := range problems {
		if p.Severity == ProblemError {
			return true
		}
	}
	return false
}
