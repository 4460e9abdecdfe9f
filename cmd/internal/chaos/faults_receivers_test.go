//go:build linux

package chaos

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/tocsin-io/tocsin/notifier/slack/slacktest"
)

// refusals are what receivers do to those who page.
var refusals = []fault{
	{name: "webhook answers 500", part: "receivers", hold: 4 * time.Second, inject: answering(broken)},
	{name: "webhook answers 429", part: "receivers", hold: 4 * time.Second, inject: answering(limited)},
	{name: "webhook hangs", part: "receivers", hold: 6 * time.Second, inject: answering(hanging)},
	{name: "webhook hangs up", part: "receivers", hold: 4 * time.Second, inject: answering(hangingUp)},
	{name: "Slack posts and hangs up", part: "receivers", hold: 3 * time.Second, inject: slackFails(slacktest.Failure{Drop: true, After: true})},
	{name: "Slack answers 429", part: "receivers", hold: 3 * time.Second, inject: slackFails(slacktest.Failure{Status: 429, RetryAfter: 2})},
	{name: "Slack answers 500", part: "receivers", hold: 3 * time.Second, inject: slackFails(slacktest.Failure{Status: 500})},
}

func answering(a answer) func(context.Context, *world, *rand.Rand) (func(context.Context) error, error) {
	return func(_ context.Context, w *world, _ *rand.Rand) (func(context.Context) error, error) {
		w.pages.set(a)
		return func(context.Context) error { w.pages.set(good); return nil }, nil
	}
}

// slackFails lets the next messages go wrong.
func slackFails(f slacktest.Failure) func(context.Context, *world, *rand.Rand) (func(context.Context) error, error) {
	return func(_ context.Context, w *world, r *rand.Rand) (func(context.Context) error, error) {
		for range 1 + r.IntN(2) {
			w.slack.Fail("chat.postMessage", f)
		}
		return func(context.Context) error { return nil }, nil
	}
}
