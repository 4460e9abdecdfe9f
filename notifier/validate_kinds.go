package notifier

import (
	"fmt"
	"net"
	"net/mail"
	"regexp"
	"strings"
)

var (
	headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,80}$")
	reserved   = map[string]bool{
		"host": true, "content-length": true, "content-type": true, "transfer-encoding": true, "connection": true,
		"x-tocsin-signature": true, "idempotency-key": true,
	}
)

var telegramChat = regexp.MustCompile(`^(-?[0-9]{1,20}|@[A-Za-z0-9_]{3,64})$`)

var grafanaUID = regexp.MustCompile(`^[A-Za-z0-9_-]{0,40}$`)

// kind checks the settings of the one kind that a receiver has.
func (v *validation) kind(path string, r ReceiverConfig) {
	switch {
	case r.Slack != nil:
		v.slack(path, *r.Slack)
	case r.SlackWebhook != nil:
		v.url(path+".url", r.SlackWebhook.URL)
	case r.Webhook != nil:
		v.webhook(path, *r.Webhook)
	case r.PagerDuty != nil:
		v.required(path+".routing_key", r.PagerDuty.RoutingKey, "take the integration key of the service's Events API v2 integration")
		v.optionalURL(path+".url", r.PagerDuty.URL)
	case r.Opsgenie != nil:
		v.required(path+".api_key", r.Opsgenie.APIKey, "take the key of an API integration")
		v.optionalURL(path+".url", r.Opsgenie.URL)
	case r.Alertmanager != nil:
		v.url(path+".url", r.Alertmanager.URL)
	case r.Teams != nil:
		v.url(path+".url", r.Teams.URL)
	case r.Discord != nil:
		v.url(path+".url", r.Discord.URL)
	case r.Telegram != nil:
		v.required(path+".token", r.Telegram.Token, "take the token that BotFather gave")
		v.optionalURL(path+".api_url", r.Telegram.URL)
		if !telegramChat.MatchString(r.Telegram.Chat) {
			v.add(path+".chat", fmt.Sprintf("%q is no chat", r.Telegram.Chat), "write the chat's number, or @name of a channel")
		}
	case r.Ntfy != nil:
		v.required(path+".topic", r.Ntfy.Topic, "name the topic")
		v.optionalURL(path+".url", r.Ntfy.URL.Reveal())
	case r.Grafana != nil:
		v.url(path+".url", r.Grafana.URL)
		v.required(path+".token", r.Grafana.Token, "make a service account with annotations:write and annotations:read, and take its token")
		if !grafanaUID.MatchString(r.Grafana.Dashboard) {
			v.add(path+".dashboard_uid", fmt.Sprintf("%q is no dashboard's uid", r.Grafana.Dashboard), "take what stands after /d/ in its address")
		}
	case r.Email != nil:
		v.email(path, *r.Email)
	}
}

func (v *validation) email(path string, e EmailConfig) {
	if _, port, err := net.SplitHostPort(e.Server); err != nil || port == "" {
		v.add(path+".server", fmt.Sprintf("%q is no host and port", e.Server), "write it as mail.example.com:587")
	}
	switch {
	case e.TLS != "" && e.TLS != "starttls" && e.TLS != "tls" && e.TLS != "none":
		v.add(path+".tls", fmt.Sprintf("%q is unknown", e.TLS), "use starttls, tls or none")
	case e.TLS == "none" && e.Password != "":
		v.add(path+".tls", "the password would be sent unencrypted", "use starttls or tls")
	}
	if _, err := mail.ParseAddress(e.From); err != nil {
		v.add(path+".from", fmt.Sprintf("%q is no address", e.From), "write it as tocsin@example.com")
	}
	if len(e.To) == 0 {
		v.add(path+".to", "nobody is named", "list the addresses")
	}
	for i, to := range e.To {
		if _, err := mail.ParseAddress(to); err != nil {
			v.add(fmt.Sprintf("%s.to[%d]", path, i), fmt.Sprintf("%q is no address", to), "write it as oncall@example.com")
		}
	}
}

func (v *validation) required(path string, s Secret, mend string) {
	if strings.TrimSpace(s.Reveal()) == "" {
		v.add(path, "it is missing", mend)
	}
}

func (v *validation) optionalURL(path, s string) {
	if s != "" {
		v.url(path, Secret(s))
	}
}

func (v *validation) webhook(path string, w WebhookConfig) {
	v.url(path+".url", w.URL)
	for name := range w.Headers {
		if !headerName.MatchString(name) || reserved[strings.ToLower(name)] {
			v.add(path+".headers", fmt.Sprintf("the header %q cannot be set", name), "remove it; tocsin sets it itself or it is no header's name")
		}
	}
}

func (v *validation) slack(path string, s SlackConfig) {
	switch {
	case s.Token == "":
		v.add(path+".token", "the bot token is missing", "set it to ${SLACK_BOT_TOKEN} and give that variable, or use slack_webhook")
	case !strings.HasPrefix(s.Token.Reveal(), "xoxb-") && !strings.HasPrefix(s.Token.Reveal(), "xoxe."):
		v.add(path+".token", "it is no bot token", "take the Bot User OAuth Token of the Slack app; it begins with xoxb-")
	}
	if t := s.AppToken.Reveal(); t != "" && !strings.HasPrefix(t, "xapp-") {
		v.add(path+".app_token", "it is no app-level token", "make one with connections:write under Basic Information of the Slack app; it begins with xapp-")
	}
	if !slackChannel.MatchString(s.Channel) {
		v.add(path+".channel", fmt.Sprintf("%q is no channel", s.Channel), `write "#name" in quotes, or the channel's id`)
	}
	if !slackMention.MatchString(s.Mention) {
		v.add(path+".mention", fmt.Sprintf("%q cannot be mentioned", s.Mention), "use here, channel, or the id of a user (U…) or user group (S…)")
	}
	if s.APIURL != "" {
		v.url(path+".api_url", Secret(s.APIURL))
	}
}
