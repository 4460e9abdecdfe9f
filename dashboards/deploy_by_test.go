package dashboards_test

import (
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/dashboards/dashtest"
)

// Who tells of a deploy is whoever asks, whatever the request says.
func TestADeployNamesWhoToldOfIt(t *testing.T) {
	w := dashtest.Night()
	s := newSite(t, w)
	got := s.send("POST", "/api/v1/deploys", `{"service":"cart","version":"1.9.1","at":"2026-11-23T02:00:00Z","by":"<b>nobody</b>"}`)
	if got.Code != 201 || strings.Contains(got.Body.String(), "nobody") || !strings.Contains(got.Body.String(), `"by":"`) {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	if last := w.Versions[len(w.Versions)-1]; last.By == "" || strings.Contains(last.By, "nobody") {
		t.Errorf("%+v", last)
	}
}
