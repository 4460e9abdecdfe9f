// Package dashtest is what the dashboard reads, in memory: one night of a shop with eight services, as the tests of
// pages, of the API and of the browser look at it. On Monday 23 November 2026 payments 2.41.0 comes at 02:50:22 (CET),
// checkout fails from 02:51:02, and somebody is paged at 02:52:23.
package dashtest
