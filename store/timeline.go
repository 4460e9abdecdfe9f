package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/tocsin-io/tocsin/detector"
)

// maxTimeline bounds the entries of one incident that are loaded, newest kept beside those that tell how it began and who
// was told; maxEntryText the bytes of each.
const (
	maxTimeline  = 500
	maxEntryText = 4096
)

// entryKey says which entries are the same one. An incident has one onset, whose time is an estimate that moves, and one
// opening. A transition is known by its time, whatever its words; everything else by all that it says.
func entryKey(e detector.Entry) [16]byte {
	text := fmt.Sprintf("%s\x00%d\x00%s\x00%s", e.Kind, micros(e.At), e.Actor, e.Text)
	if e.Actor == "" {
		switch e.Kind {
		case detector.EntryOnset, detector.EntryOpened:
			text = string(e.Kind)
		case detector.EntryResolved, detector.EntryReopened, detector.EntryBack:
			text = fmt.Sprintf("%s\x00%d", e.Kind, micros(e.At))
		}
	}
	sum := sha256.Sum256([]byte(text))
	return [16]byte(sum[:16])
}

// addEntries writes the entries that the incident's timeline does not have yet.
func addEntries(ctx context.Context, q queryer, incident string, entries []detector.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	oldest := int64(math.MaxInt64) // of those that are told apart by their time
	for _, e := range entries {
		if e.Kind != detector.EntryOnset && e.Kind != detector.EntryOpened {
			oldest = min(oldest, micros(e.At))
		}
	}
	have := map[[16]byte]bool{}
	err := each(ctx, q, func(row scanner) error {
		var k []byte
		if err := row.Scan(&k); err != nil {
			return err
		}
		if len(k) == 16 {
			have[[16]byte(k)] = true
		}
		return nil
	}, `SELECT entry_key FROM timeline WHERE incident_id = $1 AND (at >= $2 OR kind IN ('onset', 'opened'))`, incident, oldest)
	if err != nil {
		return err
	}
	for _, e := range entries {
		e.Actor, e.Text = cut(e.Actor, maxKey), cut(e.Text, maxEntryText)
		k := entryKey(e)
		back := entryKey(detector.Entry{Kind: detector.EntryBack, At: e.At})
		switch {
		case have[k] && e.Kind != detector.EntryOnset:
			continue
		case e.Kind == detector.EntryResolved && e.Actor == "" && have[back]:
			continue // a person had resolved it before: written as back then
		}
		have[k] = true
		_, err := q.ExecContext(ctx, `
			INSERT INTO timeline (incident_id, at, entry_key, kind, actor, text) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (incident_id, entry_key) DO UPDATE SET at = excluded.at`,
			incident, micros(e.At), k[:], string(e.Kind), e.Actor, e.Text)
		if err != nil {
			return err
		}
	}
	return nil
}

// timeline loads the entries of an incident, oldest first.
func timeline(ctx context.Context, q queryer, incident string) ([]detector.Entry, error) {
	var entries []detector.Entry
	err := each(ctx, q, func(row scanner) error {
		var e detector.Entry
		var at int64
		var kind string
		if err := row.Scan(&at, &kind, &e.Actor, &e.Text); err != nil {
			return err
		}
		e.At, e.Kind = fromMicros(at), detector.EntryKind(kind)
		entries = append(entries, e)
		return nil
	}, `SELECT at, kind, actor, text FROM timeline WHERE incident_id = $1 ORDER BY at DESC, entry_key LIMIT $2`, incident, maxTimeline)
	if err == nil && len(entries) == maxTimeline {
		err = addKept(ctx, q, incident, &entries)
	}
	sort.SliceStable(entries, func(i, j int) bool {
		if !entries[i].At.Equal(entries[j].At) {
			return entries[i].At.Before(entries[j].At)
		}
		return entryOrder[entries[i].Kind] < entryOrder[entries[j].Kind]
	})
	return entries, err
}

// addKept adds to the newest entries of an incident those that its age must not hide: its onset, its opening, and for each
// receiver that was told of it the first page.
func addKept(ctx context.Context, q queryer, incident string, entries *[]detector.Entry) error {
	newest := *entries
	return each(ctx, q, func(row scanner) error {
		var e detector.Entry
		var at int64
		if err := row.Scan(&at, &e.Kind, &e.Actor, &e.Text); err != nil {
			return err
		}
		e.At = fromMicros(at)
		if !slices.ContainsFunc(newest, func(o detector.Entry) bool { return o.Kind == e.Kind && o.Actor == e.Actor }) {
			*entries = append(*entries, e)
		}
		return nil
	}, `SELECT MIN(at), kind, actor, MIN(text) FROM timeline WHERE incident_id = $1 AND kind IN ('onset', 'opened', 'paged')
		GROUP BY kind, actor`, incident)
}

// entryOrder puts entries of one instant in the order in which they must have come.
var entryOrder = map[detector.EntryKind]int{
	detector.EntryDeploy: 0, detector.EntryOnset: 1, detector.EntryOpened: 2, detector.EntryReopened: 3,
	detector.EntryMuted: 4, detector.EntryUnmuted: 4, detector.EntryRelated: 5, detector.EntryWorse: 6,
	detector.EntryPaged: 7, detector.EntryPageFailed: 8, detector.EntryAcknowledged: 9, detector.EntryUnacknowledged: 10,
	detector.EntryNote: 11, detector.EntryExpected: 12, detector.EntryNoise: 12, detector.EntryBack: 13,
	detector.EntryResolved: 14, detector.EntryExpired: 14,
}
