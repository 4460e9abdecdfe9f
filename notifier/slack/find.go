package slack

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"github.com/tocsin-io/tocsin/notifier"
)

// unclear says that an earlier try may have reached Slack although no answer of it is known. A lease counts as a try,
// so that of a process which died is seen too.
func unclear(m notifier.Message) bool { return m.Attempts > 1 }

const (
	searchPages = 5
	searchLimit = 200
	searchSlack = 10 * time.Minute // clocks of ours and Slack's may differ by so much
)

// find looks for the message of this notification in the channel since the notification was made.
func (r *Receiver) find(ctx context.Context, m notifier.Message) (reference, bool, error) {
	id, err := r.channelID(ctx)
	if err != nil || id == "" {
		return reference{}, false, err
	}
	p := &slack.GetConversationHistoryParameters{ChannelID: id, Limit: searchLimit, IncludeAllMetadata: true, Oldest: oldest(m)}
	for range searchPages {
		h, err := r.api.GetConversationHistoryContext(ctx, p)
		if err != nil {
			return reference{}, false, unreadable(err)
		}
		for i := range h.Messages {
			if is(&h.Messages[i], m) {
				return reference{id, h.Messages[i].Timestamp}, true, nil
			}
		}
		if !h.HasMore || h.ResponseMetaData.NextCursor == "" {
			break
		}
		p.Cursor = h.ResponseMetaData.NextCursor
	}
	return reference{}, false, nil
}

// replied looks for the reply of this notification in the thread.
func (r *Receiver) replied(ctx context.Context, m notifier.Message, at reference) (bool, error) {
	p := &slack.GetConversationRepliesParameters{
		ChannelID: at.channel, Timestamp: at.ts, Limit: searchLimit, IncludeAllMetadata: true, Oldest: oldest(m),
	}
	for range searchPages {
		messages, more, cursor, err := r.api.GetConversationRepliesContext(ctx, p)
		if err != nil {
			return false, unreadable(err)
		}
		for i := range messages {
			if messages[i].Timestamp != at.ts && is(&messages[i], m) {
				return true, nil
			}
		}
		if !more || cursor == "" {
			break
		}
		p.Cursor = cursor
	}
	return false, nil
}

func is(found *slack.Message, m notifier.Message) bool {
	return found.Metadata.EventType == metadataType && found.Metadata.EventPayload["notification"] == m.ID
}

func oldest(m notifier.Message) string {
	if m.CreatedAt.IsZero() {
		return ""
	}
	return strconv.FormatInt(m.CreatedAt.Add(-searchSlack).Unix(), 10)
}

// channelID finds the id of a channel that is configured by name; empty where the token may not list channels.
func (r *Receiver) channelID(ctx context.Context) (string, error) {
	r.mu.Lock()
	id := r.id
	r.mu.Unlock()
	if id != "" {
		return id, nil
	}
	p := &slack.GetConversationsParameters{ExcludeArchived: true, Limit: 1000, Types: []string{"public_channel", "private_channel"}}
	for range searchPages {
		channels, cursor, err := r.api.GetConversationsContext(ctx, p)
		if err != nil {
			return "", unreadable(err)
		}
		for _, c := range channels {
			if "#"+c.Name == r.channel {
				r.learn(c.ID)
				return c.ID, nil
			}
		}
		if cursor == "" {
			break
		}
		p.Cursor = cursor
	}
	return "", nil
}

// unreadable takes away the error of a token that may not read: then there is nothing to look through. Other errors
// stay, for posting twice is worse than posting a little later.
func unreadable(err error) error {
	var e slack.SlackErrorResponse
	if errors.As(err, &e) {
		switch e.Err {
		case "missing_scope", "not_in_channel", "channel_not_found", "no_permission", "not_allowed_token_type", "thread_not_found",
			"method_not_supported_for_channel_type", "unknown_method":
			return nil
		}
	}
	return err
}
