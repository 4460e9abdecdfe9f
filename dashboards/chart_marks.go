package dashboards

import (
	"slices"
	"time"
)

// mark is something that happened, on the time axis of a chart.
type mark struct {
	at    time.Time
	icon  string // of the sprite
	class string // deploy, onset, detected, page, ack, resolved
	label string
	brief string // the label of a narrow chart
	left  bool   // the label stands left of the line
	row   int    // wished row of the label, 0 is the top
}

// charWidth is about the width of a character of an 11 px label: labels are placed without measuring them.
const charWidth = 5.9

// placed is a mark with where its label goes; an empty text gives way to the timeline.
type placed struct {
	mark
	x     float64
	text  string
	atRow int
	end   string // anchor
	textX float64
}

// placeMarks sets labels in rows, never over one another: on the wished side and row if there is room, else on the
// other side or in another row, else not at all, as the timeline below says it too. Earlier ones go first.
func placeMarks(marks []mark, f frame, rows int, narrow bool) []placed {
	slices.SortStableFunc(marks, func(a, b mark) int { return a.at.Compare(b.at) })
	type extent struct{ a, b float64 }
	taken := make([][]extent, rows)
	free := func(row int, e extent) bool {
		if e.a < 4 || e.b > f.x1+10 {
			return false
		}
		for _, t := range taken[row] {
			if e.a < t.b+6 && t.a < e.b+6 {
				return false
			}
		}
		return true
	}
	var out []placed
	for _, m := range marks {
		if m.at.Before(f.from) || m.at.After(f.from.Add(f.length)) {
			continue
		}
		p := placed{mark: m, x: f.x(m.at), atRow: min(m.row, rows-1)}
		text := m.label
		if narrow && m.brief != "" {
			text = m.brief
		}
		w := float64(len([]rune(text))) * charWidth
	search:
		for _, left := range []bool{m.left, !m.left} {
			for k := range rows {
				row := (p.atRow + k) % rows
				e := extent{p.x - 8, p.x + 11 + w}
				if left {
					e = extent{p.x - 11 - w, p.x + 8}
				}
				if !free(row, e) {
					continue
				}
				taken[row] = append(taken[row], e)
				p.text, p.atRow, p.end, p.textX = text, row, "start", p.x+11
				if left {
					p.end, p.textX = "end", p.x-11
				}
				break search
			}
		}
		if p.text == "" {
			taken[p.atRow] = append(taken[p.atRow], extent{p.x - 8, p.x + 8})
		}
		out = append(out, p)
	}
	return out
}
