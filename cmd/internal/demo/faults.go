package demo

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Round is a stretch of time in which things go wrong.
type Round struct {
	Length time.Duration
	Faults []Fault
}

// Fault is one thing that goes wrong: a statement that is suddenly reached, or a factor on those that are there.
type Fault struct {
	Service  string
	From, To time.Duration // since the start of the round
	Stream   Stream        // what is logged; without Text the fault is a factor
	Once     bool          // one line, at From
	Factor   func(share float64) float64
	Level    string // of the streams that the factor is for; empty: all
}

func (f *Fault) rate(into time.Duration) float64 {
	if into < f.From || into >= f.To {
		return 0
	}
	return f.Stream.Rate
}

// once is 1 in the step in which From lies.
func (f *Fault) once(into, dt time.Duration) int {
	if into-dt < f.From {
		return 1
	}
	return 0
}

func (r *Round) factor(service, level string, into time.Duration) float64 {
	factor := 1.0
	for i := range r.Faults {
		f := &r.Faults[i]
		if f.Factor == nil || f.Service != service || (f.Level != "" && f.Level != level) || into < f.From || into >= f.To {
			continue
		}
		factor *= f.Factor(float64(into-f.From) / float64(f.To-f.From))
	}
	return factor
}

// Rounds tells what goes wrong in a round: always the same five matters, never quite the same way. The first round
// has all of them within three minutes.
func Rounds(number int, r *rand.Rand) Round {
	jitter := func(at int) time.Duration { return time.Duration(at+r.IntN(8)) * time.Second }
	of := func(names ...string) string { return names[(number+r.IntN(2))%len(names)] }
	cron, debug, secret, silent := jitter(20), jitter(75), jitter(12), jitter(35)
	return Round{Length: 15 * time.Minute, Faults: []Fault{
		{
			Service: "billing", From: cron, To: cron + 50*time.Second,
			Stream: Stream{Level: "error", Rate: 2200, Text: rogue(number)},
		},
		{
			Service: "billing", From: cron + 6*time.Second, To: cron + 46*time.Second,
			Stream: Stream{Level: "error", Rate: .3, Text: database(number)},
		},
		{
			Service: of("inventory", "mailer"), From: secret, To: secret + time.Second, Once: true,
			Stream: Stream{Level: "info", Rate: 1, Text: leak},
		},
		{
			Service: of("storefront", "checkout"), From: debug, To: debug + 70*time.Second,
			Stream: Stream{Level: "debug", Rate: 900, Text: say("template %s evaluated slot %d of %d with context %s",
				pick("header", "basket", "footer", "teaser"), num(0, 40), num(40, 60), key("ctx-"))},
		},
		{
			Service: "search", From: silent, To: silent + 4*time.Minute,
			Factor: func(float64) float64 { return 0 },
		},
		{
			Service: "payments", Level: "error", From: 15 * time.Second, To: 15*time.Second + 4*time.Minute,
			// Threefold after two minutes, and then it stays there.
			Factor: func(share float64) float64 { return 1 + 2*min(1, 2*share) },
		},
	}}
}

func rogue(number int) func(*rand.Rand) Line {
	job := []string{"invoice-export", "dunning-run", "ledger-archive"}[number%3]
	return say(job+": cannot write invoice %s to archive volume, retry %d", key("INV-"), num(1, 9))
}

func database(number int) func(*rand.Rand) Line {
	return []func(*rand.Rand) Line{
		say("database pg-ledger-1: invalid page in block %d of relation base/16384/2619", num(1000, 9000)),
		say("database pg-ledger-1: could not serialize access due to concurrent update of invoice %s", key("INV-")),
		say("database pg-ledger-1: replication slot ledger_standby has been invalidated at %d", num(100000, 900000)),
	}[number%3]
}

// leak logs a password. It is made anew each time: nothing here is anybody's.
func leak(r *rand.Rand) Line {
	return Line{Message: fmt.Sprintf("connecting to postgres://stock:%s@pg-stock-1:5432/stock?sslmode=require", password(r))}
}

func password(r *rand.Rand) string {
	const letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
	b := make([]byte, 16)
	for i := range b {
		b[i] = letters[r.IntN(len(letters))]
	}
	return string(b)
}
