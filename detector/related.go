package detector

import "time"

// Relation is what one incident is to another of a different service.
type Relation struct {
	To   string // id of the incident that explains it, or that it is linked to; empty: it stands for itself again
	Why  string // plain words: what they share
	Link bool   // linked only: both were told
}

// Related is an incident of another service that has the same cause, as far as can be told.
type Related struct {
	ID      string    `json:"id"`
	Kind    Kind      `json:"kind"`
	Service string    `json:"service"`
	Onset   time.Time `json:"onset"`
	Why     string    `json:"why"` // plain words: what they share
}

// MaxRelated bounds the related incidents that an incident names.
const MaxRelated = 50
