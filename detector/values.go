package detector

// FieldValue is a value of a field that is over-represented among an incident's lines, or missing from them, against
// the time before.
type FieldValue struct {
	Field  string  `json:"field"`
	Value  string  `json:"value"`
	Share  float64 `json:"share"`  // of the lines since the onset that have the field, 0 to 1
	Before float64 `json:"before"` // of those in the time before
	Lines  uint64  `json:"lines"`  // that have it, since the onset; beyond a few hundred a bucket an estimate
}

// Decides reports that most lines have the value and that far fewer had it before: it tells this incident from others.
func (v FieldValue) Decides() bool { return v.Share >= .6 && v.Before <= v.Share/2 }
