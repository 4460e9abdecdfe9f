package dashboards

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
)

// secretView is what to do about a secret, and where it lies.
type secretView struct {
	Steps  []secretStep
	Places []placeRow
	When   chartView
}

type secretStep struct {
	Head, Text, When string
	Code             string
	Done             bool
	Note             string // the note that ticks it
}

type placeRow struct {
	Topic     string
	Partition int
	Offsets   string
	All       string // every run; Offsets leaves some out
	Lines     string
}

// secret builds the steps. A ticked step is a note of the timeline, so that everybody sees it.
func secret(i *detector.Incident, c clock, broker string) *secretView {
	v := &secretView{Places: places(i.Places)}
	kind := "secret"
	if i.Secret != nil {
		kind = strings.ReplaceAll(i.Secret.Kind, "-", " ")
	}
	steps := []secretStep{
		{Head: "Rotate the " + kind, Text: "The one that " + i.Service + " uses. Do this first: whoever read the topic has it.", When: "first"},
		{Head: "Stop the writing", Text: "Roll back, or set the level so that " + i.Service + " does not log it.", When: "next"},
	}
	if len(v.Places) > 0 {
		steps = append(steps, secretStep{
			Head: "Purge the topic", When: "then", Code: purge(i.Places, broker),
			Text: "Deletes all that these partitions hold up to these offsets, other lines too. tocsin has counted them; its counts stay.",
		})
	}
	steps = append(steps,
		secretStep{Head: "Purge the copies", Text: "Ask the owners of whatever else reads the topic: archives, search, warehouses.", When: "then"},
		secretStep{Head: "Look for use", Text: "Uses of that " + kind + " since " + c.zoned(i.Onset) + ".", When: "last"},
	)
	for k := range steps {
		steps[k].Note = "Done: " + steps[k].Head
		steps[k].Done = slices.ContainsFunc(i.Timeline, func(e detector.Entry) bool {
			return e.Kind == detector.EntryNote && e.Text == steps[k].Note
		})
	}
	v.Steps = steps
	return v
}

// shownSpans is how many runs of offsets of a partition a row names before it names the last one.
const shownSpans = 6

// places makes a row for each partition.
func places(at []detector.Span) []placeRow {
	var rows []placeRow
	for len(at) > 0 {
		n := slices.IndexFunc(at, func(s detector.Span) bool { return s.Topic != at[0].Topic || s.Partition != at[0].Partition })
		if n < 0 {
			n = len(at)
		}
		row := placeRow{Topic: at[0].Topic, Partition: at[0].Partition}
		var lines uint64
		var all []string
		for _, s := range at[:n] {
			lines += s.Lines
			all = append(all, offsets(s))
		}
		row.Lines, row.All = count(lines), strings.Join(all, ", ")
		row.Offsets = row.All
		if n > shownSpans+1 {
			row.Offsets = strings.Join(all[:shownSpans], ", ") + " … " + all[n-1]
		}
		rows, at = append(rows, row), at[n:]
	}
	return rows
}

// offsets names a run, and how many of its offsets hold the secret where not all do.
func offsets(s detector.Span) string {
	if s.From == s.To {
		return strconv.FormatInt(s.From, 10)
	}
	text := strconv.FormatInt(s.From, 10) + "–" + strconv.FormatInt(s.To, 10)
	if s.Lines < uint64(s.To-s.From)+1 {
		text += " (" + count(s.Lines) + " of them)"
	}
	return text
}

// purge is a command that deletes the partitions up to the last line with the secret.
func purge(at []detector.Span, broker string) string {
	type partition struct {
		Topic     string `json:"topic"`
		Partition int    `json:"partition"`
		Offset    int64  `json:"offset"` // the first one that stays
	}
	var list []partition
	for _, s := range at { // in order, so the last span of a partition is the one that counts
		p := partition{s.Topic, s.Partition, s.To + 1}
		if n := len(list); n > 0 && list[n-1].Topic == p.Topic && list[n-1].Partition == p.Partition {
			list[n-1] = p
		} else {
			list = append(list, p)
		}
	}
	var b strings.Builder
	b.WriteString("cat > purge.json <<'E'\n{\"version\":1,\"partitions\":[\n")
	for k, p := range list {
		row, _ := json.Marshal(p) // a struct of text and numbers
		b.WriteString(" " + string(row))
		if k < len(list)-1 {
			b.WriteString(",")
		}
		b.WriteString("\n")
	}
	b.WriteString("]}\nE\nkafka-delete-records.sh --bootstrap-server " + broker + " \\\n  --offset-json-file purge.json")
	return b.String()
}
