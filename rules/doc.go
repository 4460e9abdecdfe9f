// Package rules is what a person writes to be paged: rules in YAML over the lines of a topic. LANGUAGE.md describes the
// language.
//
//	Load       reads and checks files and gives an immutable Set, or Problems that say how to mend them
//	Matcher    one for each partition: says into which rules' series a line counts
//	Evaluator  one for each shard: slides windows over the counts, decides, and gives signals
//
// A Set never changes. A reload loads a new one; its Evaluators take over the state of the rules that stayed the same.
package rules
