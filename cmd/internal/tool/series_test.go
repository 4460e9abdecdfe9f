package tool

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func series(bucket string) func(context.Context, Input) error {
	return func(ctx context.Context, in Input) error { return Series(ctx, in, SeriesOptions{Bucket: bucket}) }
}

func TestSeriesNamesTheLineOfAFault(t *testing.T) {
	const one, many = "timestamp,value\n", "timestamp,service,level,template,count\n"
	tests := []struct{ name, text, want string }{
		{"nothing", "", "standard input is empty: its first line must be timestamp,value, or"},
		{"wrong header", "time,value\n1,2\n", `standard input:1: the header is "time,value": write timestamp,value`},
		{"NaN", one + "1,1\n2,NaN\n", `standard input:3: value "NaN" is not a finite number`},
		{"infinite", one + "1,1e999\n", `:2: value "1e999" is not a finite number`},
		{"no number", one + "1,\n", `:2: value "" is not a finite number`},
		{"a column short", one + "1,1\n2\n", ":3: the row has 1 fields and the header 2"},
		{"a column more", one + "1,1,1\n", ":2: the row has 3 fields and the header 2"},
		{"open quote", one + "1,1\n\"2,1\n", ":3: extraneous or missing \" in quoted-field"},
		{"no time", one + "yesterday,1\n", `:2: timestamp "yesterday" is not understood`},
		{"far time", one + "1e300,1\n", `:2: timestamp "1e300" is not understood`},
		{"negative", many + "1,a,error,x,-1\n", `:2: count "-1" is not a whole number from 0 on`},
		{"a half", many + "1,a,error,x,1\n2,a,error,x,1.5\n", `:3: count "1.5" is not a whole number`},
		{"level", many + "1,a,eror,x,1\n", `:2: level "eror" is unknown`},
		{"a quote that is not closed", many + "1,a,,x,1\n2,a,,\"x,1\n" + strings.Repeat("2,a,,x,1\n", 1<<19), ":3: the row is longer than 4 MiB"},
		{"a row without end", one + "1,1\n" + strings.Repeat("1", 5<<20), ":3: the row is longer than 4 MiB"},
		{"milliseconds", one + "1767225600000,1\n", `:2: timestamp "1767225600000" is not understood`},
		{"more than is exact", many + "1,a,,x,9007199254740993\n", `:2: count "9007199254740993" is not a whole number from 0 on, at most`},
		{"no header", "2026-01-01T00:00:00Z,1\n", `:1: the header is "2026-01-01t00:00:00z,1": write timestamp,value`},
		{"lines in a field", many + "1,a,,\"x\ny\",1\n2,a,,x,q\n", `:4: count "q"`},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			if got := do(t, c.text, []string{"-"}, series("10s")); got.fault == nil || !strings.Contains(got.fault.Error(), c.want) {
				t.Errorf("%v, want %q", got.fault, c.want)
			}
		})
	}
	for _, bucket := range []string{"0s", "1ms", "x", "48h", "-10s"} {
		if got := do(t, many, []string{"-"}, series(bucket)); got.fault == nil || !strings.Contains(got.fault.Error(), "--bucket="+bucket) {
			t.Errorf("--bucket=%s: %v", bucket, got.fault)
		}
	}
}

func TestSeriesEchoesItsRows(t *testing.T) {
	got := do(t, "\ufeffTimestamp, value\r\n2026-01-01 00:00:00,1.50\r\n1767225700,-2e3\r\n2026-01-01T00:05:00+01:00,3\r\n", []string{"-"}, series("10s"))
	want := "timestamp,value,anomaly_score,alert\n2026-01-01 00:00:00,1.50,0.000000,0\n1767225700,-2e3,0.000000,0\n2026-01-01T00:05:00+01:00,3,0.000000,0\n"
	if got.fault != nil || got.out != want {
		t.Errorf("%v\n%s", got.fault, got.out)
	}
}

func TestSeriesWritesAFileAndNeverItsInput(t *testing.T) {
	path := file(t, "in.csv", "timestamp,value\n1,2\n")
	out := filepath.Join(t.TempDir(), "out.csv")
	write := func(to string) result {
		return do(t, "", []string{path}, func(ctx context.Context, in Input) error {
			return Series(ctx, in, SeriesOptions{Out: to, Bucket: "10s"})
		})
	}
	if got := write(out); got.fault != nil || got.out != "" {
		t.Errorf("%v, %q", got.fault, got.out)
	}
	if text, err := os.ReadFile(out); err != nil || !strings.HasSuffix(string(text), "\n1,2,0.000000,0\n") {
		t.Errorf("%q, %v", text, err)
	}
	if got := write(path); got.fault == nil {
		t.Error("its own input was taken as the output")
	}
}

// counts are the rows of a shop for some hours, with a flood near the end.
func counts(hours int) []string {
	r := rand.New(rand.NewPCG(5, 5))
	var rows []string
	for i := range hours * 360 {
		at := start.Add(time.Duration(i) * 10 * time.Second).Format(time.RFC3339)
		n := 20 + r.IntN(10)
		if i > hours*360-60 && i < hours*360-20 {
			n *= 12
		}
		rows = append(rows, fmt.Sprintf("%s,shop,info,order <*> paid,%d", at, n), fmt.Sprintf("%s,shop,warn,slow <*>,%d", at, r.IntN(3)))
	}
	return rows
}

func TestSeriesOfCountsFindsAFloodAndAddsRowsUp(t *testing.T) {
	const header = "timestamp,service,level,template,count\n"
	rows := counts(8)
	whole := do(t, header+text(rows), []string{"-"}, series("10s"))
	all := found(t, whole.out)
	if whole.fault != nil || len(all) == 0 || all[0]["service"] != "shop" || all[0]["page"] != true {
		t.Fatalf("%v: %s", whole.fault, whole.out)
	}
	var halves []string
	for _, row := range rows {
		i := strings.LastIndexByte(row, ',')
		var n int
		if _, err := fmt.Sscan(row[i+1:], &n); err != nil {
			t.Fatal(err)
		}
		halves = append(halves, fmt.Sprintf("%s,%d", row[:i], n/2), fmt.Sprintf("%s,%d.0", row[:i], n-n/2))
	}
	if got := do(t, header+text(halves), []string{"-"}, series("10s")); got.out != whole.out {
		t.Errorf("rows of the same key do not add up: %v\n%s\n%s", got.fault, got.out, whole.out)
	}
	for n := 1; n < 6; n++ {
		// What a prefix opens, the whole opens: nothing later is used.
		part := do(t, header+text(rows[:len(rows)*n/5]), []string{"-"}, series("10s"))
		for _, in := range found(t, part.out) {
			if !strings.Contains(whole.out, in["id"].(string)) {
				t.Errorf("a prefix opens %v, the whole does not", in)
			}
		}
	}
}
