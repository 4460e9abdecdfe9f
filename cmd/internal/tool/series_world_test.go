package tool

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/anomaly"
	"github.com/tocsin-io/tocsin/detector/anomaly/world"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/incident"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

// lined are the lines of the buckets of a world, without what a table of counts cannot say.
func lined(seed uint64, buckets int) []detector.Bucket {
	w := world.New(world.Config{Seed: seed, Services: 4, Days: 2, Quiet: 1})
	var out []detector.Bucket
	for range buckets {
		b, _ := w.Next()
		c := detector.Bucket{Start: b.Start, Width: b.Width}
		for _, row := range b.Rows {
			if s := row.Series; s.Class == detector.ClassLine {
				s.Environment, s.Shape = "", shapeOf(s.Shape.String())
				c.Rows = append(c.Rows, detector.Row{Series: s, Lines: row.Lines})
			}
		}
		slices.SortFunc(c.Rows, func(a, b detector.Row) int {
			x, y := a.Series, b.Series
			return cmp.Or(cmp.Compare(x.Service, y.Service), cmp.Compare(x.Level, y.Level), cmp.Compare(x.Shape, y.Shape))
		})
		out = append(out, c)
	}
	return out
}

// table is the same as rows of a CSV file: those of a bucket in any order, some counts in two rows.
func table(seed uint64, buckets int) []string {
	w := world.New(world.Config{Seed: seed, Services: 4, Days: 2, Quiet: 1})
	r := rand.New(rand.NewPCG(seed, 2))
	var out []string
	for range buckets {
		b, _ := w.Next()
		first := len(out)
		add := func(s detector.Series, n uint64) {
			out = append(out, fmt.Sprintf("%s,%s,%s,%s,%d", b.Start.Format(time.RFC3339), s.Service, s.Level, s.Shape, n))
		}
		for _, row := range b.Rows {
			if row.Series.Class != detector.ClassLine {
				continue
			}
			if part := r.Uint64N(row.Lines + 1); part > 0 && r.IntN(4) == 0 {
				add(row.Series, part)
				row.Lines -= part
			}
			add(row.Series, row.Lines)
		}
		rows := out[first:]
		r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	}
	return out
}

// judged is what the suite itself says of the buckets; the last one is not complete.
func judged(t *testing.T, buckets []detector.Bucket) string {
	t.Helper()
	texts := make(map[detector.ShapeID]string)
	w := world.New(world.Config{Seed: 3, Services: 4, Days: 2, Quiet: 1})
	for range buckets {
		b, _ := w.Next()
		for _, row := range b.Rows {
			texts[shapeOf(row.Series.Shape.String())] = row.Series.Shape.String()
		}
	}
	text := func(_ string, id detector.ShapeID) string { return texts[id] }
	tracker := incident.New(incident.Options{Bucket: world.Width, Text: text})
	shard := engine.NewShard(world.Width, anomaly.New(anomaly.Options{Text: text}), nil, tracker)
	found := &collector{}
	for i := range buckets {
		b := &buckets[i]
		changes := shard.Step
		if i == len(buckets)-1 {
			changes = func(b *detector.Bucket) []detector.Change { return shard.Peek(b, b.End()) }
		}
		for _, c := range changes(b) {
			found.take(c)
		}
	}
	var out strings.Builder
	if err := found.printJSON(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestSeriesIsTheSuite(t *testing.T) {
	testkit.OneGoroutine(t)
	const buckets = 11_000
	want := judged(t, lined(3, buckets))
	if n := strings.Count(want, "\n"); n < 5 {
		t.Fatalf("only %d incidents in the world: %s", n, want)
	}
	rows := table(3, buckets)
	const header = "timestamp,service,level,template,count\n"
	got := do(t, header+text(rows), []string{"-"}, series("10s"))
	if got.fault != nil || got.out != want {
		t.Errorf("%v: a table gives\n%s\nthe suite\n%s", got.fault, got.out, want)
	}

	// What comes late is told, ends silences, as what is missing may be among it, and changes nothing else.
	late := slices.Clone(rows)
	for i := range 40 {
		at := len(late)*9/10 + i
		late = slices.Insert(late, at, strings.Replace(late[at], late[at][:20], rows[len(rows)/2][:20], 1))
		cut := strings.LastIndexByte(late[at], ',')
		late[at] = late[at][:cut] + ",1000"
	}
	got = do(t, header+text(late), []string{"-"}, series("10s"))
	rest, told := begins(t, got.out)
	for _, page := range told {
		if page {
			t.Errorf("late rows page: %s", got.out)
		}
	}
	before, _ := begins(t, want)
	if len(told) == 0 || !slices.Equal(before, rest) {
		t.Errorf("%d incidents of late rows; beside them\n%+v\nwant\n%+v", len(told), rest, before)
	}
}

// begin is how an incident began.
type begin struct {
	ID, Service, Template string
	Kind                  detector.Kind
	Severity              detector.Severity
	Onset                 time.Time
	Opened                time.Time `json:"opened_at"`
}

// begins tells how each incident of an output began, but for those of late rows, of which it tells whether they page.
func begins(t *testing.T, out string) (list []begin, late []bool) {
	t.Helper()
	for line := range strings.Lines(out) {
		var in struct {
			begin
			Page bool
		}
		if err := json.Unmarshal([]byte(line), &in); err != nil {
			t.Fatal(err)
		}
		if in.Kind == detector.KindLate {
			late = append(late, in.Page)
		} else {
			list = append(list, in.begin)
		}
	}
	return list, late
}

func TestTheEndOfATableIsNoSilence(t *testing.T) {
	rows := counts(30)
	rows = rows[:len(rows)-400] // before the flood
	const header = "timestamp,service,level,template,count\n"
	if got := do(t, header+text(rows), []string{"-"}, series("10s")); got.fault != nil || got.out != "" {
		t.Errorf("%v: %s", got.fault, got.out)
	}
	gone := rows[:len(rows)-200]
	for _, row := range rows[len(rows)-200:] {
		if i := strings.IndexByte(row, ','); strings.Contains(row[i:], "slow") {
			gone = append(gone, row[:i]+",other,info,x,1")
		}
	}
	got := do(t, header+text(gone), []string{"-"}, series("10s"))
	if all := found(t, got.out); got.fault != nil || len(all) == 0 || all[0]["kind"] != "silence" || all[0]["service"] != "shop" {
		t.Errorf("a service that ends while another goes on: %v: %s", got.fault, got.out)
	}
}

func TestSeriesInWiderBuckets(t *testing.T) {
	fine := counts(20)
	var wide []string
	for _, row := range fine {
		i := strings.IndexByte(row, ',')
		at, err := time.Parse(time.RFC3339, row[:i])
		if err != nil {
			t.Fatal(err)
		}
		wide = append(wide, at.Truncate(time.Minute).Format(time.RFC3339)+row[i:])
	}
	const header = "timestamp,service,level,template,count\n"
	want := do(t, header+text(wide), []string{"-"}, series("1m"))
	got := do(t, header+text(fine), []string{"-"}, series("1m"))
	if want.fault != nil || len(found(t, want.out)) == 0 || got.out != want.out {
		t.Errorf("%v\n%s\nwant\n%s", want.fault, got.out, want.out)
	}
	for _, in := range found(t, want.out) {
		if at, err := time.Parse(time.RFC3339, in["opened_at"].(string)); err != nil || at.Second() != 0 {
			t.Errorf("opened within a bucket of a minute: %v", in)
		}
	}
}

// TestRowsOutOfOrderAreNotLate: a service whose clock is 45 s ahead, and one whose rows come a minute late, change nothing of what is
// said of the world.
func TestRowsOutOfOrderAreNotLate(t *testing.T) {
	testkit.OneGoroutine(t)
	const buckets = 11_000
	const header = "timestamp,service,level,template,count\n"
	rows := table(3, buckets)
	want := do(t, header+text(rows), []string{"-"}, series("10s"))
	if want.fault != nil || strings.Count(want.out, "\n") < 5 {
		t.Fatalf("%v: few incidents in the world: %s", want.fault, want.out)
	}
	place := func(row string) time.Time {
		at, rest, _ := strings.Cut(row, ",")
		service, _, _ := strings.Cut(rest, ",")
		came, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		return came.Add(map[string]time.Duration{"svc-00": -45 * time.Second, "svc-01": time.Minute}[service])
	}
	slices.SortStableFunc(rows, func(a, b string) int { return place(a).Compare(place(b)) })
	if got := do(t, header+text(rows), []string{"-"}, series("10s")); got.fault != nil || got.out != want.out {
		t.Errorf("%v: out of order the table gives\n%s\nin order\n%s", got.fault, got.out, want.out)
	}
}
