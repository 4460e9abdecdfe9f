package dashboards

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// placesCSV is where the lines of an incident lie, for whoever purges them: a row for each run of offsets, with the number of its
// offsets that hold one.
func (s *Server) placesCSV(w http.ResponseWriter, r *http.Request) {
	i, err := s.src.Incidents.Incident(r.Context(), r.PathValue("id"))
	if err != nil {
		s.failWith(w, r, "incident", err)
		return
	}
	var b strings.Builder
	out := csv.NewWriter(&b)
	rows := [][]string{{"topic", "partition", "first_offset", "last_offset", "lines"}}
	for _, p := range i.Places {
		rows = append(rows, []string{plainCell(p.Topic), strconv.Itoa(p.Partition), strconv.FormatInt(p.From, 10), strconv.FormatInt(p.To, 10), strconv.FormatUint(p.Lines, 10)})
	}
	if err := out.WriteAll(rows); err != nil {
		s.failWith(w, r, "places", err)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", "incident-"+fileName(shortID(i.ID))+"-places.csv"))
	w.Write(clean([]byte(b.String())))
}

// plainCell is a text that no spreadsheet takes for a formula.
func plainCell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
