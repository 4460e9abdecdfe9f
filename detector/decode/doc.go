// Package decode makes events of records: it recognises the format of each line by the line itself, takes time, level,
// service, host, message, fields and trace id from it, unpacks what shippers wrapped, and joins what was cut or
// spread over lines (parts of Docker and CRI lines, stack traces).
//
// Nothing is dropped. What cannot be decoded is an event whose message is the text and whose Structured is false.
// The result for a line depends on the line, its record and the unfinished event of its source, never on what other
// sources wrote.
package decode
