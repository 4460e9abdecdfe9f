package detector

// Basis is what an expectation rests on: one of its fields is set, or none where that cannot be told.
type Basis struct {
	Days int      `json:"days,omitempty"` // on which the same time of day was seen, where the daily profile decided
	Last Duration `json:"last,omitempty"` // where none did: the time before, by which the level is known
}
