package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// lambda reads the lines that AWS Lambda writes around those of the function: they begin events, though they state
// neither time nor level.
func (d *Decoder) lambda(b []byte) bool {
	if !hasPrefix(b, "START ") && !hasPrefix(b, "END ") && !hasPrefix(b, "REPORT ") {
		return false
	}
	id, ok := bytes.CutPrefix(b[bytes.IndexByte(b, ' ')+1:], []byte("RequestId: "))
	if !ok || len(id) < 36 || !uuidText(id[:36]) {
		return false
	}
	d.add("request_id", detector.KindString, id[:36])
	d.message(b)
	d.ev.Format = "text"
	d.line.headed = true
	return true
}
