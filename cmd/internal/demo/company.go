package demo

import (
	"math"
	"math/rand/v2"
	"time"
)

// Service is one program of the company.
type Service struct {
	Name    string
	Hosts   []string
	Format  Format
	Habits  Profile
	Streams []Stream
}

// Stream is one log statement of a service: how often it is reached and what it writes.
type Stream struct {
	Level  string
	Rate   float64 // lines a second, mean over a day
	Spread float64 // over-dispersion: variance = mean + Spread mean²
	Text   func(r *rand.Rand) Line
}

// Line is what one statement logs, before it is put into the service's format.
type Line struct {
	Message string
	Fields  []Field
	Trace   string // a stack trace, of lines
}

// Field is one key with its value: string, int or float64.
type Field struct {
	Key   string
	Value any
}

// Profile shapes a day: the factor on the rates at a time.
type Profile func(t time.Time) float64

// Office is busy by day, quiet by night, and calmer at weekends.
func Office(t time.Time) float64 {
	hour := float64(t.Hour()) + float64(t.Minute())/60
	day := 1 + .45*math.Cos((hour-15)/24*2*math.Pi)
	if w := t.Weekday(); w == time.Saturday || w == time.Sunday {
		day *= .85
	}
	return day
}

// Steady is the same at all times.
func Steady(time.Time) float64 { return 1 }

// Company returns the services. They share nothing that changes.
func Company() []Service {
	return []Service{
		{
			Name: "gateway", Hosts: []string{"edge-1", "edge-2"}, Format: Access, Habits: Office,
			Streams: []Stream{
				{"info", 14, .02, access("GET", "/api/v1/products/%d", 200)},
				{"info", 6, .02, access("POST", "/api/v1/cart/%d/items", 201)},
				{"warn", .6, .05, access("GET", "/api/v1/orders/%d", 404)},
			},
		},
		{
			Name: "storefront", Hosts: []string{"web-5f7d-a1x", "web-5f7d-k9q"}, Format: JSONPino, Habits: Office,
			Streams: []Stream{
				{"info", 8, .02, say("page rendered", ms("duration_ms", 18, 90), word("route", "/", "/product", "/cart", "/search"))},
				{"debug", .8, .05, say("cache miss for key %s", key("product:"))},
				{"warn", .15, .2, say("slow upstream response from %s after %d ms", pick("search", "inventory", "payments"), num(900, 1900))},
			},
		},
		{
			Name: "checkout", Hosts: []string{"checkout-k2mvq", "checkout-9wz4t", "checkout-pl70d"}, Format: JSONZap, Habits: Office,
			Streams: []Stream{
				{"info", 4, .02, say("order placed", id("order_id", "ord_"), money("total"), ms("duration_ms", 40, 160))},
				{"info", 4, .02, say("cart validated", id("cart_id", "crt_"), count("items", 1, 9))},
				{"warn", .2, .1, say("coupon rejected", word("reason", "expired", "unknown", "already used"))},
				{"error", .05, .2, say("address lookup failed: upstream status %d", pick("502", "503"))},
			},
		},
		{
			Name: "payments", Hosts: []string{"payments-7c9d-2kx", "payments-7c9d-8pt"}, Format: Logfmt, Habits: Office,
			Streams: []Stream{
				{"info", 5, .02, say("charge authorised", id("charge", "ch_"), money("amount"), ms("took_ms", 80, 320))},
				{"info", 3, .02, say("charge captured", id("charge", "ch_"), money("amount"))},
				{"error", 2, .02, say("charge declined by issuer", id("charge", "ch_"), word("code", "insufficient_funds", "do_not_honor", "expired_card"))},
			},
		},
		{
			Name: "orders", Hosts: []string{"orders-0", "orders-1"}, Format: FluentBitJava, Habits: Office,
			Streams: []Stream{
				{"info", 5, .02, say("Order %s moved to state %s", key("ord-"), pick("PAID", "PACKED", "SHIPPED"))},
				{"info", 2, .05, say("Published %d events to topic order-events in %d ms", num(1, 40), num(2, 30))},
				{"error", .04, .3, javaTrace},
			},
		},
		{
			Name: "inventory", Hosts: []string{"inv-1", "inv-2"}, Format: VectorPython, Habits: Office,
			Streams: []Stream{
				{"info", 4, .02, say("reserved %d units of sku %s", num(1, 6), key("SKU-"))},
				{"info", 1.5, .05, say("stock level of sku %s is %d", key("SKU-"), num(0, 900))},
				{"warn", .1, .2, say("sku %s is below its reorder point", key("SKU-"))},
			},
		},
		{
			Name: "search", Hosts: []string{"search-a", "search-b"}, Format: JSONZap, Habits: Office,
			Streams: []Stream{
				{"info", 9, .02, say("query served", ms("took_ms", 6, 60), count("hits", 0, 500))},
				{"info", 1, .05, say("segment merged", count("docs", 1000, 90000), ms("took_ms", 100, 900))},
			},
		},
		{
			Name: "auth", Hosts: []string{"auth-1", "auth-2"}, Format: JSONZap, Habits: Office,
			Streams: []Stream{
				{"info", 3, .02, say("session started", id("user_id", "usr_"), word("method", "password", "passkey", "oidc"))},
				{"info", 2, .02, say("token refreshed", id("user_id", "usr_"))},
				{"warn", .08, .3, say("session expired", id("user_id", "usr_"))},
			},
		},
		{
			Name: "billing", Hosts: []string{"billing-0"}, Format: Syslog, Habits: Steady,
			Streams: []Stream{
				{"info", 2, .05, say("invoice %s rendered in %d ms", key("INV-"), num(20, 180))},
				{"info", .5, .05, say("ledger balanced: %d entries", num(10, 900))},
				{"error", .02, .3, say("invoice-export: mail server busy, will try again later")},
			},
		},
		{
			Name: "mailer", Hosts: []string{"mailer-6b-x2", "mailer-6b-zz"}, Format: VectorPython, Habits: Office,
			Streams: []Stream{
				{"info", 3, .05, say("mail %s delivered to relay in %d ms", key("msg-"), num(30, 400))},
				{"warn", .1, .3, say("mail %s deferred, greylisted", key("msg-"))},
			},
		},
	}
}
