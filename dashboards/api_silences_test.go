package dashboards_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/dashboards/dashtest"
)

// TestASilenceThatNobodyMeansIsRefused says why, in words without the names of Go's types, and makes none.
func TestASilenceThatNobodyMeansIsRefused(t *testing.T) {
	s := newSite(t, dashtest.Night())
	before := len(s.world.Mutes)
	for body, want := range map[string]string{
		`null`: "it is null, and an object", `[]`: "it is a list, and an object", `"checkout"`: "it is a text", `7`: "it is a number",
		`{}`:                                             "would mute everything",
		`{"match":null,"for":"2h"}`:                      "would mute everything",
		`{"match":{},"for":"2h"}`:                        "would mute everything",
		`{"match":{"expr":"  "}}`:                        "would mute everything",
		`{"match":{"service":"\t"}}`:                     "would mute everything",
		`{"match":{"servcie":"a"},"for":"2h"}`:           `there is no field "servcie"`,
		`{"match":{"service":"a"},"fro":"2h"}`:           `there is no field "fro"`,
		`{"match":{"service":"a"},"weekly":{"dayz":[]}}`: `there is no field "dayz"`,
		`{"match":{"service":3},"for":"2h"}`:             "match.service cannot be a number",
		`{"match":"checkout","for":"2h"}`:                "match cannot be a text",
		`{"match":{"service":"a"},"for":7200}`:           "for cannot be a number",
		`{"match":{"service":"a"},"for":"soon"}`:         `"soon" is not a duration`,
		`{"match":{"service":"a"},"for":"-2h"}`:          "For is -2h: ",
		`{"match":{"service":"a"},"for":"0s"}`:           "For is 0s: ",
		`{"match":{"service":"a"},"for":"-1h","weekly":{"from":"1:00","to":"2:00"}}`:              "For is -1h: ",
		`{"match":{"service":"a"},"for":"2h","ends":"2027-01-01T00:00:00Z"}`:                      "give one of them",
		`{"match":{"service":"a"},"ends":"tomorrow"}`:                                             "tomorrow is no time: write 2026-",
		`{"match":{"service":"a"},"starts":"2020-01-01T00:00:00Z","for":"2h"}`:                    "over already",
		`{"match":{"service":"a"},"ends":"2026-11-22T00:00:00Z"}`:                                 "over already",
		`{"match":{"service":"a"},"starts":"2030-01-02T00:00:00Z","ends":"2030-01-01T00:00:00Z"}`: "must end after it starts",
		`{"match":{"service":"a"},"for":"2h"`:                                                     "it ends too early",
		`{"match":{"service":"a"}} {}`:                                                            "more after the object",
		`{"match":{"service":"a"},"for":"2h",}`:                                                   "it is not JSON",
	} {
		for _, path := range []string{"/api/v1/silences", "/api/v1/silences?preview=true"} {
			got := s.send("POST", path, body)
			var e struct{ Error struct{ Message string } }
			if err := json.Unmarshal(got.Body.Bytes(), &e); err != nil || got.Code != 400 && got.Code != 422 || !strings.Contains(e.Error.Message, want) {
				t.Errorf("%s %s: %d %s; want %q", path, body, got.Code, got.Body, want)
			}
			if strings.Contains(e.Error.Message, "json:") || strings.Contains(e.Error.Message, "Go ") {
				t.Errorf("%s: %s", body, e.Error.Message)
			}
		}
	}
	if made := len(s.world.Mutes) - before; made != 0 {
		t.Errorf("%d silences were made", made)
	}
	got := s.send("POST", "/api/v1/silences", `{"match":{"service":" checkout ","expr":"  "},"for":"2h"}`)
	var made struct {
		Silence struct{ Match map[string]string }
	}
	if err := json.Unmarshal(got.Body.Bytes(), &made); err != nil || got.Code != 201 || len(made.Silence.Match) != 1 || made.Silence.Match["service"] != "checkout" {
		t.Errorf("blanks: %d %s", got.Code, got.Body)
	}
}
