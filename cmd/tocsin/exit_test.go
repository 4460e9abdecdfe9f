package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestExitCodes(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	log := write("app.log", "2026-11-20T00:00:00Z INFO hello\n")
	good := write("good.yml", "version: 1\nrules:\n  - name: a\n    when: level == \"error\"\n    if: value >= 1\n")
	bad := write("bad.yml", "version: 1\nrules:\n  - name: a\n    wen: 3\n")
	tests := []struct {
		args []string
		want int
	}{
		{[]string{"version"}, 0},
		{[]string{"scan", log}, 0},
		{[]string{"scan", "--json", log, log}, 0},
		{[]string{"decode", log}, 0},
		{[]string{"templates", "--json", log}, 0},
		{[]string{"backtest", "--rules", good, log}, 0},
		{[]string{"backtest", "--rules", bad, log}, 1},
		{[]string{"scan", "--rules", bad, log}, 1},
		{[]string{"backtest", log}, 2},
		{[]string{"backtest", "--rules", good}, 2},
		{[]string{"scan", filepath.Join(dir, "none.log")}, 2},
		{[]string{"scan", dir}, 2},
		{[]string{"decode", "--framing=dots", log}, 2},
		{[]string{"series", log}, 2},
		{[]string{"series"}, 2},
		{[]string{"scan", "--nosuch", log}, 2},
		{[]string{"nosuch"}, 2},
	}
	for _, c := range tests {
		if got := run(t.Context(), c.args); got != c.want {
			t.Errorf("tocsin %v: exit code %d, want %d", c.args, got, c.want)
		}
	}
}
