package dashboards

// originRow is a host with its share of a service's lines.
type originRow struct {
	Name      string
	Share     float64
	ShareText string
}

// mostOrigins is how many hosts a page shows.
const mostOrigins = 60

func originRows(all []Origin) []originRow {
	rows := make([]originRow, 0, min(len(all), mostOrigins))
	for _, o := range all[:min(len(all), mostOrigins)] {
		rows = append(rows, originRow{o.Name, o.Share, wholePercent(o.Share)})
	}
	return rows
}

// originFacts are from how many hosts a service logs, and which version it says it is. What no line names is left out.
func originFacts(from Origins) []fact {
	var out []fact
	if n := len(from.Hosts); n > 0 {
		f := fact{Label: "Hosts", Figure: hostCount(from), Line: from.Hosts[0].Name, URL: "#hosts"}
		if n > 1 {
			f.Line = wholePercent(from.Hosts[0].Share) + " from " + from.Hosts[0].Name
		}
		out = append(out, f)
	}
	if n := len(from.Versions); n > 0 {
		f := fact{Label: "Version", Figure: from.Versions[0].Name, Line: "of all its lines that name one"}
		if n > 1 {
			f.Line = wholePercent(from.Versions[0].Share) + "; " + from.Versions[1].Name + " " + wholePercent(from.Versions[1].Share)
		}
		out = append(out, f)
	}
	return out
}
