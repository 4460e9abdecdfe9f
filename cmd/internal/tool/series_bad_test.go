package tool

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector/testkit"
)

// column makes a table of one number, a row each five minutes.
func column(n int, at func(i int) (string, string)) string {
	var b strings.Builder
	b.WriteString("timestamp,value\n")
	for i := range n {
		t, v := at(i)
		b.WriteString(t + "," + v + "\n")
	}
	return b.String()
}

func minutes(i int) string { return start.Add(time.Duration(i) * 5 * time.Minute).Format(time.RFC3339) }

// scored are the rows that series prints, each of which must echo its input and have a score.
func scored(t *testing.T, input, output string) (alerts int) {
	t.Helper()
	in, err := csv.NewReader(strings.NewReader(input)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out, err := csv.NewReader(strings.NewReader(output)).ReadAll()
	if err != nil || len(out) != len(in) {
		t.Fatalf("%d rows of %d, %v", len(out), len(in), err)
	}
	for i, row := range out[1:] {
		score, err := strconv.ParseFloat(row[2], 64)
		if err != nil || !(score >= 0 && score <= 1) || row[0] != in[i+1][0] || row[1] != in[i+1][1] {
			t.Fatalf("row %d of %v is %v", i, in[i+1], row)
		}
		if row[3] == "1" {
			alerts++
		}
	}
	return alerts
}

func TestSeriesOfOddNumbers(t *testing.T) {
	usual := func(i int) float64 { return 100 + 20*math.Sin(float64(i)/288*2*math.Pi) + float64(i*7919%13) }
	tests := []struct {
		name   string
		alerts bool // some are wanted; else none may be
		at     func(i int) (string, string)
	}{
		{"constant", false, func(i int) (string, string) { return minutes(i), "7" }},
		{"a jump of ten orders of magnitude", true, func(i int) (string, string) {
			v := usual(i)
			if i > 2500 {
				v *= 1e10
			}
			return minutes(i), fmt.Sprint(v)
		}},
		{"a fall below nothing", true, func(i int) (string, string) {
			v := usual(i)
			if i > 2500 {
				v = -1e6
			}
			return minutes(i), fmt.Sprint(v)
		}},
		{"the largest numbers", true, func(i int) (string, string) {
			if i == 2500 {
				return minutes(i), "1e308"
			}
			return minutes(i), "-123456789012345678901234567890"
		}},
		{"one time for all rows", false, func(i int) (string, string) { return minutes(0), fmt.Sprint(usual(i)) }},
		{"time runs backwards", false, func(i int) (string, string) { return minutes(-i), fmt.Sprint(usual(i)) }},
		{"each row twice", false, func(i int) (string, string) { return minutes(i / 2), fmt.Sprint(usual(i / 2)) }},
		{"gaps of days", false, func(i int) (string, string) { return minutes(i + i/500*288*4), fmt.Sprint(usual(i + i/500*288*4)) }},
		{"zones", false, func(i int) (string, string) {
			return start.Add(time.Duration(i) * 5 * time.Minute).In(time.FixedZone("", i%5*3600)).Format(time.RFC3339), fmt.Sprint(usual(i))
		}},
		{"parts of seconds", false, func(i int) (string, string) {
			return fmt.Sprintf("%d.25", start.Unix()+int64(i)*300), fmt.Sprint(usual(i))
		}},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			input := column(3000, c.at)
			got := do(t, input, []string{"-"}, series("10s"))
			if got.fault != nil {
				t.Fatal(got.fault)
			}
			if n := scored(t, input, got.out); (n > 0) != c.alerts || n > 5 { // what never comes back is told again each half day, until it is learned
				t.Errorf("%d alerts", n)
			}
		})
	}
	for _, input := range []string{"timestamp,value\n", "timestamp,value\n1,2\n", "timestamp,value\r\n\r\n1,2\r\n\r\n\"2\",\"3\"\r\n"} {
		got := do(t, input, []string{"-"}, series("10s"))
		if got.fault != nil {
			t.Errorf("%q: %v", input, got.fault)
		}
		scored(t, input, got.out)
	}
}

func TestSeriesOfCountsWithOddRows(t *testing.T) {
	testkit.OneGoroutine(t)
	const header = "timestamp,service,level,template,count\n"
	usual := counts(8)
	want := do(t, header+text(usual), []string{"-"}, series("10s"))
	if want.fault != nil || len(found(t, want.out)) == 0 {
		t.Fatalf("%v: %s", want.fault, want.out)
	}
	at := func(rows []string, i int, more ...string) []string {
		return append(append(append([]string(nil), rows[:i]...), more...), rows[i:]...)
	}
	same := []struct {
		name string
		text string
	}{
		{"blank lines and CRLF", header + "\r\n" + strings.Join(usual, "\r\n\r\n")},
		{"a byte order mark", "\ufeff" + header + text(usual)},
		{"one row of another century", header + text(at(usual, 999, "2126-01-01T00:00:00Z,shop,info,order <*> paid,3"))},
		{"the first row of another century", header + text(at(usual, 0, "2126-01-01T00:00:00Z,shop,info,order <*> paid,3"))},
		{"rows that count nothing", header + text(at(usual, 500, usual[499][:strings.LastIndexByte(usual[499], ',')]+",0"))},
		{"quoted fields", header + strings.ReplaceAll(text(usual), "order <*> paid", `"order <*> paid"`)},
	}
	for _, c := range same {
		t.Run(c.name, func(t *testing.T) {
			if got := do(t, c.text, []string{"-"}, series("10s")); got.fault != nil || got.out != want.out {
				t.Errorf("%v\n%s\nwant\n%s", got.fault, got.out, want.out)
			}
		})
	}
	bounded := map[string][]string{
		"huge counts":   at(usual, 1500, usual[1499][:strings.LastIndexByte(usual[1499], ',')]+",9007199254740992"),
		"not UTF-8":     at(usual, 1500, strings.Replace(usual[1499], "order", "\xff\xfe\x00", 1)),
		"years between": append(append([]string(nil), usual...), "2031-01-01T00:00:00Z,shop,info,order <*> paid,3"),
		"a row alone":   {"2026-01-01T00:00:00Z,shop,info,x,1"},
		"all at once":   strings.Split(strings.Repeat("2026-01-01T00:00:00Z,shop,error,x,9007199254740992\n", 3000), "\n")[:3000],
	}
	for name, rows := range bounded {
		t.Run(name, func(t *testing.T) {
			got := do(t, header+text(rows), []string{"-"}, series("10s"))
			if got.fault != nil {
				t.Fatal(got.fault)
			}
			for line := range strings.Lines(got.out) {
				if !json.Valid([]byte(line)) {
					t.Errorf("no JSON: %s", line)
				}
			}
		})
	}
}

func TestSeriesOfAMillionSeries(t *testing.T) {
	testkit.OneGoroutine(t)
	var b strings.Builder
	b.WriteString("timestamp,service,level,template,count\n")
	for i := range 1_000_000 {
		fmt.Fprintf(&b, "%d,s%d,info,t%d,3\n", 1_770_000_000+i/250_000*10, i%3000, i)
	}
	if got := do(t, b.String(), []string{"-"}, series("10s")); got.fault != nil {
		t.Error(got.fault)
	}
}

func TestSeriesOfWhatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		dir:                            "is a directory: name a CSV file",
		filepath.Join(dir, "none.csv"): "no such file",
	} {
		if got := do(t, "", []string{path}, series("10s")); got.fault == nil || !strings.Contains(got.fault.Error(), want) {
			t.Errorf("%s: %v, want %q", path, got.fault, want)
		}
	}
	path := file(t, "x.csv", "timestamp,value\n")
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() != 0 { // who may read everything can read it
		if got := do(t, "", []string{path}, series("10s")); got.fault == nil || !strings.Contains(got.fault.Error(), "permission denied") {
			t.Errorf("%v", got.fault)
		}
	}
}
