package rules

import "testing"

// BenchmarkLoadPacks is what the default rules add to the start of the service.
func BenchmarkLoadPacks(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if set, problems := LoadText("r.yml", []byte("version: 1\n"), Options{Packs: true}); set == nil {
			b.Fatal(problems)
		}
	}
}
