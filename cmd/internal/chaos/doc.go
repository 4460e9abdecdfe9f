// Package chaos holds the suite that runs tocsin on real brokers and stores while they are killed, stopped and cut off,
// and checks that every line is counted once and every page sent once. See README.md.
package chaos
