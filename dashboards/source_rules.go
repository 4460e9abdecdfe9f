package dashboards

import (
	"context"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// Rules lists the alert rules as they run.
type Rules interface {
	// ListRules returns every loaded rule, and what is wrong with the files, if anything is.
	ListRules(ctx context.Context) (RuleSet, error)
	// TryRules checks rules as a file would hold them, and shows what they would have sent since a time, judged by the engine
	// that judges live traffic. It ends within 30 s, with what was judged until then. Nothing is kept. ErrConflict while another
	// trial runs.
	TryRules(ctx context.Context, text string, from time.Time) (RuleTrial, error)
}

// RuleTrial is what came of a trial.
type RuleTrial struct {
	Problems []string // file:line:column, what is wrong, and how to mend it
	Refused  bool     // one of them is an error: nothing was judged
	Lines    uint64
	From, To time.Time // of what was judged; zero where nothing of the time that was asked for was
	Cut      bool      // there was no time for more
	Pages    []TriedPage
}

// TriedPage is a message that a rule would have sent.
type TriedPage struct {
	At, Until time.Time // Until is zero while it lasts
	Rule      string
	Severity  detector.Severity
	Again     bool
	Title     string
}

// RuleSet is the rules as they run. Problem tells why the files as they are now were refused, or is empty.
type RuleSet struct {
	Rules    []Rule
	LoadedAt time.Time
	Version  string // 12 hex digits of what the files say; the audit names it at each reload
	Problem  string
	Part     bool // other replicas judge series of their own, of which nothing is known here
}

// Rule is a rule with its state.
type Rule struct {
	Name        string
	File        string // file:line
	Line        int
	Severity    detector.Severity
	Definition  string // the YAML of the rule
	When        string // the text of `when`
	If          string // the text of `if`
	Runbook     string
	States      []RuleState // one for each series
	Evaluations uint64
	Errors      uint64
	LastError   string
	Cost        time.Duration // of one evaluation of `when`, on average; 0 where it is not known
}

// RuleTurn is an evaluation of a series. From and To are the same where it moved nothing.
type RuleTurn struct {
	At       time.Time
	Value    *float64 // nil: there was nothing to measure
	Holds    bool     // what the condition said
	From, To string
	Reason   string // what was compared
}

// RuleState is one series of a rule.
type RuleState struct {
	Key      string   // prod / checkout-k2mvq
	State    string   // inactive, pending or firing
	Value    *float64 // nil: there was nothing to measure
	Expected *float64
	Since    time.Time  // when the state was entered; zero where it never changed
	Reason   string     // why it is in this state: "701 > 50"
	Turns    []RuleTurn // its last evaluation, where it fires or is pending, and those that moved it, newest first
}

// name is the series as pages show it.
func (st *RuleState) name() string {
	if st.Key == "" {
		return "all lines"
	}
	return st.Key
}
