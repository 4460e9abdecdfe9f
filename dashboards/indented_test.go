package dashboards

import "testing"

func TestIndentedPutsAChartOnOneLine(t *testing.T) {
	const payload = `{"chart":{"observed":[0,1.5,-2e3],"low":[],"hosts":["a [1,","2]"],"rows":[{"n":[1]},[2,3]]}}`
	const want = `{
  "chart": {
    "observed": [ 0, 1.5, -2e3 ],
    "low": [],
    "hosts": [
      "a [1,",
      "2]"
    ],
    "rows": [
      {
        "n": [ 1 ]
      },
      [ 2, 3 ]
    ]
  }
}`
	if got := indented([]byte(payload)); got != want {
		t.Error(got)
	}
	if got := indented([]byte("no JSON [\n1\n]")); got != "no JSON [\n1\n]" {
		t.Error(got)
	}
}
