// Package redact removes secrets from events before anything is stored, logged, shown, sent or learned. The key of a
// secret stays, its value becomes <redacted:kind>.
package redact
