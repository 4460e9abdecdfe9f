package template

// threshold is how many different words must have stood at p before the place counts as a variable; 0 is never.
func threshold(units []unit, p int) int {
	u := &units[p]
	if u.kind != elemWord {
		return 0
	}
	words := 0
	for k := range units {
		if units[k].kind == elemWord {
			words++
		}
	}
	if words < 2 {
		return 0
	}
	if p == 0 {
		return 0
	}
	if prev := &units[p-1]; prev.kind == elemWord && names[string(prev.text)] {
		return 3
	}
	return 5
}

// names are words after which a name stands.
var names = wordSet("user", "username", "for", "by", "interface", "host", "hostname", "node", "device", "file", "named")
