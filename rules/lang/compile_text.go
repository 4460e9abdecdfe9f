package lang

import (
	"net/netip"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
)

// textOf is the text that a text operator looks into: texts, and numbers as they were written.
func textOf(v Value) (string, bool) {
	switch v.Kind {
	case Text, Object:
		return v.Str, true
	case Level, Bool, Number:
		return v.String(), true
	}
	return "", false
}

func compileText(t *term) testFunc {
	a, b := compile(t.args[0]), compile(t.args[1])
	match := textMatcher(t)
	return func(f *Frame) bool {
		left := a(f)
		if left.Kind == Array && t.op == "contains" {
			return arrayHas(f, left.Str, b(f))
		}
		s, ok := textOf(left)
		if !ok {
			return false
		}
		return match(f, s, b)
	}
}

func textMatcher(t *term) func(*Frame, string, valueFunc) bool {
	switch t.op {
	case "matches":
		// A byte costs the regular expression more the larger its program is.
		return func(f *Frame, s string, _ valueFunc) bool { return t.cut.match(f, s) }
	case "word":
		word := t.args[1].value.Str
		return func(f *Frame, s string, _ valueFunc) bool { return f.spend(4+len(s)/4) && hasWord(s, word) }
	}
	if t.fold {
		needle := t.args[1].value.Str
		switch t.op {
		case "contains":
			return func(f *Frame, s string, _ valueFunc) bool { return f.spend(4+len(s)) && containsFold(s, needle) }
		case "startsWith":
			return func(_ *Frame, s string, _ valueFunc) bool { return hasPrefixFold(s, needle) }
		default:
			return func(_ *Frame, s string, _ valueFunc) bool {
				return len(s) >= len(needle) && hasPrefixFold(s[len(s)-len(needle):], needle)
			}
		}
	}
	op := map[string]func(string, string) bool{
		"contains": strings.Contains, "startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix,
	}[t.op]
	return func(f *Frame, s string, b valueFunc) bool {
		needle, ok := textOf(b(f))
		return ok && needle != "" && f.spend(4+len(s)/8) && op(s, needle)
	}
}

func compileNetwork(t *term) testFunc {
	a := compile(t.args[0])
	network, _ := netip.ParsePrefix(t.args[1].value.Str) // checked before
	network = netip.PrefixFrom(network.Addr().Unmap(), network.Bits()).Masked()
	return func(f *Frame) bool {
		s, ok := textOf(a(f))
		if !ok || len(s) < 2 || len(s) > 64 || !mayBeAddress(s) {
			return false
		}
		addr, err := netip.ParseAddr(s)
		if err != nil {
			ap, err := netip.ParseAddrPort(s)
			if err != nil {
				return false
			}
			addr = ap.Addr()
		}
		return network.Contains(addr.Unmap().WithZone(""))
	}
}

// mayBeAddress spares the error that parsing allocates for what is no address.
func mayBeAddress(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] == '.' || s[i] == ':' {
			return s[i] == ':' || i > 0 && s[0] >= '0' && s[0] <= '9' || s[0] == '['
		}
	}
	return false
}

// compileTemplateID compares ids of templates through their aliases; nil where the term does not.
func compileTemplateID(t *term) testFunc {
	for i, a := range t.args {
		b := t.args[1-i]
		if a.op != "var" || a.variable.Name != "template_id" || !b.isConst() || t.op != "==" && t.op != "!=" {
			continue
		}
		id, err := detector.ParseShapeID(b.value.Str)
		if err != nil {
			return nil
		}
		want := t.op == "=="
		return func(f *Frame) bool {
			return f.Event.Shape != 0 && (f.resolve(f.Event.Shape) == f.resolve(id)) == want
		}
	}
	return nil
}
