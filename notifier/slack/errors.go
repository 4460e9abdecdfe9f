package slack

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/slack-go/slack"

	"github.com/tocsin-io/tocsin/notifier"
	"github.com/tocsin-io/tocsin/notifier/outbound"
)

// forGood are the errors of Slack that trying again does not mend, with what does.
var forGood = map[string]string{
	"invalid_auth":                      "the token is not valid: put the app's bot token into the configuration",
	"not_authed":                        "the token is missing: put the app's bot token into the configuration",
	"account_inactive":                  "the app was removed from the workspace: install it again and use its new token",
	"token_revoked":                     "the token was revoked: install the app again and use its new token",
	"token_expired":                     "the token has expired: use a new one",
	"missing_scope":                     "the app lacks the scope chat:write: add it and install the app again",
	"not_allowed_token_type":            "this is not a bot token: use the one that begins with xoxb-",
	"no_permission":                     "the app may not post there: ask the workspace's administrator",
	"access_denied":                     "the app may not post there: ask the workspace's administrator",
	"ekm_access_denied":                 "the workspace's administrator has suspended posting",
	"team_access_not_granted":           "the app may not use this workspace",
	"restricted_action":                 "posting in the channel is restricted: allow the app there or choose another channel",
	"channel_not_found":                 "there is no such channel, or the app is not in it: correct the name (the id of a channel, C…, outlasts its names) or invite the app",
	"not_in_channel":                    "the app is not in the channel: invite it",
	"is_archived":                       "the channel is archived: unarchive it or choose another",
	"channel_is_archived":               "the channel is archived: unarchive it or choose another",
	"action_prohibited":                 "the workspace forbids it: ask its administrator",
	"posting_to_general_channel_denied": "the app may not post to the general channel: choose another",
	"invalid_blocks":                    "Slack does not take the message's form; please report this as a fault of tocsin",
	"invalid_blocks_format":             "Slack does not take the message's form; please report this as a fault of tocsin",
	"msg_blocks_too_long":               "Slack finds the message too long; please report this as a fault of tocsin",
	"msg_too_long":                      "Slack finds the message too long; please report this as a fault of tocsin",
	"no_text":                           "Slack finds the message empty; please report this as a fault of tocsin",
	"invalid_arguments":                 "Slack does not take the message's form; please report this as a fault of tocsin",
	"metadata_too_large":                "Slack does not take the message's form; please report this as a fault of tocsin",
	"invalid_metadata_format":           "Slack does not take the message's form; please report this as a fault of tocsin",
	"no_service":                        "the incoming webhook was removed: make a new one",
	"no_active_hooks":                   "the incoming webhook was disabled: enable it or make a new one",
	"no_team":                           "the incoming webhook's workspace is gone: make a new one",
	"invalid_token":                     "the incoming webhook's address is not valid: copy it again",
	"invalid_payload":                   "Slack does not take the message's form; please report this as a fault of tocsin",
	"user_not_found":                    "the webhook's user is gone: make a new webhook",
	"team_disabled":                     "the workspace is disabled",
}

// retryable says whether trying again can help: not where Slack has refused for good.
func retryable(err error) bool {
	var answer slack.SlackErrorResponse
	if errors.As(err, &answer) {
		_, final := forGood[answer.Err]
		return !final
	}
	var status slack.StatusCodeError
	if errors.As(err, &status) {
		return outbound.Retryable(status.Code)
	}
	retry := true
	var transport *url.Error
	if errors.As(err, &transport) {
		retry, _ = outbound.Explain(err, "")
	}
	return retry
}

// worded says what is wrong and what to do, without the token. An answer that asks for patience is a *notifier.Later.
func (r *Receiver) worded(err error) error {
	var (
		limited   *slack.RateLimitedError
		answer    slack.SlackErrorResponse
		status    slack.StatusCodeError
		transport *url.Error
	)
	switch {
	case errors.As(err, &limited):
		return &notifier.Later{After: max(limited.RetryAfter, time.Second), Err: fmt.Errorf("slack asks for a pause of %v", limited.RetryAfter)}
	case errors.As(err, &answer):
		if mend, ok := forGood[answer.Err]; ok {
			return fmt.Errorf("slack refuses the message to %s (%s): %s", r.channel, answer.Err, mend)
		}
		return notifier.Scrub(fmt.Errorf("slack could not take the message to %s: %s", r.channel, answer.Err), r.token)
	case errors.As(err, &status) && status.Code == 429:
		return &notifier.Later{After: 30 * time.Second, Err: errors.New("slack asks for a pause")}
	case errors.As(err, &status):
		return notifier.Scrub(fmt.Errorf("slack answered %s", status.Status), r.token)
	case errors.As(err, &transport):
		_, err = outbound.Explain(err, r.host)
		return notifier.Scrub(err, r.token)
	}
	return notifier.Scrub(fmt.Errorf("slack's answer cannot be read: %w", err), r.token)
}

func hostOf(base string) string {
	if u, err := url.Parse(base); err == nil && u.Host != "" {
		return u.Host
	}
	return "slack"
}
