package notifier

import "strings"

// PagerDutyConfig sends events to PagerDuty (Events API v2). An incident is one alert, by its id.
type PagerDutyConfig struct {
	RoutingKey Secret `yaml:"routing_key" json:"routing_key"`     // integration key of a service
	URL        string `yaml:"url,omitempty" json:"url,omitempty"` // default https://events.pagerduty.com/v2/enqueue
}

// OpsgenieConfig sends alerts to Opsgenie (Alert API v2). An incident is one alert, by its id.
type OpsgenieConfig struct {
	APIKey Secret `yaml:"api_key" json:"api_key"`
	URL    string `yaml:"url,omitempty" json:"url,omitempty"` // default https://api.opsgenie.com; in Europe https://api.eu.opsgenie.com
}

// AlertmanagerConfig sends alerts to a Prometheus Alertmanager (API v2), so that an existing set-up routes them.
type AlertmanagerConfig struct {
	URL    Secret            `yaml:"url" json:"url"`                           // of the Alertmanager, without /api/v2
	Token  Secret            `yaml:"token,omitempty" json:"token,omitempty"`   // bearer
	Labels map[string]string `yaml:"labels,omitempty" json:"labels,omitempty"` // added to every alert
}

// TeamsConfig posts to a Microsoft Teams workflow ("When a Teams webhook request is received").
type TeamsConfig struct {
	URL Secret `yaml:"url" json:"url"`
}

// DiscordConfig posts to a Discord webhook. The message of an incident is edited as the incident changes.
type DiscordConfig struct {
	URL Secret `yaml:"url" json:"url"`
}

// TelegramConfig posts as a Telegram bot. The message of an incident is edited, and answered when it resolves.
type TelegramConfig struct {
	Token Secret `yaml:"token" json:"token"`
	Chat  string `yaml:"chat" json:"chat"`                           // id, or @name of a channel
	URL   string `yaml:"api_url,omitempty" json:"api_url,omitempty"` // default https://api.telegram.org
}

// NtfyConfig publishes to a topic of ntfy.
type NtfyConfig struct {
	URL   Secret `yaml:"url,omitempty" json:"url,omitempty"` // of the server; default https://ntfy.sh
	Topic Secret `yaml:"topic" json:"topic"`                 // whoever knows it can read it
	Token Secret `yaml:"token,omitempty" json:"token,omitempty"`
}

// GrafanaConfig marks incidents in Grafana as annotations, on one dashboard or for all that ask for the tag tocsin.
type GrafanaConfig struct {
	URL       Secret   `yaml:"url" json:"url"`                                         // of Grafana, without /api
	Token     Secret   `yaml:"token" json:"token"`                                     // of a service account, with annotations:write and annotations:read
	Dashboard string   `yaml:"dashboard_uid,omitempty" json:"dashboard_uid,omitempty"` // default: the organisation
	Tags      []string `yaml:"tags,omitempty" json:"tags,omitempty"`                   // added to tocsin, incident:ID, kind:, service:, environment:, severity: and status:
}

// EmailConfig sends e-mail through an SMTP server. Openings, reopenings and resolvings are sent, in one thread.
type EmailConfig struct {
	Server   string   `yaml:"server" json:"server"`                       // host:port; 587 and 25 for starttls, 465 for tls
	TLS      string   `yaml:"tls,omitempty" json:"tls,omitempty"`         // starttls (default), tls, or none; none takes no password
	CA       string   `yaml:"ca_file,omitempty" json:"ca_file,omitempty"` // certificates to trust instead of the system's
	Username string   `yaml:"username,omitempty" json:"username,omitempty"`
	Password Secret   `yaml:"password,omitempty" json:"password,omitempty"`
	From     string   `yaml:"from" json:"from"` // address, with or without a name
	To       []string `yaml:"to" json:"to"`
}

// Kind names the receiver's kind by its key in the configuration; empty where none or several are given.
func (r ReceiverConfig) Kind() string {
	if kinds := r.kinds(); len(kinds) == 1 {
		return kinds[0]
	}
	return ""
}

// Kinds lists the kinds of receivers by their keys in the configuration.
func Kinds() []string {
	return []string{"slack", "slack_webhook", "webhook", "pagerduty", "opsgenie", "alertmanager", "teams", "discord", "telegram", "ntfy", "grafana", "email"}
}

func (r ReceiverConfig) kinds() []string {
	var kinds []string
	for i, set := range []bool{
		r.Slack != nil, r.SlackWebhook != nil, r.Webhook != nil, r.PagerDuty != nil, r.Opsgenie != nil, r.Alertmanager != nil,
		r.Teams != nil, r.Discord != nil, r.Telegram != nil, r.Ntfy != nil, r.Grafana != nil, r.Email != nil,
	} {
		if set {
			kinds = append(kinds, Kinds()[i])
		}
	}
	return kinds
}

// Target is where a receiver's messages go, for people: a channel or a host, never a secret.
func (r ReceiverConfig) Target() string {
	or := func(s, instead string) Secret {
		if s == "" {
			return Secret(instead)
		}
		return Secret(s)
	}
	switch {
	case r.Slack != nil:
		return r.Slack.Channel
	case r.SlackWebhook != nil:
		return host(r.SlackWebhook.URL)
	case r.Webhook != nil:
		return host(r.Webhook.URL)
	case r.PagerDuty != nil:
		return host(or(r.PagerDuty.URL, "https://events.pagerduty.com"))
	case r.Opsgenie != nil:
		return host(or(r.Opsgenie.URL, "https://api.opsgenie.com"))
	case r.Alertmanager != nil:
		return host(r.Alertmanager.URL)
	case r.Teams != nil:
		return host(r.Teams.URL)
	case r.Discord != nil:
		return host(r.Discord.URL)
	case r.Telegram != nil:
		return r.Telegram.Chat
	case r.Ntfy != nil:
		return host(or(r.Ntfy.URL.Reveal(), "https://ntfy.sh"))
	case r.Grafana != nil:
		return host(r.Grafana.URL)
	case r.Email != nil:
		return strings.Join(r.Email.To, ", ")
	}
	return ""
}
