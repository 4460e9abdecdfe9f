// Package notifier says who is told of an incident and sees to it that they are.
//
//	change -> Router -> notifications -> outbox (package store) -> Deliverer -> Receiver
//
// Router is a pure function of a change and the configured routes: the store calls it inside the transaction of the
// change, so what is to be sent is written together with what it tells of. Deliverer leases what is due, hands it to
// the receiver, and tries again until it is sent, refused for good, or a day old. Each kind of receiver is a package
// below this one; package receivers builds them from the configuration.
//
// DESIGN.md beside this file says what is guaranteed and why.
package notifier
