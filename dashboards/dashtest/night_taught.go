package dashtest

import (
	"slices"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/mute"
	"github.com/tocsin-io/tocsin/detector/sensitivity"
)

// Taught is Night where people have said what is expected: silences and marks that hold, wait and are over, a service
// with a sensitivity of its own, and near misses.
func Taught() *World {
	w := Night()
	nightly := mute.Mute{
		ID: "5f0c3a9e71b2", Sort: mute.Expected, Match: mute.Match{Service: "nightly-reports", Environment: "production", Kind: detector.KindSurge},
		Weekly: &mute.Weekly{Days: []string{"mon", "tue", "wed", "thu", "fri"}, From: "02:00", To: "04:00", Zone: "Europe/Prague"},
		Starts: on(16, "01:10:00"), Author: "ann", Comment: "nightly batch", Incident: "9c41b7e03d5a1f28", CreatedAt: on(16, "08:12:00"),
	}
	w.Mutes = []mute.Mute{
		{
			ID: "a1b2c3d4e5f6", Sort: mute.Silence, Match: mute.Match{Service: "search", Kind: detector.KindLatency}, Starts: At("01:30:00"), Ends: At("03:30:00"),
			Author: "oncall-2", Comment: "the index is rebuilt", CreatedAt: At("01:30:00"),
		},
		{
			ID: "b2c3d4e5f6a1", Sort: mute.Silence, Match: mute.Match{Environment: "staging"}, Starts: on(20, "09:00:00"),
			Weekly: &mute.Weekly{Days: []string{"sat", "sun"}, From: "00:00", To: "24:00", Zone: "Europe/Prague"}, Author: "jana", CreatedAt: on(20, "09:00:00"),
		},
		nightly,
		{
			ID: "c3d4e5f6a1b2", Sort: mute.Noise, Match: mute.Match{Service: "gateway", Environment: "production", TemplateID: ID(4).String()}, Starts: on(12, "10:00:00"),
			Author: "ann", Comment: "clients that hang up", CreatedAt: on(12, "10:00:00"),
		},
		{
			ID: "d4e5f6a1b2c3", Sort: mute.Silence, Match: mute.Match{Service: "payments"}, Starts: on(21, "18:00:00"), Ends: on(21, "18:42:10"),
			EndedBy: "oncall-3", Author: "oncall-3", Comment: "release", CreatedAt: on(21, "18:00:00"),
		},
	}
	w.All = append(w.All, detector.Incident{
		ID: "9c41b7e03d5a1f28", Kind: detector.KindSurge, Service: "nightly-reports", Environment: "production", Severity: detector.SeverityRecord,
		Status: detector.StatusOpen, Title: "nightly-reports logs 9.6 times as many lines as expected: 61.8 a second; it expected 6.4.", Level: detector.LevelInfo,
		Onset: At("01:10:00"), OpenedAt: At("01:10:30"), UpdatedAt: At("02:05:00"), Observed: 618, Expected: 64, Low: 20, High: 110, Unit: "lines",
		Window: detector.Duration(10 * time.Second), Strength: 212, Peak: 640, Lines: 201_400,
		Muted: &detector.Muted{By: nightly.ID, As: "expected", Why: nightly.Why(), Severity: detector.SeverityPage, Page: true},
		Chart: chartOf(At("00:55:00"), At("02:05:00"), 10*time.Second, "lines", 20, 110, func(t time.Time) float64 {
			return 64 + 540*rise(t, At("01:10:00"), At("01:12:00"), time.Time{})
		}),
		Timeline: []detector.Entry{
			{At: At("01:10:00"), Kind: detector.EntryOnset},
			{At: At("01:10:30"), Kind: detector.EntryOpened},
			{At: At("01:10:30"), Kind: detector.EntryMuted, Actor: "ann", Text: nightly.Why()},
		},
	})
	slices.SortStableFunc(w.All, func(a, b detector.Incident) int { return b.Onset.Compare(a.Onset) })
	normal := sensitivity.Setting{Pages: "normal"}
	w.Settings = map[string]dashboards.ServiceSensitivity{"checkout": {
		Now: sensitivity.Setting{Pages: "quiet"}, Configured: normal, SetBy: "ann", SetAt: on(19, "09:20:00"), Since: on(14, "08:00:00"),
	}}
	w.Near = []detector.NearMiss{
		{
			Service: "checkout", Environment: "production", Kind: detector.KindErrorSpike, TemplateID: ID(2).String(), Template: Giving, At: on(22, "14:21:10"),
			Observed: 11, Expected: 2.4, Unit: "lines", Window: time.Minute, Strength: 24.1,
		},
		{
			Service: "checkout", Environment: "production", Kind: detector.KindErrorSpike, At: on(20, "07:02:40"), Observed: 31, Expected: 12, Unit: "lines",
			Window: time.Minute, Strength: 21.4,
		},
	}
	return w
}
