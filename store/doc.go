// Package store keeps what must outlive a process: incidents with their timelines, the outbox and the inbox, how far
// each shard was evaluated and each partition counted, templates, silences, deploys and the audit log; and counts,
// where there is no Redis (Counts).
//
// There is one SQL text for Postgres and SQLite. Where they must differ (skipping locked rows, which SQLite's single
// writer does not need) a word of the dialect is put in.
//
// # Transactions
//
// A change of an incident, the notifications that tell of it and how far was evaluated are written in one transaction,
// or not at all. Every write that touches several rows locks them in one order: shards, the settling lock, incidents by
// id, groups of pages, budgets, then the counter of the outbox. Deadlocks and serialisation failures are tried again here.
//
// # Crash safety
//
// SQLite runs in WAL mode with synchronous=FULL: each commit is synced to the disk before it is acknowledged. NORMAL would
// be safe against a killed process, but a power loss could take back an acknowledgement that a person has seen or a
// page that was sent, which would be sent again. A commit costs one fsync, and there are a few in a second. Postgres
// keeps its own synchronous_commit, on by default.
package store
