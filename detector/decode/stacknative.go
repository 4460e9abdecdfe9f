package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// native recognises the first line of a crash that a native runtime, a sanitizer or a debugger reports.
func native(line []byte) bool {
	if len(line) < 8 {
		return false
	}
	if end := bytes.IndexByte(line[:min(len(line), 128)], ' '); end > 0 && line[end-1] == ':' && bytes.Contains(line[:end], []byte(".swift:")) {
		return hasPrefix(line[end:], " Fatal error: ")
	}
	switch line[0] {
	case 't', '*', 'P', 'l', 'F', '=', 'W':
	default:
		return false
	}
	switch {
	case hasPrefix(line, "terminate called "), hasPrefix(line, "*** Program crashed"), hasPrefix(line, "*** stack smashing"),
		hasPrefix(line, "Program received signal "), hasPrefix(line, "libc++abi: "):
		return true
	case hasPrefix(line, "Fatal error: "):
		return bytes.Contains(line, []byte(".swift"))
	}
	if race(line) {
		return true
	}
	_, rest, ok := sanitizer(line)
	return ok && (hasPrefix(rest, "ERROR: ") || hasPrefix(rest, "WARNING: ")) && bytes.Contains(rest, []byte("Sanitizer: "))
}

// sanitizer splits ==PID==TEXT.
func sanitizer(line []byte) (pid, text []byte, ok bool) {
	if !hasPrefix(line, "==") || len(line) < 6 || !isDigit(line[2]) {
		return nil, nil, false
	}
	end := bytes.Index(line[2:min(len(line), 24)], []byte("=="))
	if end < 1 {
		return nil, nil, false
	}
	return line[2 : 2+end], line[4+end:], true
}

// nativeFrame knows the lines of a native crash that are not indented: frames with addresses, and what stands around
// them.
func nativeFrame(line []byte) bool {
	if _, _, ok := sanitizer(line); ok || hasPrefix(line, "=>0x") || hasPrefix(line, "0x") {
		return true
	}
	if len(line) > 1 && (line[0] == '#' && isDigit(line[1]) || isDigit(line[0])) {
		return line[0] == '#' || bytes.Contains(line[:min(len(line), 128)], []byte("0x"))
	}
	for _, s := range [...]string{
		"SUMMARY: ", "Shadow bytes ", "Shadow byte ", "Thread ", "Current stack trace", "Stack dump", "previously allocated ", "freed by thread ",
		"allocated by thread ", "READ of size ", "WRITE of size ", "HINT: ", "Backtrace", "Registers:", "Images ", "Aborted", "Segmentation fault",
		"Address ", "AddressSanitizer", "Illegal instruction", "Crash took ", "Read at ", "Write at ", "Previous read ", "Previous write ",
		"Goroutine ", "==================",
	} {
		if hasPrefix(line, s) {
			return true
		}
	}
	return false
}

// rubyFrame knows FILE:12:in 'method'.
func rubyFrame(line []byte) bool {
	i := bytes.Index(line[:min(len(line), 512)], []byte(":in "))
	if i < 3 || !isDigit(line[i-1]) || i+4 >= len(line) || line[i+4] != '\'' && line[i+4] != '`' {
		return false
	}
	return bytes.IndexByte(line[:i], ' ') < 0
}

// race knows the report of Go's race detector.
func race(line []byte) bool { return hasPrefix(line, "WARNING: DATA RACE") }

// ruler knows the line of = that sanitizers and Go's race detector put before a report.
func ruler(line []byte) bool {
	if len(line) < 18 {
		return false
	}
	for _, c := range line {
		if c != '=' {
			return false
		}
	}
	return true
}

// report follows what Rust's anyhow and eyre print below Error: and a blank line, the causes and the place.
func (t *stack) report(line []byte) bool {
	if hasPrefix(line, "Caused by:") || hasPrefix(line, "Location:") || hasPrefix(line, "Stack backtrace:") {
		t.step, t.level = 1, detector.LevelError
		return true
	}
	return t.step > 0 && indented(line)
}
