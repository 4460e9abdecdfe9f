package dashboards

import "errors"

// Errors that implementations of the interfaces below return, alone or wrapped. Every other error is shown as "away".
var (
	// ErrNotFound: there is no such incident, template or message.
	ErrNotFound = errors.New("not found")
	// ErrConflict: the act does not fit the state, as to acknowledge what is resolved. Its text is shown to the person.
	ErrConflict = errors.New("conflict")
	// ErrBadCursor: the cursor is not one that the same list gave out.
	ErrBadCursor = errors.New("the cursor is not one that this list gave out")
	// ErrInvalid: a value was refused. Its text is shown to the person.
	ErrInvalid = errors.New("invalid")
)

// Sources are the interfaces that the pages read.
type Sources struct {
	Incidents     Incidents
	Templates     Templates
	Counts        Counts
	Services      Services
	Rules         Rules
	Messages      Messages
	Health        HealthSource
	Deploys       Deploys
	Log           Log
	Connect       Connect
	Live          Live
	Mutes         Mutes
	Sensitivities Sensitivities
	Audit         Audit
	Routes        Routes // nil: the page of an incident does not tell of routes
	Keys          Keys
}
