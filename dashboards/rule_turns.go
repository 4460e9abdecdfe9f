package dashboards

// ruleTurnRow is an evaluation of a rule: what was compared, and what came of it.
type ruleTurnRow struct {
	At              stamp
	Value, Reason   string
	Holds           bool
	From, To, Class string // From is empty where it moved nothing
}

// fillTurns shows the evaluations of the series that matters most: the first that has any, as firing ones come first.
func (v *ruleView) fillTurns(rule *Rule, c clock) {
	for _, st := range rule.States {
		if len(st.Turns) == 0 {
			continue
		}
		v.TurnsOf = st.name()
		for _, t := range st.Turns {
			row := ruleTurnRow{At: c.stamp(t.At, c.dayIfOther(t.At)+c.hms(t.At)), Value: noData, Reason: t.Reason, Holds: t.Holds, To: t.To}
			if t.Value != nil {
				row.Value = figure(*t.Value)
			}
			if t.From != t.To {
				row.From = t.From
			}
			if t.To == "firing" {
				row.Class = v.Severity.Class
			}
			v.Turns = append(v.Turns, row)
		}
		return
	}
}
