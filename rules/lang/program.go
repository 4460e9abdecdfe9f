package lang

// Program is a checked and compiled expression. It is immutable and safe for concurrent use, each goroutine with its
// own Frame.
type Program struct {
	Source string
	root   *term
	value  valueFunc
	test   testFunc
	number numberFunc
}

// Compile reads source under a schema. Want is the kind that it must give: Bool, Number, Text or Any.
func Compile(source string, schema *Schema, want Kind) (*Program, *Error) {
	t, err := parse(source, schema)
	if err != nil {
		return nil, err
	}
	c := &checker{schema: schema, source: source}
	switch want {
	case Bool:
		err = c.wantBool(t)
	case Number:
		err = c.wantNumber(t)
	case Text:
		err = c.wantText(t)
	}
	if err != nil {
		return nil, err
	}
	return newProgram(source, t), nil
}

func newProgram(source string, t *term) *Program {
	return &Program{Source: source, root: t, value: compile(t), test: compileTest(t), number: compileNumber(t)}
}

// Test evaluates the program as true or false. An error means that it was stopped, and false.
func (p *Program) Test(f *Frame) (bool, error) {
	f.budget, f.err = Budget, nil
	ok := p.test(f)
	return ok && f.err == nil, f.err
}

// Value evaluates the program. An error means that it was stopped, and nil. The value may share the event's memory.
func (p *Program) Value(f *Frame) (Value, error) {
	f.budget, f.err = Budget, nil
	v := p.value(f)
	if f.err != nil {
		return Value{}, f.err
	}
	return v, nil
}

// Number evaluates the program as a number; false where it is none. An error means that it was stopped, and false.
func (p *Program) Number(f *Frame) (float64, bool, error) {
	f.budget, f.err = Budget, nil
	n, ok := p.number(f)
	return n, ok && f.err == nil, f.err
}

// Constant is the value of an expression that is always the same.
func (p *Program) Constant() (Value, bool) { return p.root.value, p.root.isConst() }

// Name is the plain name that the program is: host, fields.status; empty where it is more than a name.
func (p *Program) Name() string { return p.root.subject() }

// Uses reports whether the expression names the variable or, with "fields." before it, the field.
func (p *Program) Uses(name string) bool {
	found := false
	p.root.walk(func(t *term) { found = found || t.subject() == name })
	return found
}
