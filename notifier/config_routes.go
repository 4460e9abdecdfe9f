package notifier

import (
	"github.com/tocsin-io/tocsin/detector"
)

// RouteConfig sends what matches to receivers. A route with one of the keys from group_by on keeps state in the store.
type RouteConfig struct {
	Name       string              `yaml:"name,omitempty" json:"name,omitempty"`             // by which its state is kept; default routes[N]
	Match      string              `yaml:"match,omitempty" json:"match,omitempty"`           // an expr over the incident's labels; empty matches all
	Severities []detector.Severity `yaml:"severities,omitempty" json:"severities,omitempty"` // default: page
	Receivers  []string            `yaml:"receivers" json:"receivers"`                       // names; an empty list stops here and tells nobody
	Mention    []string            `yaml:"mention,omitempty" json:"mention,omitempty"`       // as of a Slack receiver, instead of its own
	Continue   bool                `yaml:"continue,omitempty" json:"continue,omitempty"`     // go on with the next route

	GroupBy       []string           `yaml:"group_by,omitempty" json:"group_by,omitempty"`             // incidents with the same values of these labels share a message
	GroupWait     *detector.Duration `yaml:"group_wait,omitempty" json:"group_wait,omitempty"`         // how long a group collects before its first message; default 30s
	GroupInterval *detector.Duration `yaml:"group_interval,omitempty" json:"group_interval,omitempty"` // between its further messages; default 5m
	Repeat        detector.Duration  `yaml:"repeat,omitempty" json:"repeat,omitempty"`                 // remind so often while it is open and nobody has acknowledged; default: never
	MuteTimes     []string           `yaml:"mute_times,omitempty" json:"mute_times,omitempty"`         // calendars during which it wakes nobody
	Escalate      []EscalateConfig   `yaml:"escalate,omitempty" json:"escalate,omitempty"`             // whom to tell next while nobody has acknowledged
	Budget        int                `yaml:"budget,omitempty" json:"budget,omitempty"`                 // pages a week; what is beyond stands in one list. Default: unbounded
	Digest        *DigestConfig      `yaml:"digest,omitempty" json:"digest,omitempty"`                 // tell once a day, in one list
}

// EscalateConfig is a step of escalation.
type EscalateConfig struct {
	After     detector.Duration `yaml:"after" json:"after"` // without an acknowledgement since the opening
	Receivers []string          `yaml:"receivers" json:"receivers"`
}

// DigestConfig says when a digest is sent.
type DigestConfig struct {
	At   string `yaml:"at" json:"at"`                         // time of day: 09:00
	Zone string `yaml:"zone,omitempty" json:"zone,omitempty"` // default: time_zone
}

// CalendarConfig is a part of a named calendar: the times at which all that is given here holds.
type CalendarConfig struct {
	Weekdays []string `yaml:"weekdays,omitempty" json:"weekdays,omitempty"` // sat, mon-fri
	Dates    []string `yaml:"dates,omitempty" json:"dates,omitempty"`       // 2026-12-24, 12-25 (every year), 12-24/01-02 (both ends are in it)
	Times    []string `yaml:"times,omitempty" json:"times,omitempty"`       // 18:00-08:00; over midnight it belongs to the day on which it begins
	Zone     string   `yaml:"zone,omitempty" json:"zone,omitempty"`         // default: time_zone
}
