// Package config reads tocsin.yml: strict YAML in which ${NAME} stands for a variable of the environment and
// ${file:/path} for what a file holds. Every fault has file, line, column and a mend.
package config

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/redact"
	"github.com/tocsin-io/tocsin/detector/template"
	"github.com/tocsin-io/tocsin/notifier"
)

// Config is the whole configuration. Every option is shown in cmd/tocsin/tocsin.example.yml.
type Config struct {
	Listen      string                    `yaml:"listen"`      // address of the dashboard
	URL         string                    `yaml:"url"`         // how people reach the dashboard; used in links
	SignIn      SignIn                    `yaml:"sign_in"`     // who may use the dashboard
	Data        string                    `yaml:"data"`        // directory of the embedded broker and stores
	Environment string                    `yaml:"environment"` // of events that name none
	TimeZone    string                    `yaml:"time_zone"`   // of times in messages to people, e.g. Europe/Berlin
	Kafka       Kafka                     `yaml:"kafka"`
	Embedded    Embedded                  `yaml:"embedded"`
	Redis       Redis                     `yaml:"redis"`
	Store       Store                     `yaml:"store"`
	Decode      Decode                    `yaml:"decode"`
	Redact      Redact                    `yaml:"redact"`
	Templates   Templates                 `yaml:"templates"`
	Detection   Detection                 `yaml:"detection"`
	Rules       Rules                     `yaml:"rules"`
	Retention   Retention                 `yaml:"retention"`
	Cost        Cost                      `yaml:"cost"`
	Links       []Link                    `yaml:"links"` // beside every incident
	Log         Log                       `yaml:"log"`
	Receivers   []notifier.ReceiverConfig `yaml:"receivers"`
	Routes      []notifier.RouteConfig    `yaml:"routes"`
	Calendars   Calendars                 `yaml:"calendars"` // times by name, for mute_times of routes
}

// Calendars are named times.
type Calendars = map[string][]notifier.CalendarConfig

// Notifier is what of it the notifier needs.
func (c *Config) Notifier() notifier.Config {
	return notifier.Config{Receivers: c.Receivers, Routes: c.Routes, Calendars: c.Calendars, TimeZone: c.TimeZone}
}

// Kafka says where the log topics are. Without brokers the embedded one is used.
type Kafka struct {
	Brokers        []string `yaml:"brokers"`
	Topics         []string `yaml:"topics"`
	TopicPattern   string   `yaml:"topic_pattern"` // a regular expression, instead of topics
	Group          string   `yaml:"group"`
	SessionTimeout Duration `yaml:"session_timeout"`
	TLS            TLS      `yaml:"tls"`
	SASL           SASL     `yaml:"sasl"`
}

// TLS of a connection.
type TLS struct {
	Enabled    bool   `yaml:"enabled"`
	CA         string `yaml:"ca"`   // file with certificates of authorities; empty: those of the system
	Cert       string `yaml:"cert"` // file with the client's certificate
	Key        string `yaml:"key"`  // file with its key
	ServerName string `yaml:"server_name"`
}

// SASL is how the client tells a broker who it is.
type SASL struct {
	Mechanism string `yaml:"mechanism"` // plain, scram-sha-256, scram-sha-512
	Username  string `yaml:"username"`
	Password  Secret `yaml:"password"`
}

// Embedded is the broker inside the process.
type Embedded struct {
	Listen     string   `yaml:"listen"`
	Topic      string   `yaml:"topic"`
	Partitions int      `yaml:"partitions"`
	Retention  Duration `yaml:"retention"`
	MaxBytes   Bytes    `yaml:"max_bytes"` // of the log, all partitions together
	Sync       bool     `yaml:"sync"`      // a batch is on the disk before it is acknowledged, not within a second
}

// Redis says where counts are kept. Without addresses they are kept in the store.
type Redis struct {
	Addresses  []string `yaml:"addresses"` // one: single; several: cluster, or sentinels where master_name is given
	MasterName string   `yaml:"master_name"`
	Cluster    bool     `yaml:"cluster"` // also with one address
	Username   string   `yaml:"username"`
	Password   Secret   `yaml:"password"`
	Sentinel   Sentinel `yaml:"sentinel"`
	DB         int      `yaml:"db"`
	Prefix     string   `yaml:"prefix"`
	TLS        TLS      `yaml:"tls"`
}

// Sentinel is who tocsin is to the sentinels, where they ask.
type Sentinel struct {
	Username string `yaml:"username"`
	Password Secret `yaml:"password"`
}

// Store says where incidents are kept. Without a URL it is SQLite in the data directory.
type Store struct {
	URL Secret `yaml:"url"` // postgres://user:password@host:5432/database
}

// Decode says how records are understood.
type Decode struct {
	Pins     map[string]string `yaml:"pins"` // topic: format
	MaxEvent Bytes             `yaml:"max_event"`
	Lateness Duration          `yaml:"lateness"` // how long a bucket waits for lines
}

// Redact adds to what is redacted by default.
type Redact struct {
	Keys        []string        `yaml:"keys"`  // further names of keys whose values are secret
	Allow       []string        `yaml:"allow"` // keys whose values are none, whatever they look like
	Patterns    []RedactPattern `yaml:"patterns"`
	Fingerprint Secret          `yaml:"fingerprint_key"` // keys the fingerprints; made and kept in the store where empty
}

// RedactPattern is a pattern of one's own.
type RedactPattern struct {
	Kind  string `yaml:"kind"`
	Match string `yaml:"match"` // a regular expression (RE2); its first group, if it has one, is what is removed
}

// Pattern is the pattern as the redactor takes it.
func (p RedactPattern) Pattern() redact.Pattern { return redact.Pattern{Kind: p.Kind, Match: p.Match} }

// Templates bounds and names templates.
type Templates struct {
	MaxShapes int               `yaml:"max_shapes"` // for each service and level
	Patterns  []TemplatePattern `yaml:"patterns"`   // of one's own, tried in order before anything is learned
	Names     map[string]string `yaml:"names"`      // of learned templates: template id to what people call it
}

// TemplatePattern pins a template: a message that it matches whole has this template.
type TemplatePattern struct {
	Name    string `yaml:"name"`    // what people call it; optional
	Service string `yaml:"service"` // only of this service; empty: of all
	Match   string `yaml:"match"`   // the message with <*> for what varies and <=> for what makes templates of their own
}

// Pattern is the pattern as the template stage takes it.
func (p TemplatePattern) Pattern() template.Pattern {
	return template.Pattern{Name: p.Name, Service: p.Service, Match: p.Match}
}

// Detection tunes the detectors.
type Detection struct {
	Sensitivity string               `yaml:"sensitivity"` // of pages: quiet, normal, keen
	Notices     string               `yaml:"notices"`     // of notices, the same words; empty: as pages
	Services    []ServiceSensitivity `yaml:"services"`    // where one differs from that
	MaxLate     Duration             `yaml:"max_late"`    // nothing older is paged
	Start       string               `yaml:"start"`       // where an unknown partition is read from: earliest, latest, or how far back, as 36h
}

// History is how far back an unknown partition is read: 0 for all that it holds, below 0 for nothing.
func (d Detection) History() time.Duration {
	switch d.Start {
	case "earliest":
		return 0
	case "latest":
		return -1
	}
	back, err := detector.ParseDuration(d.Start)
	if err != nil || back <= 0 {
		return 0 // Validate told
	}
	return back
}

// ServiceSensitivity is the sensitivity of one service. What a person sets in the dashboard comes before it.
type ServiceSensitivity struct {
	Service     string `yaml:"service"`
	Sensitivity string `yaml:"sensitivity"`
	Notices     string `yaml:"notices"`
}

// Cost is what logging costs, for the page of noise.
type Cost struct {
	PerGB    float64 `yaml:"per_gb"`   // of 1,000,000,000 bytes as they were sent; 0: costs are not shown
	Currency string  `yaml:"currency"` // a sign or a code, as it stands behind a number
}

// Link is a button on the page of an incident that leads to another tool. What stands in braces in its address is filled in;
// dashboards.Link says what there is.
type Link struct {
	Name string `yaml:"name"`
	URL  string `yaml:"url"`
}

// Rules says which rules are evaluated.
type Rules struct {
	Files []string `yaml:"files"` // paths and patterns, relative to the configuration
	Packs bool     `yaml:"packs"` // the default rules
}

// Retention says how long things are kept.
type Retention struct {
	Fine      Duration `yaml:"fine"`      // 10 s buckets
	Coarse    Duration `yaml:"coarse"`    // 5 min buckets
	Incidents Duration `yaml:"incidents"` // incidents, messages and audit
	Unheard   Duration `yaml:"unheard"`   // until what is open and nothing is heard of any more expires
}

// Log is tocsin's own log, on standard error.
type Log struct {
	Level  string `yaml:"level"`  // debug, info, warn, error
	Format string `yaml:"format"` // text, json
}

// Default is what holds where the file says nothing.
func Default() Config {
	return Config{
		Listen: "127.0.0.1:8642",
		SignIn: SignIn{
			Idle: Duration(12 * time.Hour), Longest: Duration(7 * 24 * time.Hour),
			OIDC: OIDC{Scopes: []string{"profile", "email", "groups"}, NameClaim: "email", RoleClaim: "groups"},
		},
		Kafka: Kafka{Topics: []string{"logs"}, Group: "tocsin", SessionTimeout: Duration(10 * time.Second)},
		Embedded: Embedded{
			Listen: "127.0.0.1:9092", Topic: "logs", Partitions: 4,
			Retention: Duration(48 * time.Hour), MaxBytes: 4 << 30,
		},
		Redis:     Redis{Prefix: "tocsin"},
		Decode:    Decode{MaxEvent: 256 << 10, Lateness: Duration(5 * time.Second)},
		Templates: Templates{MaxShapes: 4096},
		Detection: Detection{Sensitivity: "normal", MaxLate: Duration(time.Hour), Start: "earliest"},
		Retention: Retention{
			Fine: Duration(48 * time.Hour), Coarse: Duration(35 * 24 * time.Hour), Incidents: Duration(400 * 24 * time.Hour),
			Unheard: Duration(7 * 24 * time.Hour),
		},
		Rules: Rules{Packs: true},
		Log:   Log{Level: "info", Format: "text"},
	}
}

// Duration is a time span written as 30s, 5m, 2h, 7d.
type Duration = detector.Duration
