package decode

import "github.com/tocsin-io/tocsin/detector"

// zabbix reads PID:20060102:150405.000 message, as Zabbix's daemons and agents write it.
func (d *Decoder) zabbix(b []byte) bool {
	pid := skipBlanks(b, 0)
	i := pid
	for i < len(b) && i-pid < 9 && isDigit(b[i]) {
		i++
	}
	at := i + 1 // of the date
	if i == pid || len(b) < at+len("20060102:150405.000 ") || b[i] != ':' || b[at+8] != ':' || b[at+15] != '.' || b[at+19] != ' ' {
		return false
	}
	var v [6]int
	for k, n := 0, at; k < len(v); k++ {
		size := 2
		if k == 0 {
			size = 4
		}
		part, ok := digits(b, n, size)
		if !ok {
			return false
		}
		if v[k] = part; k == 2 {
			n++ // the colon
		}
		n += size
	}
	ms, ok := digits(b, at+16, 3)
	if !ok || v[1] < 1 || v[1] > 12 || v[2] < 1 || v[2] > 31 || v[3] > 23 || v[4] > 59 || v[5] > 59 {
		return false
	}
	s := stamp{year: v[0], month: v[1], day: v[2], hour: v[3], minute: v[4], second: v[5], nano: ms * 1_000_000, dated: true, clock: true}
	f := &d.draft
	f.when, f.hasWhen = s, true
	d.addPID(b[pid:i])
	body := trimBlank(b[at+19:])
	d.message(body)
	f.level = detector.LevelNone
	if d.ev.Format == "" {
		d.ev.Format = "text"
	}
	d.line.headed, d.line.text = true, b
	return true
}
