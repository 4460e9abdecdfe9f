package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/notifier/plan"
)

// never is the time of what does not come; spent that of an escalation of which every step was taken.
const (
	never = endless
	spent = endless - 1
)

// group is a row of page_groups. Times are microseconds.
type group struct {
	id        string
	identity  []byte
	route     string
	sort      plan.Sort
	thread    string
	labels    map[string]string
	receivers []string
	mention   []string

	opened, base, due, follow, sent, ended int64 // base of sort Over: when it last called
	step, messages                         int
	news                                   bool // to be said although nothing changed its standing
}

const groupColumns = `g.id, g.identity, g.route, g.sort, g.thread, g.labels, g.receivers, g.mention, g.opened_at, g.base_at, g.due_at,
	g.follow_at, g.sent_at, g.step, g.messages, g.ended_at, g.news`

func scanGroup(row scanner) (*group, error) {
	g := &group{}
	var labels, receivers, mention string
	err := row.Scan(&g.id, &g.identity, &g.route, &g.sort, &g.thread, &labels, &receivers, &mention, &g.opened, &g.base, &g.due, &g.follow,
		&g.sent, &g.step, &g.messages, &g.ended, &g.news)
	if err != nil {
		return nil, err
	}
	if labels != "" {
		err = json.Unmarshal([]byte(labels), &g.labels)
	}
	var errs [2]error
	g.receivers, errs[0] = decodeList(receivers)
	g.mention, errs[1] = decodeList(mention)
	if err = errors.Join(err, errs[0], errs[1]); err != nil {
		return nil, fmt.Errorf("decode group %s: %w", g.id, err)
	}
	return g, nil
}

// group reads one and locks it; nil where there is none.
func (s *Store) group(ctx context.Context, tx *sql.Tx, where string, arg any) (*group, error) {
	g, err := scanGroup(tx.QueryRowContext(ctx, `SELECT `+groupColumns+` FROM page_groups g WHERE `+where+s.dialect.forUpdate, arg))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return g, err
}

// groupIdentity is what there is one group of at a time. Receivers are part of it: an earlier route may have taken one of them
// for some incidents and not for others.
func groupIdentity(route string, sort plan.Sort, labels map[string]string, receivers []string) []byte {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q", route, sort, slices.Sorted(slices.Values(receivers)))
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		fmt.Fprintf(h, " %q=%q", name, labels[name])
	}
	return h.Sum(nil)[:16]
}

// insertGroup writes a new group. Where another replica makes the same one at this moment, the transaction is run again.
func insertGroup(ctx context.Context, tx *sql.Tx, g *group) error {
	labels, err := json.Marshal(g.labels)
	if err != nil {
		return err
	}
	n, err := changed(tx.ExecContext(ctx, `
		INSERT INTO page_groups (id, identity, route, sort, thread, labels, receivers, mention, opened_at, base_at, due_at, follow_at,
			sent_at, step, messages, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT DO NOTHING`,
		g.id, g.identity, key(g.route), string(g.sort), g.thread, clean(string(labels)), encodeList(g.receivers), encodeList(g.mention),
		g.opened, g.base, g.due, g.follow, g.sent, g.step, g.messages, g.ended))
	if err == nil && n == 0 {
		return errRace
	}
	return err
}

func updateGroup(ctx context.Context, tx *sql.Tx, g *group) error {
	_, err := tx.ExecContext(ctx, `UPDATE page_groups SET receivers = $2, base_at = $3, due_at = $4, follow_at = $5, sent_at = $6,
		step = $7, messages = $8, ended_at = $9, news = $10 WHERE id = $1`,
		g.id, encodeList(g.receivers), g.base, g.due, g.follow, g.sent, g.step, g.messages, g.ended, g.news)
	return err
}

// newGroup is one that begins now. Its id holds the incident with which it begins, so that a transaction that is run again
// makes the same.
func newGroup(route string, sort plan.Sort, labels map[string]string, receivers []string, incident string, now time.Time) *group {
	identity := groupIdentity(route, sort, labels, receivers)
	sum := sha256.Sum256(fmt.Appendf(nil, "%x %s %d", identity, incident, micros(now)))
	g := &group{
		id: "g" + hex.EncodeToString(sum[:12]), identity: identity, route: route, sort: sort, labels: labels, receivers: receivers,
		opened: micros(now), base: micros(now), due: never, follow: never,
	}
	g.thread = g.id
	return g
}

// member is an incident of a group.
type member struct {
	plan.Item
	told   detector.Status // that the last message gave it; empty: none did
	exempt bool
	hidden bool // explained, silenced, marked or below what is told
}

// opens reports whether a message is to tell of m for the first time.
func (m *member) opens() bool { return m.told == "" && !m.hidden && m.Status == detector.StatusOpen }

// again reports whether m is open again since a message said that it was over.
func (m *member) again() bool {
	return m.told == detector.StatusResolved && !m.hidden && m.Status == detector.StatusOpen
}

// maxSettled is how many members that are resolved, and told as such, are read of a group: one that lives for months has many.
const maxSettled = 100

// members are those of a group; of incidents with the same labels without what was over and told before the newest maxSettled
// of these.
func members(ctx context.Context, tx *sql.Tx, g *group) ([]member, error) {
	since := int64(0)
	if g.sort == plan.Shared {
		var err error
		if since, err = settledSince(ctx, tx, g.id); err != nil {
			return nil, err
		}
	}
	var out []member
	err := each(ctx, tx, func(row scanner) error {
		var m member
		var title []byte
		var opened int64
		err := row.Scan(&m.ID, &m.Kind, &m.Service, &m.Environment, &m.Severity, &m.Status, &opened, &title, &m.told, &m.exempt, &m.hidden)
		if err != nil {
			return err
		}
		var facts struct {
			Title string `json:"title"`
		}
		if err := json.Unmarshal(title, &facts); err != nil {
			return fmt.Errorf("decode incident %s: %w", m.ID, err)
		}
		m.Title, m.OpenedAt, m.New = facts.Title, fromMicros(opened), m.told == ""
		m.Held = m.hidden && m.Status != detector.StatusResolved
		out = append(out, m)
		return nil
	}, `SELECT i.id, i.kind, i.service, i.environment, i.severity, i.status, i.opened_at, d.facts, m.told, m.exempt,
			i.explained_by <> '' OR i.silenced OR i.muted_by <> '' OR i.severity = 'record' OR i.severity = 'page' AND NOT i.page
		FROM page_members m JOIN incidents i ON i.id = m.incident_id JOIN incident_documents d ON d.incident_id = i.id
		WHERE m.group_id = $1 AND (m.joined_at >= $2 OR m.told <> 'resolved' OR i.status <> 'resolved') ORDER BY i.id`, g.id, since)
	return out, err
}

// settledSince is when the oldest of the newest maxSettled joined that are over and told as such; 0 where there are no more.
func settledSince(ctx context.Context, tx *sql.Tx, id string) (int64, error) {
	var since int64
	err := tx.QueryRowContext(ctx, `SELECT m.joined_at FROM page_members m JOIN incidents i ON i.id = m.incident_id
		WHERE m.group_id = $1 AND m.told = 'resolved' AND i.status = 'resolved' ORDER BY m.joined_at DESC LIMIT 1 OFFSET $2`, id, maxSettled-1).Scan(&since)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return since, err
}

// leftOut is how many members of a group are not among those that were read.
func leftOut(ctx context.Context, tx *sql.Tx, id string, read int) (int, error) {
	var all int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM page_members WHERE group_id = $1`, id).Scan(&all)
	return max(0, all-read), err
}

func joinGroup(ctx context.Context, tx *sql.Tx, group, incident string, exempt bool, now time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO page_members (group_id, incident_id, joined_at, exempt, told) VALUES ($1, $2, $3, $4, '')
		ON CONFLICT (group_id, incident_id) DO NOTHING`, group, incident, micros(now), exempt)
	return err
}

// encodeList is a list as a text column holds it; empty for none.
func encodeList(list []string) string {
	if len(list) == 0 {
		return ""
	}
	b, err := json.Marshal(list)
	if err != nil { // strings alone
		return ""
	}
	return clean(string(b))
}

func decodeList(s string) ([]string, error) {
	if s == "" {
		return nil, nil
	}
	var out []string
	err := json.Unmarshal([]byte(s), &out)
	return out, err
}
