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
	Lines     string
}

// secret builds the steps. A ticked step is a note of the timeline, so that everybody sees it.
func secret(i *detector.Incident, c clock, broker string) *secretView {
	v := &secretView{Places: places(i.Positions)}
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
			Head: "Purge the topic", When: "then", Code: purge(i.Positions, broker),
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

// places groups positions by partition.
func places(at []detector.Position) []placeRow {
	type key struct {
		topic string
		id    int
	}
	offsets := map[key][]int64{}
	var keys []key
	for _, p := range at {
		k := key{p.Topic, p.Partition}
		if offsets[k] == nil {
			keys = append(keys, k)
		}
		offsets[k] = append(offsets[k], p.Offset)
	}
	slices.SortFunc(keys, func(a, b key) int {
		if a.topic != b.topic {
			return strings.Compare(a.topic, b.topic)
		}
		return a.id - b.id
	})
	var rows []placeRow
	for _, k := range keys {
		list := offsets[k]
		slices.Sort(list)
		list = slices.Compact(list)
		var words []string
		for n, o := range list {
			if n == 3 && len(list) > 4 {
				words = append(words, "…", strconv.FormatInt(list[len(list)-1], 10))
				break
			}
			words = append(words, strconv.FormatInt(o, 10))
		}
		rows = append(rows, placeRow{k.topic, k.id, strings.ReplaceAll(strings.Join(words, ", "), ", …, ", " … "), count(len(list))})
	}
	return rows
}

// purge is a command that deletes the partitions up to the last line with the secret.
func purge(at []detector.Position, broker string) string {
	type partition struct {
		Topic     string `json:"topic"`
		Partition int    `json:"partition"`
		Offset    int64  `json:"offset"` // the first one that stays
	}
	var list []partition
	for _, p := range at {
		k := slices.IndexFunc(list, func(q partition) bool { return q.Topic == p.Topic && q.Partition == p.Partition })
		if k < 0 {
			list = append(list, partition{p.Topic, p.Partition, p.Offset + 1})
		} else {
			list[k].Offset = max(list[k].Offset, p.Offset+1)
		}
	}
	slices.SortFunc(list, func(a, b partition) int { return a.Partition - b.Partition })
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
