package detector

import "slices"

// Kind is what is wrong.
type Kind string

// The kinds of incidents.
const (
	KindSurge       Kind = "surge"
	KindErrorSpike  Kind = "error_spike"
	KindFall        Kind = "fall"
	KindSilence     Kind = "silence"
	KindNewError    Kind = "new_error"
	KindMaskedError Kind = "masked_error"
	KindRamp        Kind = "ramp"
	KindMix         Kind = "mix"
	KindLatency     Kind = "latency"
	KindVolume      Kind = "volume"
	KindSecret      Kind = "secret"
	KindLoss        Kind = "loss"
	KindRule        Kind = "rule"
	KindNewTemplate Kind = "new_template"
	KindSkew        Kind = "skew"
	KindLate        Kind = "late"
)

// Kinds lists every kind, in the order of the documentation.
func Kinds() []Kind {
	return []Kind{
		KindSurge, KindErrorSpike, KindFall, KindSilence, KindNewError, KindMaskedError, KindRamp, KindMix,
		KindLatency, KindVolume, KindSecret, KindLoss, KindRule, KindNewTemplate, KindSkew, KindLate,
	}
}

// Valid reports whether k is one of the kinds.
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// KindNames are the kinds as a configuration or an expression writes them.
func KindNames() []string {
	kinds := Kinds()
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = string(k)
	}
	return names
}

// Critical reports whether somebody must hear of the kind, whatever is worked on: secrets and lost input are silenced and
// collapsed only where one says so in so many words.
func (k Kind) Critical() bool { return k == KindSecret || k == KindLoss }

// Lasting reports whether a person's word that an incident was expected holds for the next one of its series and kind where
// the person says no more than that. It does where the series says all about it: a string that is no secret, an error or a
// template that is known by now. A surge that was expected yesterday may be an outage today, so there the word is about that
// one incident.
func (k Kind) Lasting() bool {
	switch k {
	case KindSecret, KindNewError, KindNewTemplate:
		return true
	}
	return false
}

// DefaultSeverity is the severity of a kind where nothing else is configured: page, but notice for new templates,
// skewed clocks and late lines.
func (k Kind) DefaultSeverity() Severity {
	switch k {
	case KindNewTemplate, KindSkew, KindLate:
		return SeverityNotice
	}
	return SeverityPage
}

// Severity says what is done about an incident.
type Severity string

// The severities, worst first.
const (
	SeverityPage   Severity = "page"   // somebody is woken
	SeverityNotice Severity = "notice" // somebody is told
	SeverityRecord Severity = "record" // it is written down
)

// Valid reports whether s is one of the severities.
func (s Severity) Valid() bool {
	return s == SeverityPage || s == SeverityNotice || s == SeverityRecord
}
