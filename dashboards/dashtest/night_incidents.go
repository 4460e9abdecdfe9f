package dashtest

import (
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

func checkoutLines() []detector.Sample {
	line := func(at, host string, l detector.Level, text, template string, offset int64) detector.Sample {
		t, err := time.Parse("15:04:05.000", at)
		if err != nil {
			panic(err) // a mistake in this package
		}
		return detector.Sample{
			Time: time.Date(2026, 11, 23, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC), Service: "checkout", Host: host, Level: l,
			Text: text, Template: template, Position: detector.Position{Topic: "logs", Partition: 7, Offset: offset},
		}
	}
	const dsn = "sorry, too many clients already (SQLSTATE 53300) dsn=postgres://checkout:<redacted:password>@pg-orders-1:5432/orders"
	const shape = "sorry, too many clients already (SQLSTATE <*>) dsn=postgres://checkout:<redacted:password>@<*>/orders"
	lines := []detector.Sample{
		line("01:51:02.118", "checkout-k2mvq", detector.LevelError, dsn, shape, 841901101),
		line("01:51:10.402", "checkout-k2mvq", detector.LevelError, "POST /v2/charges to payments failed: connection refused to 10.42.7.31:8443, try 1 of 5", Refused, 841901140),
		line("01:51:10.655", "checkout-9wz4t", detector.LevelError, "POST /v2/charges to payments failed: connection refused to 10.42.7.31:8443, try 2 of 5", Refused, 841901144),
		line("01:51:31.027", "checkout-9wz4t", detector.LevelError, dsn, shape, 841901200),
		line("01:51:34.190", "checkout-pl70d", detector.LevelError, "giving up on order ord_8Q2FJ41 after 5 tries: payments is unavailable", Giving, 841901233),
		line("01:51:36.881", "checkout-pl70d", detector.LevelWarn, Breaker, Breaker, 841901250),
	}
	lines[0].Shape, lines[3].Shape = ID(1), ID(1)
	return lines
}

// openIncidents are newest first.
func openIncidents() []detector.Incident {
	now := At("02:05:20")
	onset := At("01:51:02")
	checkout := detector.Incident{
		ID: "7f3a2c19d04be8a1", Kind: detector.KindMaskedError, Service: "checkout", Environment: "production", Severity: detector.SeverityPage,
		Status: detector.StatusAcknowledged, Assignee: "oncall-1",
		Title:  "checkout has a new error, `sorry, too many clients already`, 7 times. A flood hides it: `connection refused to <*>` 4,120 times in 5 minutes; it expected 3.",
		Detail: "It began 40 s after a new version of payments, 2.41.0.", Template: "connection refused to <*>", TemplateID: ID(0).String(),
		Level: detector.LevelError, Onset: onset, OpenedAt: At("01:52:20"), UpdatedAt: now, Observed: 4120, Expected: 3, Low: 0, High: 9, Unit: "lines",
		Window: detector.Duration(5 * time.Minute), Score: 88, OnceIn: detector.Duration(214 * 7 * 24 * time.Hour), Watched: detector.Duration(9 * 7 * 24 * time.Hour), Basis: detector.Basis{Days: 9}, Peak: 4187, Lines: 12680, Page: true,
		Hidden: &detector.Hidden{TemplateID: ID(1), Template: Clients, Level: detector.LevelError, Lines: 7, First: At("01:50:54"), Host: "pg-orders-1"},
		Carriers: []detector.Carrier{
			{TemplateID: ID(0), Template: Refused, Level: detector.LevelError, Observed: 4120, Expected: 3, Share: .918},
			{TemplateID: ID(2), Template: Giving, Level: detector.LevelError, Observed: 287, Expected: 0, Share: .064},
			{TemplateID: ID(3), Template: Bad503, Level: detector.LevelWarn, Observed: 74, Expected: .4, Share: .016},
			{TemplateID: ID(1), Template: Clients, Level: detector.LevelError, Observed: 3, Share: .001, New: true},
			{TemplateID: ID(4), Template: Breaker, Level: detector.LevelWarn, Observed: 1, Share: .0004, New: true},
		},
		Samples: checkoutLines(), Hosts: []string{"checkout-9wz4t", "checkout-k2mvq", "checkout-pl70d"}, HostCount: 6,
		Values: []detector.FieldValue{
			{Field: "upstream", Value: "payments.shop.svc", Share: .97, Before: .31, Lines: 12290},
			{Field: "version", Value: "2.41.0", Share: .64, Before: 0, Lines: 8115},
			{Field: "host", Value: "checkout-k2mvq", Share: .58, Before: .17, Lines: 7354},
		},
		ValuesOf: 12680, ValuesPast: 3110, ValuesSame: []string{"method", "payment_method", "country", "currency", "node", "tenant"},
		Related: []detector.Related{{ID: "91c04e77aa10b3c2", Kind: detector.KindFall, Service: "payments", Onset: At("01:52:30"), Why: "the lines of checkout name payments"}},
		Deploy:  &detector.Deploy{Service: "payments", Version: "2.41.0", At: At("01:50:22")},
		Chart: chartOf(At("01:38:00"), now, 10*time.Second, "lines", 0, 2, func(t time.Time) float64 {
			if t.Before(onset) {
				return max(0, noise(t, 3)*1.2-.5)
			}
			return 140*rise(t, onset, At("01:52:20"), time.Time{}) + 9*noise(t, 4)
		}),
		Timeline: []detector.Entry{
			{At: At("01:50:22"), Kind: detector.EntryDeploy, Actor: "deploys", Text: "payments 2.41.0"},
			{At: onset, Kind: detector.EntryOnset, Text: "first line of the new error"},
			{At: At("01:52:20"), Kind: detector.EntryOpened},
			{At: At("01:52:23"), Kind: detector.EntryPaged, Actor: "Slack #oncall", Text: "https://shop.slack.com/archives/C0ONCALL/p1795398743000100"},
			{At: At("01:52:30"), Kind: detector.EntryRelated, Text: "explained by this, nobody paged: payments, fall 91c04e77aa10b3c2"},
			{At: At("01:56:41"), Kind: detector.EntryAcknowledged, Actor: "oncall-1", Text: "from Slack"},
		},
	}
	fall := detector.Incident{
		ID: "91c04e77aa10b3c2", Kind: detector.KindFall, Service: "payments", Environment: "production", Severity: detector.SeverityRecord, Status: detector.StatusOpen,
		Title: "payments logs `" + Captured + "` 4 times a minute; it expected 212.", Template: Captured, TemplateID: ID(6).String(), Level: detector.LevelInfo,
		Onset: At("01:52:30"), OpenedAt: At("01:53:40"), UpdatedAt: now, Observed: 4, Expected: 212, Low: 180, High: 240, Unit: "lines", Window: detector.Duration(time.Minute),
		ExplainedBy: checkout.ID, Lines: 60,
		Chart: chartOf(At("01:05:00"), now, 30*time.Second, "lines", 90, 122, func(t time.Time) float64 {
			if t.After(At("01:52:30")) {
				return 2
			}
			return 106 + 9*noise(t, 7)
		}),
		Timeline: []detector.Entry{{At: At("01:52:30"), Kind: detector.EntryOnset}, {At: At("01:53:40"), Kind: detector.EntryOpened}},
	}
	slow := detector.Incident{
		ID: "5d20aa81c3f7e604", Kind: detector.KindLatency, Service: "search", Environment: "production", Severity: detector.SeverityNotice, Status: detector.StatusAcknowledged,
		Title: "search is 1.8 times as slow as expected: `" + Query + "` at 214 ms, its geometric mean over 2 minutes; it expected 118 ms.", Template: Query, TemplateID: ID(5).String(), Level: detector.LevelDebug,
		Onset: At("00:41:10"), OpenedAt: At("00:52:00"), UpdatedAt: now, Observed: 214, Expected: 118, Low: 104, High: 136, Unit: "ms", Window: detector.Duration(2 * time.Minute),
		Assignee: "oncall-2", Lines: 80211,
		Chart: chartOf(on(22, "23:05:00"), now, time.Minute, "ms", 104, 136, func(t time.Time) float64 {
			return 118 + 96*rise(t, At("00:38:00"), At("01:20:00"), time.Time{}) + 5*noise(t, 9)
		}),
		Timeline: []detector.Entry{
			{At: At("00:41:10"), Kind: detector.EntryOnset},
			{At: At("00:52:00"), Kind: detector.EntryOpened},
			{At: At("00:58:12"), Kind: detector.EntryAcknowledged, Actor: "oncall-2"},
		},
	}
	return []detector.Incident{fall, checkout, slow, secretIncident()}
}

func secretIncident() detector.Incident {
	onset := on(22, "22:12:40")
	text := "reconnecting host=pg-stock-1 port=5432 db_user=stock db_password=<redacted:password> pool=40"
	i := detector.Incident{
		ID: "c81d07f2b6a95e30", Kind: detector.KindSecret, Service: "inventory", Environment: "production", Severity: detector.SeverityPage, Status: detector.StatusOpen,
		Title: "inventory wrote a database password to its log 14 times, under the key `db_password`, from 2 hosts.", Template: Connects, TemplateID: ID(7).String(),
		Detail: "Last at 02:47:11. tocsin stored, showed and sent none of it. The topic and whatever else reads it still hold it.",
		Level:  detector.LevelDebug, Onset: onset, OpenedAt: on(22, "22:12:42"), UpdatedAt: At("01:47:11"), Observed: 14, Unit: "lines", Lines: 14, Page: true,
		Secret: &detector.Secret{Kind: "password", Key: "db_password", Fingerprint: "a41f9c22"}, Hosts: []string{"inventory-7k", "inventory-b4"}, HostCount: 2,
		Samples: []detector.Sample{
			{Time: onset.Add(31 * time.Millisecond), Service: "inventory", Host: "inventory-7k", Level: detector.LevelDebug, Text: text, Template: Connects, Position: detector.Position{Topic: "logs", Partition: 3, Offset: 828401117}},
			{Time: At("01:47:11").Add(660 * time.Millisecond), Service: "inventory", Host: "inventory-b4", Level: detector.LevelDebug, Text: text, Template: Connects, Position: detector.Position{Topic: "logs", Partition: 3, Offset: 829114202}},
		},
		Chart: chartOf(on(22, "21:05:00"), At("02:05:00"), 5*time.Minute, "lines", 0, 0, func(t time.Time) float64 {
			n := int(t.Sub(onset.Add(-5*time.Minute)).Minutes()) / 5
			if t.Before(onset.Add(-5*time.Minute)) || t.After(At("01:47:11")) || n%4 != 0 {
				return 0
			}
			return []float64{2, 1, 1, 2, 1, 1}[n/4%6]
		}),
		Timeline: []detector.Entry{
			{At: on(22, "22:12:30"), Kind: detector.EntryDeploy, Text: "inventory 5.2.0"},
			{At: onset, Kind: detector.EntryOnset, Text: "partition 3, offset 828,401,117"},
			{At: on(22, "22:12:42"), Kind: detector.EntryPaged, Actor: "Slack #security", Text: "2 s after the line arrived"},
			{At: on(22, "22:27:42"), Kind: detector.EntryPaged, Actor: "Slack #security", Text: "again, nobody took it"},
		},
	}
	i.LastLine = At("01:47:11").Add(660 * time.Millisecond)
	for _, p := range []struct {
		partition int
		offsets   []int64
	}{
		{3, []int64{828401117, 828401119, 828517720, 828600001, 828700000, 828800000, 828900000, 829000000, 829114202}},
		{9, []int64{828612040, 828612052, 828990315, 829700000, 829930870}},
	} {
		for _, o := range p.offsets {
			i.Places = append(i.Places, detector.Span{Topic: "logs", Partition: p.partition, From: o, To: o, Lines: 1})
		}
	}
	return i
}

// pastIncidents are resolved ones of the two days before, newest first.
func pastIncidents() []detector.Incident {
	type past struct {
		id, service, title, template string
		kind                         detector.Kind
		severity                     detector.Severity
		onset                        time.Time
		lasted                       time.Duration
		by                           string
		low, high, peak              float64
	}
	n, p, r := detector.SeverityNotice, detector.SeverityPage, detector.SeverityRecord
	list := []past{
		{"e0a1b2c3d4e5f601", "notifications", "notifications logged nothing for 4 minutes; it expected 31 lines a second. All 12 partitions are counted up to now.", "", detector.KindSilence, p, on(22, "20:31:20"), 9*time.Minute + 10*time.Second, "oncall-3", 26, 36, 0},
		{"e0a1b2c3d4e5f602", "gateway", "gateway logged other things than usual: `upstream <*> timed out after <*> ms` was 9 % of its lines; it expected 0.4 %.", "upstream <*> timed out after <*> ms", detector.KindMix, n, on(22, "17:05:50"), 22 * time.Minute, "", 0, 2, 40},
		{"e0a1b2c3d4e5f603", "nightly-reports", "nightly-reports wrote 4.2 GB in an hour; it expected 0.6 GB. `row <*> of <*> written to <*>` was 91 % of it.", "row <*> of <*> written to <*>", detector.KindVolume, r, on(22, "01:14:00"), 41 * time.Minute, "", 0, 6, 42},
		{"e0a1b2c3d4e5f604", "payments", "Rule `payments-declines` fired for region=eu: 212 in 5 minutes, its limit is 120; 44 were expected.", "", detector.KindRule, p, on(21, "23:40:30"), 12 * time.Minute, "oncall-1", 20, 60, 212},
		{"e0a1b2c3d4e5f605", "cart", "cart logged `cart <*> lock wait <*> ms` more and more for 2 hours: 61 a minute; it expected 20.", "cart <*> lock wait <*> ms", detector.KindRamp, n, on(21, "15:20:00"), 2*time.Hour + 51*time.Minute, "Jana Procházková", 12, 28, 61},
		{"e0a1b2c3d4e5f606", "checkout", "checkout had an error it never logged before: `cannot parse postcode <*> for country <*>`, 11 times in 5 minutes.", "cannot parse postcode <*> for country <*>", detector.KindNewError, p, on(21, "10:02:40"), 31 * time.Minute, "oncall-2", 0, 0, 11},
		{"e0a1b2c3d4e5f607", "search", "search logged 3.1 times as many lines as expected: 4,010 a second; it expected 1,290. All its templates rose together.", "", detector.KindSurge, r, on(21, "08:30:10"), 18 * time.Minute, "", 1100, 1500, 4010},
		{"e0a1b2c3d4e5f608", "inventory", "inventory logged 188 errors a minute; it expected 12. `stock of <*> went below zero` carried 94 % of them.", "stock of <*> went below zero", detector.KindErrorSpike, n, on(21, "07:15:20"), 9 * time.Minute, "", 4, 20, 188},
		{"e0a1b2c3d4e5f609", "gateway", "Lines of gateway may be missing: partition 7 of `logs` has a gap of 48,210 offsets. Nothing in it is judged as a fall.", "", detector.KindLoss, r, on(21, "03:02:00"), 3 * time.Minute, "", 800, 1000, 0},
		{"e0a1b2c3d4e5f610", "checkout", "checkout had a new error, `sorry, too many clients already`, 9 times. A flood hid it: `connection refused to <*>` 2,210 times in 5 minutes; it expected 3.", "connection refused to <*>", detector.KindMaskedError, p, time.Date(2026, 10, 9, 12, 11, 0, 0, time.UTC), 26 * time.Minute, "oncall-3", 0, 3, 90},
	}
	var out []detector.Incident
	for k, v := range list {
		end := v.onset.Add(v.lasted)
		i := detector.Incident{
			ID: v.id, Kind: v.kind, Service: v.service, Environment: "production", Severity: v.severity, Status: detector.StatusResolved, Title: v.title, Template: v.template,
			Onset: v.onset, OpenedAt: v.onset.Add(time.Minute), UpdatedAt: end, ResolvedAt: &end, Observed: v.peak, Expected: (v.low + v.high) / 2, Low: v.low, High: v.high, Peak: v.peak,
			Unit: "lines", Window: detector.Duration(5 * time.Minute), Page: v.severity == p, Assignee: v.by, Lines: uint64(v.peak) * 30,
			Chart: chartOf(v.onset.Add(-2*v.lasted), end.Add(v.lasted), v.lasted/20+time.Second, "lines", v.low, v.high, func(t time.Time) float64 {
				base, to := (v.low+v.high)/2, v.peak
				return base + (to-base)*rise(t, v.onset, v.onset.Add(v.lasted/8), end) + (v.high-v.low)/5*noise(t, float64(k))
			}),
			Timeline: []detector.Entry{{At: v.onset, Kind: detector.EntryOnset}, {At: v.onset.Add(time.Minute), Kind: detector.EntryOpened}, {At: end, Kind: detector.EntryResolved, Actor: v.by}},
		}
		if v.template == "connection refused to <*>" {
			i.TemplateID = ID(0).String()
			i.Timeline = append(i.Timeline, detector.Entry{At: end.Add(time.Hour), Kind: detector.EntryNote, Actor: "oncall-3", Text: "payments was rolled back, pool size was 200 for each pod."})
		}
		if v.kind == detector.KindRule {
			i.Rule = &detector.RuleFacts{Name: "payments-declines", By: map[string]string{"region": "eu"}, Condition: "value > 120", Limit: "120"}
		}
		out = append(out, i)
	}
	return out
}
