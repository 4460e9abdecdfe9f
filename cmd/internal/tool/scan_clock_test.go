package tool

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // zones, on a machine without a zone database too

	"github.com/tocsin-io/tocsin/detector/testkit"
)

// fastHost is two hours of a log of two hosts, of which one has a clock that is seven minutes ahead.
func fastHost() []string {
	var lines []string
	for i := range 720 {
		at := start.Add(time.Duration(i) * 10 * time.Second)
		for k := range 2 {
			lines = append(lines, fmt.Sprintf(`{"time":%q,"level":"info","service":"web","host":"web-1","msg":"GET /%c/%d 200"}`,
				at.Add(time.Duration(k)*time.Second).Format(time.RFC3339), 'x'+k, i))
		}
		lines = append(lines, fmt.Sprintf(`{"time":%q,"level":"info","service":"db","host":"db-1","msg":"commit %d"}`,
			at.Add(7*time.Minute+2*time.Second).Format(time.RFC3339), i))
	}
	return lines
}

// A file has no record times: which of its hosts has a wrong clock is seen in the order of its lines. The others' lines
// are not late, nor is what wrote them silent.
func TestScanMeasuresAClockThatIsAhead(t *testing.T) {
	got := do(t, text(fastHost()), []string{"-"}, scanJSON)
	if got.fault != nil {
		t.Fatal(got.fault)
	}
	incidents := found(t, got.out)
	if len(incidents) != 1 || incidents[0]["kind"] != "skew" || incidents[0]["service"] != "db" {
		t.Fatalf("%s", got.out)
	}
	if off := incidents[0]["observed"].(float64); off < 400 || off > 440 {
		t.Errorf("the clock is %g s ahead, want about 420", off)
	}
}

// What a log says does not depend on the zone of the machine: each is one of a process of its own, which finds the file in SCANNED and
// writes what it says to SAID.
func TestScanIsTheSameInWhateverZoneTheMachineIs(t *testing.T) {
	testkit.OneGoroutine(t)
	if log := os.Getenv("SCANNED"); log != "" {
		got := do(t, "", []string{log}, scanJSON)
		zone, _ := start.Local().Zone()
		if err := os.WriteFile(os.Getenv("SAID"), fmt.Appendf(nil, "%s\n%v\n%s", zone, got.fault, got.out), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	log := file(t, "shop.log", text(outage()))
	zones, says := map[string]bool{}, ""
	for _, zone := range []string{"UTC", "Pacific/Kiritimati", "Pacific/Marquesas", "Asia/Kathmandu"} {
		said := filepath.Join(t.TempDir(), "said")
		child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), "TZ="+zone, "SCANNED="+log, "SAID="+said)
		if out, err := child.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", zone, err, out)
		}
		text, err := os.ReadFile(said)
		if err != nil {
			t.Fatal(err)
		}
		local, got, _ := strings.Cut(string(text), "\n")
		zones[local] = true
		if says == "" {
			says = got
		}
		if got != says || !strings.HasPrefix(got, "<nil>\n{") {
			t.Errorf("%s: it finds\n%s instead of\n%s", zone, got, says)
		}
	}
	if len(zones) != 4 {
		t.Errorf("the machine was in %v, want four zones", zones)
	}
}
