// Package unit runs tests of rules: lines are made from short patterns, go through the matcher and the evaluator that
// the service runs, and what opens and resolves is held against what the test expects. LANGUAGE.md of package rules
// describes the files.
package unit
