package rules

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	"github.com/tocsin-io/tocsin/rules/lang"
)

// words reads what the rule says when it fires.
func (d *document) words(r *Rule, keys map[string]pair) {
	if p, ok := keys["runbook"]; ok {
		if s, ok := d.text(p); ok {
			u, err := url.Parse(s)
			if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
				d.fault(p.value, "begin with https://", "runbook is not an address of the web")
			}
			r.Runbook = s
		}
	}
	p, ok := keys["summary"]
	if !ok {
		return
	}
	s, ok := d.text(p)
	if !ok {
		return
	}
	t, err := parseSummary(s)
	if err != nil {
		d.fault(p.value, summaryUsage, "summary: %s", strings.TrimPrefix(err.Error(), "template: summary:"))
		return
	}
	known := slices.Clone(r.By)
	for _, name := range unknownParts(t, known, r.Labels) {
		mend := summaryUsage
		if near := lang.Nearest(name, append(known, summaryFields...)); near != "" {
			mend = "did you mean " + near + "?"
		}
		d.fault(p.value, mend, "summary: %s is not there", name)
	}
	r.Summary, r.summary = s, t
}

const (
	maxSummary   = 4 << 10
	summaryUsage = "a summary may name .Value .Expected .Low .High .Count .Previous .Limit .Window .Name .By.x and .Labels.x"
)

var summaryFields = []string{"Value", "Expected", "Low", "High", "Count", "Previous", "Limit", "Window", "Name", "By", "Labels"}

// summaryFunctions are those of text/template that cannot run long or grow without bound.
var summaryFunctions = []string{"printf", "eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not", "len", "index"}

// parseSummary reads a text/template and refuses what could loop or grow: the values of a summary come from lines that
// anybody may write.
func parseSummary(s string) (*template.Template, error) {
	if len(s) > maxSummary {
		return nil, fmt.Errorf("it has %d bytes, at most %d are read", len(s), maxSummary)
	}
	t, err := template.New("summary").Option("missingkey=zero").Parse(s)
	if err != nil {
		return nil, err
	}
	if len(t.Templates()) > 1 {
		return nil, fmt.Errorf("define is not part of a summary")
	}
	if t.Tree == nil {
		return nil, fmt.Errorf("it is empty")
	}
	var fault error
	walkTemplate(t.Root, func(n parse.Node) {
		switch n := n.(type) {
		case *parse.TemplateNode:
			fault = fmt.Errorf("template is not part of a summary")
		case *parse.RangeNode:
			fault = fmt.Errorf("range is not part of a summary")
		case *parse.IdentifierNode:
			if !slices.Contains(summaryFunctions, n.Ident) {
				fault = fmt.Errorf("the function %s is not part of a summary", n.Ident)
			}
		case *parse.CommandNode:
			if err := checkPrintf(n); err != nil {
				fault = err
			}
		}
	})
	return t, fault
}

var wideFormat = regexp.MustCompile(`%[^a-zA-Z%]*([0-9]{3,}|\*)`)

// checkPrintf: the format must be a constant without great widths.
func checkPrintf(n *parse.CommandNode) error {
	id, ok := n.Args[0].(*parse.IdentifierNode)
	if !ok || id.Ident != "printf" {
		return nil
	}
	if len(n.Args) < 2 {
		return fmt.Errorf("printf without a format")
	}
	format, ok := n.Args[1].(*parse.StringNode)
	if !ok || wideFormat.MatchString(format.Text) {
		return fmt.Errorf("the format of printf must be a plain text with widths below 100")
	}
	return nil
}

// unknownParts returns the fields that a summary names and that are not there.
func unknownParts(t *template.Template, by []string, labels map[string]string) []string {
	var unknown []string
	walkTemplate(t.Root, func(n parse.Node) {
		f, ok := n.(*parse.FieldNode)
		if !ok {
			return
		}
		switch {
		case !slices.Contains(summaryFields, f.Ident[0]):
			unknown = append(unknown, f.Ident[0])
		case f.Ident[0] == "By" && len(f.Ident) > 1 && !slices.Contains(by, f.Ident[1]):
			unknown = append(unknown, f.Ident[1])
		case f.Ident[0] == "Labels" && len(f.Ident) > 1:
			if _, ok := labels[f.Ident[1]]; !ok {
				unknown = append(unknown, f.Ident[1])
			}
		}
	})
	return unknown
}

func walkTemplate(n parse.Node, visit func(parse.Node)) {
	visit(n)
	var below []parse.Node
	branch := func(b *parse.BranchNode) {
		below = append(below, b.Pipe, b.List)
		if b.ElseList != nil {
			below = append(below, b.ElseList)
		}
	}
	switch n := n.(type) {
	case *parse.ListNode:
		below = n.Nodes
	case *parse.ActionNode:
		below = append(below, n.Pipe)
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			below = append(below, c)
		}
	case *parse.CommandNode:
		below = n.Args
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	}
	for _, b := range below {
		walkTemplate(b, visit)
	}
}
