package tool

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/tocsin-io/tocsin/detector/source"
	"github.com/tocsin-io/tocsin/detector/testkit"
	"github.com/tocsin-io/tocsin/rules"
)

const paymentRule = `version: 1
rules:
  - name: payments
    when: level == "error" and message contains "refused"
    by: [service]
    window: 1m
    if: value >= LIMIT
`

func paymentRules(t *testing.T, limit string) []string {
	t.Helper()
	return []string{file(t, "rules.yml", strings.ReplaceAll(paymentRule, "LIMIT", limit))}
}

func TestBacktestShowsThePagesOfAFile(t *testing.T) {
	testkit.OneGoroutine(t)
	log := file(t, "shop.log", text(outage()))
	run := func(o BacktestOptions) result {
		return do(t, "", []string{log}, func(ctx context.Context, in Input) error { return Backtest(ctx, in, o) })
	}
	got := run(BacktestOptions{Rules: paymentRules(t, "100")})
	lines := strings.Split(strings.TrimSpace(got.out), "\n")
	if got.fault != nil || len(lines) != 3 || !strings.HasPrefix(lines[0], "2026-11-20T05:00:") || !strings.Contains(lines[0], "page    payments") ||
		!strings.Contains(lines[0], "(for ") || !strings.HasPrefix(lines[2], "payments: 1 page, 0 repeats, 0 notices") {
		t.Errorf("%v\n%s", got.fault, got.out)
	}
	strict := run(BacktestOptions{Rules: paymentRules(t, "1e6"), Diff: paymentRules(t, "100")})
	if strict.fault != nil || !strings.HasPrefix(strict.out, "- 2026-11-20T05:00:") || !strings.Contains(strict.out, "0 added, 1 gone, 0 as before") {
		t.Errorf("%v\n%s", strict.fault, strict.out)
	}
	loose := run(BacktestOptions{Rules: paymentRules(t, "100"), Diff: paymentRules(t, "1e6")})
	if !strings.HasPrefix(loose.out, "+ 2026-11-20T05:00:") || !strings.Contains(loose.out, "1 added, 0 gone, 0 as before") {
		t.Errorf("%v\n%s", loose.fault, loose.out)
	}
	same := run(BacktestOptions{Rules: paymentRules(t, "100"), Diff: paymentRules(t, "120")})
	if !strings.HasPrefix(same.out, "0 added, 0 gone, 1 as before") {
		t.Errorf("%v\n%s", same.fault, same.out)
	}
}

// TestBacktestSaysHowOftenFromADayOn: of a shorter time nothing is said of a week.
func TestBacktestSaysHowOftenFromADayOn(t *testing.T) {
	const refused, well = " ERROR payment refused\n", " INFO all is well\n"
	var first strings.Builder
	for m := range 10 {
		minute := fmt.Sprintf("2026-11-20T05:%02d:00Z", m)
		first.WriteString(minute + well)
		if m == 5 {
			first.WriteString(strings.Repeat(minute+refused, 5))
		}
	}
	for last, want := range map[string]string{
		"2026-11-20T23:00:00Z": "payments: 1 page, 0 repeats, 0 notices",
		"2026-11-23T17:00:00Z": "payments: 1 page (2.0 a week), 0 repeats, 0 notices",
	} {
		log := file(t, "shop.log", first.String()+last+well)
		got := do(t, "", []string{log}, func(ctx context.Context, in Input) error {
			return Backtest(ctx, in, BacktestOptions{Rules: paymentRules(t, "5")})
		})
		if got.fault != nil || !strings.HasSuffix(strings.TrimSpace(got.out), want) {
			t.Errorf("to %s: %v\n%s", last, got.fault, got.out)
		}
	}
}

func TestBacktestSaysWhatItNeeds(t *testing.T) {
	rule := paymentRules(t, "1")
	tests := []struct {
		files []string
		o     BacktestOptions
		want  string
	}{
		{[]string{"-"}, BacktestOptions{}, "--rules"},
		{nil, BacktestOptions{Rules: rule}, "--from -7d"},
		{[]string{"-"}, BacktestOptions{Rules: rule, From: "-7d"}, "--from -7d"},
		{[]string{"-"}, BacktestOptions{Rules: rule, To: "-1d"}, "--to goes with --from"},
		{nil, BacktestOptions{Rules: rule, From: "+7d"}, "write -7d"},
		{nil, BacktestOptions{Rules: rule, From: "soon"}, `"soon" is no time`},
		{nil, BacktestOptions{Rules: rule, From: "-1d", To: "-2d"}, "is not before --to"},
		{[]string{"-"}, BacktestOptions{Rules: []string{file(t, "bad.yml", "rules: 3")}}, "bad.yml"},
	}
	for _, c := range tests {
		c.o.Now = start
		got := do(t, "", c.files, func(ctx context.Context, in Input) error { return Backtest(ctx, in, c.o) })
		if got.fault == nil || !strings.Contains(got.fault.Error(), c.want) {
			t.Errorf("%v %+v: %v, want %q", c.files, c.o, got.fault, c.want)
		}
	}
}

// TestBacktestReadsTheTopic needs TOCSIN_TEST_KAFKA.
func TestBacktestReadsTheTopic(t *testing.T) {
	broker := os.Getenv("TOCSIN_TEST_KAFKA")
	if broker == "" {
		t.Fatal("TOCSIN_TEST_KAFKA is not set: start the services of .ci/services")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	now := time.Now().UTC().Truncate(time.Second)
	topic := fmt.Sprintf("backtest-%d", now.UnixNano()+int64(os.Getpid()))
	conn, err := kafka.DefaultDialer.DialContext(ctx, "tcp", broker)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.CreateTopics(kafka.TopicConfig{Topic: topic, NumPartitions: 3, ReplicationFactor: 1}); err != nil {
		t.Fatal(err)
	}
	var messages []kafka.Message
	for i := range 3000 { // three hours, two floods: one before what is asked for, one after
		at := now.Add(-3*time.Hour + time.Duration(i)*3600*time.Millisecond)
		text := fmt.Sprintf(`{"time":%q,"level":"info","service":"shop","msg":"order %d"}`, at.Format(time.RFC3339Nano), i)
		if i > 500 && i < 600 || i > 2000 && i < 2100 {
			text = fmt.Sprintf(`{"time":%q,"level":"error","service":"shop","msg":"payment %d refused"}`, at.Format(time.RFC3339Nano), i)
		}
		messages = append(messages, kafka.Message{Partition: i % 3, Time: at, Value: []byte(text)})
		if i == 700 { // between the floods every partition has a line of a host whose clock is ahead; brokers take up to an hour
			for p := range 3 {
				messages = append(messages, kafka.Message{Partition: p, Time: now.Add(30 * time.Minute), Value: []byte(`{"level":"info","service":"strays","msg":"hello"}`)})
			}
		}
	}
	w := &kafka.Writer{Addr: kafka.TCP(broker), Topic: topic, RequiredAcks: kafka.RequireAll, BatchTimeout: 10 * time.Millisecond, BatchSize: 500, MaxAttempts: 20}
	if err := w.WriteMessages(ctx, messages...); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	o := BacktestOptions{Rules: paymentRules(t, "10"), From: "-2h", Now: now, Topic: func() (Topic, error) {
		return Topic{Source: source.Options{Brokers: []string{"127.0.0.1:1", broker}, Topics: []string{topic}}}, nil
	}}
	got := do(t, "", nil, func(_ context.Context, in Input) error { return Backtest(ctx, in, o) })
	if got.fault != nil || !strings.Contains(got.out, "3,000 lines") || !strings.Contains(got.out, "payments: 1 page, ") {
		t.Errorf("%v\n%s", got.fault, got.out)
	}
	o.To = "-1h30m"
	if got := do(t, "", nil, func(_ context.Context, in Input) error { return Backtest(ctx, in, o) }); got.fault != nil || !strings.Contains(got.out, "payments: 0 pages, ") {
		t.Errorf("--to: %v\n%s", got.fault, got.out)
	}
	set, problems := rules.LoadText("edited", []byte(strings.ReplaceAll(paymentRule, "LIMIT", "10")), rules.Options{})
	if set == nil {
		t.Fatal(problems)
	}
	read, err := o.Topic()
	if err != nil {
		t.Fatal(err)
	}
	tried, err := Try(ctx, read, set, now.Add(-2*time.Hour), now)
	if err != nil || tried.Lines != 3000 || tried.Cut || len(tried.Pages) != 1 || tried.Pages[0].Rule != "payments" || tried.Pages[0].Until.IsZero() || tried.From.Before(now.Add(-2*time.Hour)) {
		t.Errorf("tried: %+v, %v", tried, err)
	}
	over, end := context.WithDeadline(ctx, time.Now().Add(-time.Second))
	defer end()
	if tried, err := Try(over, read, set, now.Add(-2*time.Hour), now); err != nil || !tried.Cut || len(tried.Pages) != 0 {
		t.Errorf("without time: %+v, %v", tried, err)
	}
}
