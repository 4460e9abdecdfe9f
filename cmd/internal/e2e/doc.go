// Package e2e holds the tests of the whole: real Kafka, Redis and Postgres, a server that speaks Slack's API, and a
// real browser.
package e2e
