// Package packs holds the default rules: the mistakes that everyone makes. Each pack is a file of rules; beside it
// stand lines that must fire it and lines that must not.
package packs

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed *.yml
var files embed.FS

// Pack is a file of default rules.
type Pack struct {
	Name string // disk, memory…
	Text []byte
}

// All returns the packs in order of name.
func All() []Pack {
	names, _ := fs.Glob(files, "*.yml") // the pattern is valid
	var out []Pack
	for _, n := range names {
		text, err := files.ReadFile(n)
		if err != nil {
			continue // it was embedded: it is there
		}
		out = append(out, Pack{Name: strings.TrimSuffix(n, ".yml"), Text: text})
	}
	return out
}
