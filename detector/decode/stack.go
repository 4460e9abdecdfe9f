package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// stack follows the lines of a stack trace, to tell what still belongs to it where lines have no header of their own.
type stack struct {
	kind  stackKind
	step  uint8
	level detector.Level // that the trace shows, where the line stated none
}

type stackKind uint8

const (
	stackNone   stackKind = iota
	stackFrames           // indented frames were seen: Java, .NET, Node, Ruby
	stackPython
	stackGo
	stackRust
	stackNode // an uncaught exception, which begins with the place and the source line
	stackPHP
	stackNative // C, C++, Swift: sanitizers, debuggers, the runtime
	stackReport // Error: of Rust's anyhow and eyre, which may be followed by its causes
)

// begin looks at the line that begins an event.
func (t *stack) begin(line []byte, s *slot) {
	if s.info.plain || s.info.own {
		if !t.start(line) && s.info.plain && hasPrefix(line, "Error: ") {
			t.kind = stackReport
		}
	}
}

// start recognises the first line of a crash; it reports false for other lines.
func (t *stack) start(line []byte) bool {
	kind, level := stackNone, detector.LevelError
	switch {
	case hasPrefix(line, "panic: "), hasPrefix(line, "fatal error: "), hasPrefix(line, "SIG") && bytes.Contains(line, []byte(": ")),
		hasPrefix(line, "runtime: "), hasPrefix(line, "unexpected fault address"):
		kind, level = stackGo, detector.LevelFatal
	case panics(line):
		kind = stackRust
		if bytes.Contains(line, []byte(" panicked at '")) {
			t.step = 1 // the older form says why on the same line
		}
	case hasPrefix(line, "Traceback (most recent call last)"):
		kind = stackPython
	case hasPrefix(line, "Exception in thread "), hasPrefix(line, "Unhandled exception"), hasPrefix(line, "Unhandled Exception"):
		kind = stackFrames
	case place(line):
		kind = stackNode
	case hasPrefix(line, "PHP Fatal error: "), hasPrefix(line, "Fatal error: Uncaught"), hasPrefix(line, "PHP Parse error: "):
		kind = stackPHP
	case hasPrefix(line, "  + Exception Group Traceback (most recent call last)"):
		kind, t.step = stackPython, 1
	case native(line):
		kind, level = stackNative, detector.LevelFatal
		if race(line) {
			level = detector.LevelWarn
		}
	default:
		return false
	}
	t.kind, t.level = kind, level
	return true
}

// next tells whether line, which has no header, belongs to the event of s.
func (t *stack) next(line []byte, s *slot) bool {
	if len(line) == 0 {
		return t.blank(s)
	}
	if len(s.message) == 0 && s.info.plain && s.ev.Lines == 1 { // a blank line
		if !panics(line) {
			return false
		}
		s.info.headOnly = true
		return t.start(line)
	}
	if t.belongs(line) {
		return true
	}
	if s.info.plain && s.ev.Lines == 1 && ruler(s.message) && native(line) {
		return t.start(line)
	}
	if !s.info.headed && (t.kind == stackNone || t.kind == stackReport) {
		switch { // an error is named, and then the trace follows
		case hasPrefix(line, "Traceback (most recent call last)") && troubled(s.message): // Django
			return t.start(line)
		case hasPrefix(line, "CallStack (from HasCallStack)") && troubled(s.message): // Haskell
			t.kind, t.level = stackFrames, detector.LevelError
			return true
		}
	}
	if t.kind != stackGo && t.kind != stackNode && (stack{}).opens(line, s) {
		return false
	}
	if s.info.headed {
		t.frame(line)
		return true
	}
	switch t.kind {
	case stackPython, stackGo, stackRust, stackNode, stackPHP, stackNative:
		return indented(line)
	}
	if indented(line) {
		t.frame(line)
		return len(s.message) > 0
	}
	return s.ev.Lines > 1 && closer(line)
}

// opens reports whether line begins a crash that is no part of the event of s.
func (stack) opens(line []byte, s *slot) bool {
	var fresh stack
	if !fresh.start(line) {
		return false
	}
	if fresh.kind == stackPython || fresh.kind == stackPHP { // a logger prints them below an error
		return !s.info.headed || (s.ev.Level != detector.LevelNone && s.ev.Level < detector.LevelWarn)
	}
	return true
}

// troubled tells whether a line without header speaks of an error, so that a traceback below it is its own.
func troubled(b []byte) bool {
	for _, word := range [...]string{"rror", "xception", "ailed", "ailure"} {
		if bytes.Contains(b, []byte(word)) {
			return true
		}
	}
	return false
}

func (t *stack) blank(s *slot) bool {
	switch t.kind {
	case stackGo, stackNode, stackNative, stackPHP, stackReport:
		return true
	case stackPython:
		return t.step > 0
	}
	return s.info.headed
}

// frame notes that a line is a frame.
func (t *stack) frame(line []byte) {
	if t.kind != stackNone && t.kind != stackReport {
		return
	}
	rest := bytes.TrimLeft(line, " \t")
	if hasPrefix(rest, "at ") || hasPrefix(rest, "from ") || hasPrefix(rest, "File \"") || hasPrefix(line, "Traceback ") ||
		hasPrefix(line, "goroutine ") {
		t.kind, t.level = stackFrames, detector.LevelError
	}
}

// belongs knows the lines of each kind of trace that are not indented.
func (t *stack) belongs(line []byte) bool {
	switch t.kind {
	case stackFrames:
		return hasPrefix(line, "Caused by: ") || hasPrefix(line, "Suppressed: ") || hasPrefix(line, "--- End of ") ||
			hasPrefix(line, "... ") || hasPrefix(line, "Wrapped by: ") || rubyFrame(line)
	case stackPython:
		return t.python(line)
	case stackGo:
		return hasPrefix(line, "goroutine ") || hasPrefix(line, "created by ") || hasPrefix(line, "[signal ") ||
			hasPrefix(line, "exit status ") || hasPrefix(line, "runtime stack:") || hasPrefix(line, "panic: ") ||
			hasPrefix(line, "[recovered") || hasPrefix(line, "fatal error: ") || hasPrefix(line, "...") ||
			(line[len(line)-1] == ')' && bytes.IndexByte(line, '(') > 0) || register(line)
	case stackRust:
		if t.step == 0 {
			t.step = 1
			return true
		}
		return hasPrefix(line, "note: ") || hasPrefix(line, "stack backtrace:")
	case stackNode:
		if t.step < 3 { // the source line, the mark below it, what was thrown
			t.step++
			return true
		}
		return hasPrefix(line, "Node.js v") || closer(line)
	case stackNative:
		return nativeFrame(line)
	case stackReport:
		return t.report(line)
	case stackPHP:
		return hasPrefix(line, "Stack trace:") || (line[0] == '#' && len(line) > 1 && isDigit(line[1])) || hasPrefix(line, "Next ")
	}
	return false
}

// python follows tracebacks: frames, the exception, and then perhaps a further traceback.
func (t *stack) python(line []byte) bool {
	switch {
	case line[0] == ' ' || line[0] == '\t':
		return true
	case hasPrefix(line, "Traceback (most recent call last)"):
		if t.step == 1 {
			return false
		}
		t.step = 0
		return true
	case t.step == 0:
		t.step = 1
		return true
	case hasPrefix(line, "The above exception was"), hasPrefix(line, "During handling of the above"):
		t.step = 2
		return true
	}
	return false
}

// register knows the dump of registers below a Go crash: rax    0x0.
func register(line []byte) bool {
	i := bytes.IndexByte(line, ' ')
	return i > 0 && i < 8 && bytes.Contains(line[i:], []byte(" 0x"))
}

// panics knows Rust's panic: thread 'main' panicked at src/main.rs:4:5:
func panics(line []byte) bool {
	return hasPrefix(line, "thread '") && bytes.Contains(line, []byte(" panicked at "))
}

// place knows /srv/app.js:42, with which Node.js begins the report of an uncaught exception.
func place(line []byte) bool {
	if len(line) < 4 || !(line[0] == '/' || hasPrefix(line, "file:///") || hasPrefix(line, "node:") || line[1] == ':' && line[2] == '\\') {
		return false
	}
	i := len(line)
	for i > 0 && isDigit(line[i-1]) {
		i--
	}
	return i < len(line) && i > 1 && line[i-1] == ':' && bytes.IndexByte(line, ' ') < 0 && !isDigit(line[i-2])
}

func hasPrefix(b []byte, s string) bool { return len(b) >= len(s) && string(b[:len(s)]) == s }

func indented(line []byte) bool { return line[0] == ' ' || line[0] == '\t' }

// closer knows lines of nothing but closing brackets.
func closer(line []byte) bool {
	for _, c := range line {
		if c != '}' && c != ']' && c != ')' && c != ',' && c != ';' {
			return false
		}
	}
	return true
}
