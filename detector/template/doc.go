// Package template finds the templates of log lines.
//
// A line's shape is the line with its variables masked, known by a 64-bit hash of the masked tokens: a pure function of
// the bytes, the same in every replica. A template is a set of shapes that were merged later; merging is an alias
// between ids and changes no count. DESIGN.md beside this file says which rules there are, and why.
//
//	Shaper   the shape of a line: id, text and slots
//	Learner  the shapes that a worker has met, within bounds
//	Merger   which shapes are one template
//	Aliases  what any id, however old, stands for now
//	Corpus   the four together, for one file
package template
