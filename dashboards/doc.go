// Package dashboards is the web application and its API: pages that are rendered on the server and work without
// script, JSON under /api/v1, live updates over server-sent events.
//
// It reads and acts through the interfaces in source.go, which the caller implements, and it imports nothing of the
// product but detector's types. All assets are embedded; nothing is loaded from another host; the
// Content-Security-Policy allows no inline script and no inline style.
//
// How long the first byte takes with much of everything is measured by BenchmarkMuch in cmd/internal/app.
package dashboards
