package tool

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// Two floods of one series, twenty minutes apart, are one incident, reopened: it began before it was opened.
func TestAReopenedIncidentBeganWithItsFirstStretch(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	var rows []string
	const hours = 8
	for i := range hours * 360 {
		n := 20 + r.IntN(10)
		if left := hours*360 - i; left < 340 && left >= 310 || left < 190 && left >= 160 {
			n *= 12
		}
		rows = append(rows, fmt.Sprintf("%s,shop,info,order <*> paid,%d", start.Add(time.Duration(i)*10*time.Second).Format(time.RFC3339), n))
	}
	got := do(t, "timestamp,service,level,template,count\n"+text(rows), []string{"-"}, series("10s"))
	if got.fault != nil {
		t.Fatal(got.fault)
	}
	reopened := 0
	for _, in := range found(t, got.out) {
		if in["reopened"] != nil {
			reopened++
		}
		if in["onset"].(string) > in["opened_at"].(string) {
			t.Errorf("%v of %v: onset %v is after its opening %v", in["kind"], in["service"], in["onset"], in["opened_at"])
		}
	}
	if reopened == 0 {
		t.Errorf("nothing was reopened:\n%s", got.out)
	}
}
