package wording_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
)

var (
	onset = time.Date(2026, 11, 23, 1, 51, 2, 0, time.UTC)
	cet   = time.FixedZone("CET", 3600)
)

func minutes(n int) detector.Duration { return detector.Duration(time.Duration(n) * time.Minute) }

// open gives an incident that has gone on for 14 min 18 s.
func open(kind detector.Kind, change func(*detector.Incident)) *detector.Incident {
	in := &detector.Incident{
		ID: "7f3a2c91bd04", Kind: kind, Service: "checkout", Environment: "production", Severity: detector.SeverityPage,
		Status: detector.StatusOpen, Level: detector.LevelError, Unit: "lines", Window: minutes(5), Onset: onset,
		OpenedAt: onset.Add(78 * time.Second), UpdatedAt: onset.Add(14*time.Minute + 18*time.Second), Page: true,
	}
	if change != nil {
		change(in)
	}
	return in
}

func resolved(in detector.Incident) *detector.Incident {
	at := onset.Add(42*time.Minute + 8*time.Second)
	in.Status, in.ResolvedAt, in.UpdatedAt = detector.StatusResolved, &at, at
	in.Timeline = append(in.Timeline, detector.Entry{At: at.Add(-10 * time.Minute), Kind: detector.EntryBack},
		detector.Entry{At: at, Kind: detector.EntryResolved})
	return &in
}

func TestSentences(t *testing.T) {
	carrier := func(template string, share float64) []detector.Carrier {
		return []detector.Carrier{{Template: template, Share: share}}
	}
	for _, c := range []struct {
		name, now, past string
		in              *detector.Incident
	}{
		{
			"surge of a whole service",
			"checkout logs 3.1 times as many lines as expected: 4,010 a second; it expected 1,290. All its templates rise together.",
			"checkout logged 3.1 times as many lines as expected: 4,010 a second; it expected 1,290. All its templates rose together.",
			open(detector.KindSurge, func(in *detector.Incident) {
				in.Window, in.Observed, in.Expected = minutes(1), 4010*60, 1290*60
				in.Carriers = []detector.Carrier{{Template: "a", Share: 0.06}, {Template: "b", Share: 0.05}}
			}),
		},
		{
			"surge carried by one template",
			"checkout logs 4.5 times as many lines as expected: 450 a second; it expected 100. `retry <*>` carries 91.8 % of it.",
			"checkout logged 4.5 times as many lines as expected: 450 a second; it expected 100. `retry <*>` carried 91.8 % of it.",
			open(detector.KindSurge, func(in *detector.Incident) {
				in.Window, in.Observed, in.Expected, in.Carriers = minutes(1), 27000, 6000, carrier("retry <*>", 0.918)
			}),
		},
		{
			"surge of a template",
			"checkout logs `retry <*>` 3 times as often as expected: 1.5 a second; it expected 0.5.",
			"checkout logged `retry <*>` 3 times as often as expected: 1.5 a second; it expected 0.5.",
			open(detector.KindSurge, func(in *detector.Incident) {
				in.Template, in.Window, in.Observed, in.Expected = "retry <*>", minutes(1), 90, 30
			}),
		},
		{
			"surge from nothing",
			"checkout logs 12 lines a minute; it expected none.",
			"checkout logged 12 lines a minute; it expected none.",
			open(detector.KindSurge, func(in *detector.Incident) { in.Window, in.Observed = minutes(1), 12 }),
		},
		{
			"error spike",
			"checkout logs 188 errors a minute; it expected 12. `stock of <*> went below zero` carries 94 % of them.",
			"checkout logged 188 errors a minute; it expected 12. `stock of <*> went below zero` carried 94 % of them.",
			open(detector.KindErrorSpike, func(in *detector.Incident) {
				in.Observed, in.Expected, in.Carriers = 940, 60, carrier("stock of <*> went below zero", 0.94)
			}),
		},
		{
			"error spike of rare errors",
			"checkout logs 3 errors an hour; it expected 0.5.",
			"checkout logged 3 errors an hour; it expected 0.5.",
			open(detector.KindErrorSpike, func(in *detector.Incident) { in.Window, in.Observed, in.Expected = minutes(120), 6, 1 }),
		},
		{
			"fall of a template",
			"checkout logs `captured <*> for order <*>` 4 times a minute; it expected 212.",
			"checkout logged `captured <*> for order <*>` 4 times a minute; it expected 212.",
			open(detector.KindFall, func(in *detector.Incident) {
				in.Template, in.Observed, in.Expected = "captured <*> for order <*>", 20, 1060
			}),
		},
		{
			"fall to nothing",
			"checkout no longer logs `captured <*>`; it expected 212 a minute.",
			"checkout did not log `captured <*>`; it expected 212 a minute.",
			open(detector.KindFall, func(in *detector.Incident) { in.Template, in.Expected = "captured <*>", 1060 }),
		},
		{
			"fall of a service",
			"checkout logs 1 line a minute; it expected 212.",
			"checkout logged 1 line a minute; it expected 212.",
			open(detector.KindFall, func(in *detector.Incident) { in.Observed, in.Expected = 5, 1060 }),
		},
		{
			"silence of a service",
			"checkout has logged nothing for 14 minutes; it expected 31 lines a second.",
			"checkout logged nothing for 32 minutes; it expected 31 lines a second.",
			open(detector.KindSilence, func(in *detector.Incident) { in.Window, in.Expected = minutes(1), 1860 }),
		},
		{
			"silence of a template",
			"checkout has not logged `heartbeat` for 14 minutes; it expected 6 a minute.",
			"checkout did not log `heartbeat` for 32 minutes; it expected 6 a minute.",
			open(detector.KindSilence, func(in *detector.Incident) { in.Template, in.Window, in.Expected = "heartbeat", minutes(1), 6 }),
		},
		{
			"new error",
			"checkout has an error it never logged before: `cannot parse postcode <*> for country <*>`, 11 times in 5 minutes.",
			"checkout had an error it never logged before: `cannot parse postcode <*> for country <*>`, 11 times in 5 minutes.",
			open(detector.KindNewError, func(in *detector.Incident) {
				in.Template, in.Observed = "cannot parse postcode <*> for country <*>", 11
			}),
		},
		{
			"masked error",
			"checkout has a new error, `sorry, too many clients already`, 7 times. A flood hides it: `connection refused to <*>` 4,120 times in 5 minutes; it expected 3.",
			"checkout had a new error, `sorry, too many clients already`, 7 times. A flood hid it: 4,187 lines in 5 minutes, most of them `connection refused to <*>`; it expected 3.",
			open(detector.KindMaskedError, func(in *detector.Incident) {
				in.Template, in.Observed, in.Expected, in.Peak = "sorry, too many clients already", 4120, 3, 4187
				in.Hidden = &detector.Hidden{Template: "sorry, too many clients already", Lines: 7}
				in.Carriers = []detector.Carrier{
					{Template: "sorry, too many clients already", Observed: 7},
					{Template: "connection refused to <*>", Observed: 4120, Expected: 3, Share: 0.99},
				}
			}),
		},
		{
			"masked error among a few that are known",
			"checkout has a new error, `connection refused`, 6 times. It stands among others: `payment declined` 14 times in 5 minutes; it expected 0.3.",
			"checkout had a new error, `connection refused`, 6 times. It stood among others: 20 lines in 5 minutes, most of them `payment declined`; it expected 0.3.",
			open(detector.KindMaskedError, func(in *detector.Incident) {
				in.Observed, in.Expected, in.Peak, in.Hidden = 14, 0.3, 20, &detector.Hidden{Template: "connection refused", Lines: 6}
				in.Carriers = []detector.Carrier{{Template: "payment declined", Observed: 14, Expected: 0.3, Share: 1}}
			}),
		},
		{
			"masked error, once, in an unnamed flood",
			"checkout has a new error, `disk full`, once. A flood hides it: 900 lines in 5 minutes; it expected 3.",
			"checkout had a new error, `disk full`, once. A flood hid it: 900 lines in 5 minutes; it expected 3.",
			open(detector.KindMaskedError, func(in *detector.Incident) {
				in.Observed, in.Expected, in.Hidden = 900, 3, &detector.Hidden{Template: "disk full", Lines: 1}
			}),
		},
		{
			"ramp",
			"checkout has logged `cart <*> lock wait <*> ms` more and more for 14 minutes: 61 a minute now; it expected 20.",
			"checkout logged `cart <*> lock wait <*> ms` more and more for 32 minutes: at most 61 a minute; it expected 20.",
			open(detector.KindRamp, func(in *detector.Incident) {
				in.Template, in.Observed, in.Expected = "cart <*> lock wait <*> ms", 305, 100
			}),
		},
		{
			"mix",
			"checkout logs other things than usual: `upstream <*> timed out` is 9 % of its lines; it expected 0.4 %.",
			"checkout logged other things than usual: `upstream <*> timed out` was 9 % of its lines; it expected 0.4 %.",
			open(detector.KindMix, func(in *detector.Incident) {
				in.Template, in.Unit, in.Observed, in.Expected = "upstream <*> timed out", "share", 0.09, 0.004
			}),
		},
		{
			"latency",
			"checkout is 1.8 times as slow as expected: `query <*> took <*> ms` at 214 ms, its geometric mean over 5 minutes; it expected 118 ms.",
			"checkout was 1.8 times as slow as expected: `query <*> took <*> ms` at 214 ms, its geometric mean over 5 minutes; it expected 118 ms.",
			open(detector.KindLatency, func(in *detector.Incident) {
				in.Template, in.Unit, in.Observed, in.Expected = "query <*> took <*> ms", "ms", 214, 118
			}),
		},
		{
			"secret",
			"checkout wrote a database password to its log 14 times, under the key `db_password`, from 2 hosts.",
			"checkout wrote a database password to its log 14 times, under the key `db_password`, from 2 hosts.",
			open(detector.KindSecret, func(in *detector.Incident) {
				in.Lines, in.HostCount, in.Secret = 14, 2, &detector.Secret{Kind: "database-password", Key: "db_password"}
			}),
		},
		{
			"secret, once, without a key",
			"checkout wrote an AWS access key to its log once.",
			"checkout wrote an AWS access key to its log once.",
			open(detector.KindSecret, func(in *detector.Incident) {
				in.Lines, in.Secret = 1, &detector.Secret{Kind: "aws-access-key"}
			}),
		},
		{
			"volume",
			"checkout wrote 4.2 GB in an hour; it expected 0.6 GB. `row <*> of <*> written` is 91 % of it.",
			"checkout wrote 4.2 GB in an hour; it expected 0.6 GB. `row <*> of <*> written` was 91 % of it.",
			open(detector.KindVolume, func(in *detector.Incident) {
				in.Unit, in.Window, in.Observed, in.Expected = "bytes", minutes(60), 4.2e9, 0.6e9
				in.Carriers = carrier("row <*> of <*> written", 0.91)
			}),
		},
		{
			"loss",
			"Lines of checkout may be missing: partition 7 of `logs` has a gap of 48,210 offsets. Nothing in it is judged as a fall.",
			"Lines of checkout may be missing: partition 7 of `logs` had a gap of 48,210 offsets. Nothing in it was judged as a fall.",
			open(detector.KindLoss, func(in *detector.Incident) {
				in.Observed, in.Unit, in.Places = 48210, "offsets", []detector.Span{{Topic: "logs", Partition: 7}}
			}),
		},
		{
			"loss that is known exactly",
			"Lines may be missing: partition 7 of `logs` has a gap of 48,210 offsets, from 1000 to 49209, over 12 minutes of the log. Nothing in it is judged as a fall.",
			"Lines may be missing: partition 7 of `logs` had a gap of 48,210 offsets, from 1000 to 49209, over 12 minutes of the log. Nothing in it was judged as a fall.",
			open(detector.KindLoss, func(in *detector.Incident) {
				in.Service, in.Observed, in.Unit = "", 48210, "records"
				in.Places = []detector.Span{{Topic: "logs", Partition: 7, From: 1000, To: 49209, Lines: 48210}}
				in.LastLine = in.Onset.Add(12 * time.Minute)
			}),
		},
		{
			"a topic made anew",
			"Lines may be missing: partition 7 of `logs` is another one, as its topic was made anew. All that was known of the old one had been read.",
			"Lines may be missing: partition 7 of `logs` is another one, as its topic was made anew. All that was known of the old one had been read.",
			open(detector.KindLoss, func(in *detector.Incident) {
				in.Service, in.Observed, in.Peak, in.Expected, in.Unit = "", 0, 0, 0, "records"
				in.Places = []detector.Span{{Topic: "logs", Partition: 7, From: 5, To: 5}}
			}),
		},
		{
			"a partition without records",
			"A partition (7 of `logs`) has brought no record for 14 minutes while others of its topic go on; it expected 600.",
			"A partition (7 of `logs`) brought no record for 32 minutes while others of its topic went on; it expected 600.",
			open(detector.KindLoss, func(in *detector.Incident) {
				in.Expected, in.Unit, in.Places = 600, "records", []detector.Span{{Topic: "logs", Partition: 7}}
			}),
		},
		{
			"rule",
			"Rule `payments-declines` fires for region=eu: 212 in 5 minutes, its limit is 120; 44 were expected.",
			"Rule `payments-declines` fired for region=eu: 212 in 5 minutes, its limit was 120; 44 were expected.",
			open(detector.KindRule, func(in *detector.Incident) {
				in.Observed, in.Expected = 212, 44
				in.Rule = &detector.RuleFacts{Name: "payments-declines", By: map[string]string{"region": "eu"}, Limit: "120"}
			}),
		},
		{
			"rule of absence",
			"Rule `dead-host` fires for host=h1: no line has come for 14 minutes.",
			"Rule `dead-host` fired for host=h1: no line came for 32 minutes.",
			open(detector.KindRule, func(in *detector.Incident) {
				in.Rule = &detector.RuleFacts{Name: "dead-host", By: map[string]string{"host": "h1"}, Limit: "0"}
			}),
		},
		{
			"rule of a share",
			"Rule `failures` fires: 59.5 % in 5 minutes, its limit is 5 %.",
			"Rule `failures` fired: 61 % in 5 minutes, its limit was 5 %.",
			open(detector.KindRule, func(in *detector.Incident) {
				in.Unit, in.Observed, in.Peak, in.Rule = "share", 0.595, 0.61, &detector.RuleFacts{Name: "failures", Limit: "0.05"}
			}),
		},
		{
			"rule of a share of nothing",
			"Rule `failures` fires: no line has come in 5 minutes, so there is nothing to measure.",
			"Rule `failures` fired: no line came in 5 minutes, so there was nothing to measure.",
			open(detector.KindRule, func(in *detector.Incident) {
				in.Unit, in.Peak, in.Rule = "share", 0, &detector.RuleFacts{Name: "failures", Limit: "10", Without: "line"}
			}),
		},
		{
			"rule of a duration",
			"Rule `slow` fires: 812 ms in 5 minutes, its limit is 500 ms.",
			"Rule `slow` fired: 812 ms in 5 minutes, its limit was 500 ms.",
			open(detector.KindRule, func(in *detector.Incident) {
				in.Unit, in.Observed, in.Rule = "ms", 812, &detector.RuleFacts{Name: "slow", Limit: "500"}
			}),
		},
		{
			"rule with its own words",
			"212 declines on eu, usually 44",
			"212 declines on eu, usually 44",
			open(detector.KindRule, func(in *detector.Incident) {
				in.Rule = &detector.RuleFacts{Name: "payments-declines", Summary: "212 declines on eu,\nusually 44"}
			}),
		},
		{
			"new template",
			"checkout logs a line it never logged before: `slow path <*>`, once in 5 minutes.",
			"checkout logged a line it never logged before: `slow path <*>`, once in 5 minutes.",
			open(detector.KindNewTemplate, func(in *detector.Incident) { in.Template, in.Observed = "slow path <*>", 1 }),
		},
		{
			"skew",
			"The clock of `web-1` (checkout) is 1 min 30 s behind. The times of its lines are corrected by it.",
			"The clock of `web-1` (checkout) was 1 min 30 s behind. The times of its lines were corrected by it.",
			open(detector.KindSkew, func(in *detector.Incident) { in.Observed, in.Unit, in.Hosts = -90, "s", []string{"web-1"} }),
		},
		{
			"late",
			"1,956 lines of checkout came late in 5 minutes: the time that they are of was judged without them.",
			"1,956 lines of checkout came late in 5 minutes: the time that they are of was judged without them.",
			open(detector.KindLate, func(in *detector.Incident) { in.Observed = 1956 }),
		},
		{
			"a kind of a later version",
			"checkout shows Brand new: 3; it expected 1.",
			"checkout showed Brand new: 3; it expected 1.",
			open("brand_new", func(in *detector.Incident) { in.Observed, in.Expected = 3, 1 }),
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := marked(wording.Sentence(c.in)); got != c.now {
				t.Errorf("open:\n got %s\nwant %s", got, c.now)
			}
			if got := marked(wording.Sentence(resolved(*c.in))); got != c.past {
				t.Errorf("resolved:\n got %s\nwant %s", got, c.past)
			}
			if got, want := wording.Title(c.in), strings.ReplaceAll(c.now, "`", ""); got != want {
				t.Errorf("Title is not the join of Sentence: %q", got)
			}
		})
	}
}
