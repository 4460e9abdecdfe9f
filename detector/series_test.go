package detector

import (
	"encoding/json"
	"testing"
)

func TestTemplateIDInJSON(t *testing.T) {
	const id = ShapeID(7484799161644890123) // no double holds it
	b, err := json.Marshal(Hidden{TemplateID: id})
	if err != nil {
		t.Fatal(err)
	}
	var text struct {
		TemplateID string `json:"template_id"`
	}
	if err := json.Unmarshal(b, &text); err != nil || text.TemplateID != id.String() {
		t.Errorf("written as %q: %v", text.TemplateID, err)
	}
	for in, want := range map[string]ShapeID{`"67df5a9cd8a1480b"`: 0x67df5a9cd8a1480b, `7484799161644890123`: id, `null`: 0} {
		var got ShapeID
		if err := json.Unmarshal([]byte(in), &got); err != nil || got != want {
			t.Errorf("%s is read as %v: %v", in, got, err)
		}
	}
	for _, in := range []string{`"67df"`, `-1`, `1.5`, `{}`} {
		var got ShapeID
		if json.Unmarshal([]byte(in), &got) == nil {
			t.Errorf("%s is read as %v", in, got)
		}
	}
}
