// Package lang is the expression language of rules: what stands in when, of, if and in the values of a rule.
//
// The syntax is that of github.com/expr-lang/expr, whose parser is used. The tree is then compiled here and not run by
// expr's machine, for four reasons that rules need and the machine cannot give: a missing field makes a comparison
// false and is no error; text that looks like a number compares as one; an evaluation allocates nothing and can be
// stopped when it costs too much; and the compiler can say which terms are decided by the series alone (Split), which
// texts must stand in a line (Guard) and whether more of a value can only make a condition true (Direction).
package lang
