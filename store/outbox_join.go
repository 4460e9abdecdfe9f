package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// joinUnsent puts news of an incident into the message to the same receiver that nobody has tried to send yet, and reports
// whether there was one: an opening that waits says how it is by now, and is not followed by what it says itself. Else it sets
// when the news is due, where the router lets it wait no longer. What a person or a new state has to say lets what waits go before it.
func joinUnsent(ctx context.Context, tx *sql.Tx, n *plan.Notification, title string, body []byte, now time.Time) (bool, error) {
	if n.News == plan.Apart {
		_, err := tx.ExecContext(ctx, `UPDATE outbox SET not_before = $3
			WHERE thread = $1 AND receiver = $2 AND event = 'updated' AND `+untouched+` AND not_before > $3`, n.Thread, key(n.Receiver), micros(now))
		return false, err
	}
	var id string
	var event detector.ChangeEvent
	var was []byte
	err := tx.QueryRowContext(ctx, `SELECT id, event, incident FROM outbox WHERE thread = $1 AND receiver = $2 AND `+untouched+`
		ORDER BY sequence DESC LIMIT 1`, n.Thread, key(n.Receiver)).Scan(&id, &event, &was)
	if err != nil && err != sql.ErrNoRows {
		return false, err
	}
	if err == nil && takes(event, was) {
		due := int64(never)
		if n.News == plan.Worse && event == detector.ChangeUpdated {
			due = micros(now)
		}
		k, err := changed(tx.ExecContext(ctx, `UPDATE outbox SET incident = $2, title = $3, not_before = CASE WHEN not_before > $4 THEN $4 ELSE not_before END
			WHERE id = $1 AND `+untouched, id, body, title, due))
		if err != nil || k > 0 {
			return k > 0, err
		}
	}
	if n.News == plan.More {
		var last sql.NullInt64
		if err := tx.QueryRowContext(ctx, `SELECT MAX(COALESCE(sent_at, created_at)) FROM outbox WHERE thread = $1 AND receiver = $2 AND state <> 'withdrawn'`,
			n.Thread, key(n.Receiver)).Scan(&last); err != nil {
			return false, err
		}
		if due := fromMicros(last.Int64).Add(plan.Rest); last.Valid && due.After(now) && due.After(n.NotBefore) {
			n.NotBefore = due
		}
	}
	return false, nil
}

// untouched is a message that nobody has tried to send.
const untouched = `group_id = '' AND state = 'pending' AND attempts = 0 AND leased_until = 0`

// takes reports whether a message can say more than it does: an opening, and news that has nobody's words in it.
func takes(event detector.ChangeEvent, body []byte) bool {
	if event != detector.ChangeUpdated {
		return event == detector.ChangeOpened || event == detector.ChangeReopened
	}
	var b struct {
		News plan.News `json:"news"`
	}
	return json.Unmarshal(body, &b) == nil && b.News != plan.Apart
}
