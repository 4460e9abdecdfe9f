package lang

// Parts are the conjuncts of a condition, by what decides them. A nil part is always true.
type Parts struct {
	Static *Program // service, environment, level, format, structured and topic decide it
	Shape  *Program // those and the template
	Line   *Program // the single line
	// Services are the services of which a line must be one for the condition to hold; nil where any may be.
	Services []string
}

// Split takes the condition apart. All parts together are as true as the whole.
func (p *Program) Split() Parts {
	var groups [3]*term
	var services []string
	for _, t := range conjuncts(p.root, nil) {
		i := 2
		switch {
		case t.deps&^onStatic == 0:
			i = 0
		case t.deps&^(onStatic|onShape) == 0:
			i = 1
		}
		if names, ok := servicesOf(t); ok && services == nil {
			services = names
		}
		if groups[i] == nil {
			groups[i] = t
			continue
		}
		groups[i] = &term{op: "&&", kind: Bool, at: t.at, deps: groups[i].deps | t.deps, args: []*term{groups[i], t}}
	}
	parts := Parts{Services: services}
	for i, to := range []**Program{&parts.Static, &parts.Shape, &parts.Line} {
		if groups[i] != nil && !(groups[i].isConst() && groups[i].value.True()) {
			*to = newProgram(p.Source, groups[i])
		}
	}
	return parts
}

func conjuncts(t *term, into []*term) []*term {
	if t.op != "&&" {
		return append(into, t)
	}
	return conjuncts(t.args[1], conjuncts(t.args[0], into))
}

// servicesOf reads service == "a", service in ["a", "b"] and their like joined by ||.
func servicesOf(t *term) ([]string, bool) {
	switch t.op {
	case "||":
		a, okA := servicesOf(t.args[0])
		b, okB := servicesOf(t.args[1])
		return append(a[:len(a):len(a)], b...), okA && okB
	case "==":
		for i, a := range t.args {
			if b := t.args[1-i]; a.subject() == "service" && b.isConst() && b.kind == Text {
				// Text that looks like a number equals other spellings of it.
				if _, numeric := b.value.Number(); !numeric {
					return []string{b.value.Str}, true
				}
			}
		}
	case "in":
		if list := t.args[1].value.List; t.args[0].subject() == "service" && list != nil && !list.ranged && list.numbers == nil {
			return list.texts, true
		}
	}
	return nil, false
}

// Only returns the one text that the named variable must equal for the condition to hold.
func (p *Program) Only(name string) (string, bool) {
	for _, t := range conjuncts(p.root, nil) {
		if t.op != "==" {
			continue
		}
		for i, a := range t.args {
			if b := t.args[1-i]; a.subject() == name && b.isConst() && b.kind == Text {
				return b.value.Str, true
			}
		}
	}
	return "", false
}
