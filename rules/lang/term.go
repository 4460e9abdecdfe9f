package lang

import (
	"regexp"
)

// deps says what a term looks at.
type deps uint8

const (
	onStatic  deps = 1 << iota // service, environment, level, format, structured, topic
	onShape                    // template, template_id
	onLine                     // anything else of the line, or a variable
	onPointer                  // #
)

// term is a node of a checked expression. op is the operator as it is written, the name of a function, or one of
// const, var, field, pointer and array.
type term struct {
	op   string
	kind Kind
	at   int // offset in the source, in characters
	deps deps
	args []*term

	value    Value    // const
	variable Variable // var
	path     string   // field
	regex    *regexp.Regexp
	cut      *alternatives // of regex, for matches
	fold     bool          // the text operator compares lower(left) with a constant, without making lower(left)
}

func constant(v Value, at int) *term { return &term{op: "const", kind: v.Kind, value: v, at: at} }

func (t *term) isConst() bool { return t.op == "const" }

// walk calls visit for t and what stands below it.
func (t *term) walk(visit func(*term)) {
	visit(t)
	for _, a := range t.args {
		a.walk(visit)
	}
}

// subject is how a term is named where terms are compared with one another: fields.status, level; empty for all but
// plain names.
func (t *term) subject() string {
	switch t.op {
	case "var":
		return t.variable.Name
	case "field":
		return "fields." + t.path
	}
	return ""
}
