package notifier

// Config says where messages can go and which go where. The receiver Inbox needs no entry and gets every message.
type Config struct {
	Receivers []ReceiverConfig `yaml:"receivers" json:"receivers"`
	// Routes are looked at in order. The first one that matches decides, and further ones too while it says continue.
	// Without any route every page goes to every receiver.
	Routes []RouteConfig `yaml:"routes" json:"routes"`
	// Calendars are times by name, for mute_times: those of any of the parts.
	Calendars map[string][]CalendarConfig `yaml:"calendars" json:"calendars"`
	TimeZone  string                      `yaml:"time_zone" json:"time_zone"` // where a part, a digest or a week names none; default UTC
}

// ReceiverConfig is one place to which messages are sent: a name and exactly one kind.
type ReceiverConfig struct {
	Name string `yaml:"name" json:"name"`

	Slack        *SlackConfig        `yaml:"slack,omitempty" json:"slack,omitempty"`
	SlackWebhook *SlackWebhookConfig `yaml:"slack_webhook,omitempty" json:"slack_webhook,omitempty"`
	Webhook      *WebhookConfig      `yaml:"webhook,omitempty" json:"webhook,omitempty"`
	PagerDuty    *PagerDutyConfig    `yaml:"pagerduty,omitempty" json:"pagerduty,omitempty"`
	Opsgenie     *OpsgenieConfig     `yaml:"opsgenie,omitempty" json:"opsgenie,omitempty"`
	Alertmanager *AlertmanagerConfig `yaml:"alertmanager,omitempty" json:"alertmanager,omitempty"`
	Teams        *TeamsConfig        `yaml:"teams,omitempty" json:"teams,omitempty"`
	Discord      *DiscordConfig      `yaml:"discord,omitempty" json:"discord,omitempty"`
	Telegram     *TelegramConfig     `yaml:"telegram,omitempty" json:"telegram,omitempty"`
	Ntfy         *NtfyConfig         `yaml:"ntfy,omitempty" json:"ntfy,omitempty"`
	Grafana      *GrafanaConfig      `yaml:"grafana,omitempty" json:"grafana,omitempty"`
	Email        *EmailConfig        `yaml:"email,omitempty" json:"email,omitempty"`
}

// SlackConfig posts as a Slack app with a bot token. The message of an incident is edited as the incident changes, and
// the changes stand in its thread.
type SlackConfig struct {
	Token         Secret `yaml:"token" json:"token"`                                       // xoxb-…; needs chat:write, and channels:history to find a message after an unclear time-out
	Channel       string `yaml:"channel" json:"channel"`                                   // #name or id
	Mention       string `yaml:"mention,omitempty" json:"mention,omitempty"`               // here, channel, or the id of a user (U…) or user group (S…) that pages mention
	SigningSecret Secret `yaml:"signing_secret,omitempty" json:"signing_secret,omitempty"` // checks the buttons' requests; without it and app_token messages have no acting buttons
	AppToken      Secret `yaml:"app_token,omitempty" json:"app_token,omitempty"`           // xapp-…; the buttons' requests come over Socket Mode, where Slack cannot reach tocsin
	APIURL        string `yaml:"api_url,omitempty" json:"api_url,omitempty"`               // default https://slack.com/api/
}

// SlackWebhookConfig posts to a Slack incoming webhook: messages can neither be edited nor threaded.
type SlackWebhookConfig struct {
	URL Secret `yaml:"url" json:"url"`
}

// WebhookConfig posts signed JSON to a URL.
type WebhookConfig struct {
	URL     Secret            `yaml:"url" json:"url"` // may hold a secret; only its host is shown
	Secret  Secret            `yaml:"secret,omitempty" json:"secret,omitempty"`
	Headers map[string]Secret `yaml:"headers,omitempty" json:"headers,omitempty"`
	Private *bool             `yaml:"allow_private,omitempty" json:"allow_private,omitempty"` // addresses of private networks are allowed; default true. Link-local ones never are
	CA      string            `yaml:"ca_file,omitempty" json:"ca_file,omitempty"`             // certificates to trust instead of the system's
}

// Problem is a fault in a configuration.
type Problem struct {
	Path string // where: routes[1].match
	Text string // what is wrong
	Mend string // what to do
}

// Error is the problem on one line.
func (p Problem) Error() string { return p.Path + ": " + p.Text + ": " + p.Mend }
