package lang

import "testing"

func TestAPoolKeepsOneOfWhatSaysTheSame(t *testing.T) {
	line := func(source string) *Program {
		t.Helper()
		p, err := Compile(source, LineSchema("when", nil), Bool)
		if err != nil {
			t.Fatal(err)
		}
		if parts := p.Split(); parts.Line != nil {
			return parts.Line
		}
		return p
	}
	var pool Pool
	first := pool.One(line(`service == "a" && fields.status >= 500`))
	if pool.One(line(`service == "b" && fields.status >= 500`)) != first {
		t.Error("the same is asked by two programs")
	}
	for _, other := range []string{
		`fields.status >= 501`, `fields.status > 500`, `fields.state >= 500`, `fields.status >= "500"`, `host == "500"`, `host == "a"`,
		`lower(host) == "a"`, `message contains "a"`, `lower(message) contains "a"`, `message matches "a+"`, `message matches "b+"`,
		`host in ["a", "b"]`, `host in ["a", "c"]`, `word(message, "a")`, `1 - bytes > 2`, `bytes - 1 > 2`,
	} {
		p := line(other)
		if pool.One(p) != p {
			t.Errorf("%s is taken for something else", other)
		}
	}
	if pool.One(nil) != nil {
		t.Error("nothing became a program")
	}
}
