package template

import "bytes"

// kindOf tells what a variable that is no decimal number looks like.
func kindOf(b []byte) SlotKind {
	var m uint16
	for _, c := range b {
		m |= classes[c]
	}
	switch {
	case bytes.Contains(b, []byte("://")):
		return SlotURL
	case isUUID(b):
		return SlotUUID
	case isTime(b):
		return SlotTime
	case m&clDigit != 0 && isAddress(b, m):
		return SlotAddress
	case m&(clSlash|clBackslash) != 0:
		return SlotPath
	case isHex(b):
		return SlotHex
	case m&clColon != 0 && hostPort(b):
		return SlotAddress
	}
	return SlotOther
}

func isUUID(b []byte) bool {
	if len(b) != 36 {
		return false
	}
	for i, c := range b {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
		} else if classes[c]&(clHex|clDigit) == 0 {
			return false
		}
	}
	return true
}

func isHex(b []byte) bool {
	if len(b) > 2 && b[0] == '0' && (b[1] == 'x' || b[1] == 'X') {
		b = b[2:]
	}
	for _, c := range b {
		if classes[c]&(clHex|clDigit) == 0 {
			return false
		}
	}
	return len(b) > 0
}

// isTime reports whether b is a date, a time of day or both: 2015-07-29, 17:41:44, 2015-07-29T17:41:44.5Z.
func isTime(b []byte) bool {
	if bytes.Count(b, []byte{':'}) > 3 {
		return false // a MAC address in digits
	}
	group, groups := 0, 0
	sep := byte(0)
	for i, c := range b {
		if c >= '0' && c <= '9' {
			if group++; group > 9 {
				return false
			}
			continue
		}
		switch c {
		case ':', '-', '/', '.', '+', ' ', ',':
		case 'T', 'Z':
			if i == 0 || group == 0 {
				return false
			}
		default:
			return false
		}
		if c == ':' || c == '-' && i == 4 || c == '/' && i > 0 {
			sep = c
		}
		if group > 0 {
			groups++
		}
		group = 0
	}
	if group > 0 {
		groups++
	}
	return sep != 0 && groups >= 2 && (groups > 2 || sep == ':' && len(b) <= 5) && classes[b[0]]&clDigit != 0 && !dotted4(b)
}

// dotted4 reports whether b begins with four numbers and dots, as an IP address does.
func dotted4(b []byte) bool {
	dots := 0
	for _, c := range b {
		if c == '.' {
			dots++
		} else if c < '0' || c > '9' {
			break
		}
	}
	return dots == 3
}

// isAddress reports whether b is an IP or MAC address or a host, perhaps with a port and a leading slash.
func isAddress(b []byte, m uint16) bool {
	b = bytes.TrimLeft(b, "/")
	return dotted4(b) || m&clColon != 0 && (hexGroups(b) || hostPort(b))
}
