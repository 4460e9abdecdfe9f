package rules

// columns remember by place which fields may hold a text that a rule looks for: the fields of a stream stand in the same
// order in line after line, and their keys are interned, so that comparing two pointers answers for most.
type columns []column

type column struct {
	key   string
	asked bool
}

// maxColumns bounds what is remembered.
const maxColumns = 256

// asked looks up whether the field of this key, which is the i-th of its line, is among fields.
func (c *columns) asked(i int, key string, fields map[string]bool) bool {
	if i < len(*c) && (*c)[i].key == key {
		return (*c)[i].asked
	}
	asked := fields[key]
	if i < maxColumns {
		for i >= len(*c) {
			*c = append(*c, column{})
		}
		(*c)[i] = column{key, asked}
	}
	return asked
}
