// Package signin says who asks: people with a session that began with a password or with a provider (OpenID Connect), and
// programs with a token. What each role may do stands in the dashboard's table of routes.
//
// A session's secret is 32 random bytes in a cookie; the store has its hash alone, so that who reads the store cannot sign
// in, and so that replicas share sessions. A session ends when it is not used for a while, after its longest time, on
// demand, and when what it began with changes: the password, the person's line, or the provider.
package signin
