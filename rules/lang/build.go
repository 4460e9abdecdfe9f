package lang

// build completes a term: what it depends on, and its value where that is known already.
func (c *checker) build(t *term) *term {
	fixed := len(t.args) > 0
	for _, a := range t.args {
		t.deps |= a.deps
		fixed = fixed && a.isConst()
	}
	if fixed {
		f := Frame{budget: Budget}
		v := compile(t)(&f)
		if f.err == nil {
			return constant(v, t.at)
		}
	}
	switch t.op {
	case "&&", "||":
		absorbing := t.op == "||" // true || x is true, false && x is false
		for i, a := range t.args {
			if !a.isConst() {
				continue
			}
			if a.value.True() == absorbing {
				return constant(BoolValue(absorbing), t.at)
			}
			if other := t.args[1-i]; other.kind == Bool {
				return other
			}
		}
	case "?:":
		if t.args[0].isConst() {
			if t.args[0].value.True() {
				return t.args[1]
			}
			return t.args[2]
		}
	}
	return t
}
