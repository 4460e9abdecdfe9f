package config

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

const examplePath = "../../tocsin/tocsin.example.yml"

// anything has every variable set, to what is accepted as a secret and as an address.
func anything(name string) (string, bool) {
	switch name {
	case "SLACK_TOKEN":
		return "xoxb-0", true
	case "SLACK_APP_TOKEN":
		return "xapp-0", true
	}
	return "https://example.com/0123456789abcdef0123456789abcdef", true
}

func TestExampleLoads(t *testing.T) {
	if _, err := Load(examplePath, anything); err != nil {
		t.Fatal(err)
	}
}

// TestExampleHasEveryOption walks the types: an option that the example does not show fails.
func TestExampleHasEveryOption(t *testing.T) {
	data, err := os.ReadFile(examplePath)
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := yaml.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	n := 0
	var look func(at string, typ reflect.Type, values []any)
	look = func(at string, typ reflect.Type, values []any) {
		for typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		if typ.Kind() == reflect.Slice && typ.Elem().Kind() == reflect.Struct {
			var all []any
			for _, v := range values {
				if list, ok := v.([]any); ok {
					all = append(all, list...)
				}
			}
			look(at+"[]", typ.Elem(), all)
			return
		}
		if typ.Kind() != reflect.Struct {
			return
		}
		for i := range typ.NumField() {
			key, _, _ := strings.Cut(typ.Field(i).Tag.Get("yaml"), ",")
			if key == "" || key == "-" {
				continue
			}
			n++
			var inside []any
			for _, v := range values {
				if m, ok := v.(map[string]any); ok {
					if x, there := m[key]; there {
						inside = append(inside, x)
					}
				}
			}
			path := strings.TrimPrefix(at+"."+key, ".")
			if len(inside) == 0 {
				t.Errorf("%s does not show %s", examplePath, path)
				continue
			}
			look(path, typ.Field(i).Type, inside)
		}
	}
	look("", reflect.TypeFor[Config](), []any{tree})
	if n < 60 {
		t.Errorf("only %d options were looked for", n)
	}
}
