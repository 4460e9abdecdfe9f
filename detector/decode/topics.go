package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// routerTopics are those with which a line of RouterOS (MikroTik) may begin.
var routerTopics = func() map[string]bool {
	set := make(map[string]bool)
	for _, t := range bytes.Fields([]byte(`system firewall interface dhcp wireless wifi ppp pppoe l2tp pptp sstp ovpn ipsec ike wireguard ospf bgp rip
		route script account caps hotspot dns ntp ssh web-proxy certificate bridge radius snmp lte container stp vrrp backup ddns e-mail manager
		queue store tftp timer ups watchdog netwatch smb poe-out health`)) {
		set[string(t)] = true
	}
	return set
}()

// topics reads the topics of a line of RouterOS, which commas join and one or more of which are levels; false where the
// word is none.
func topics(word []byte) (level detector.Level, ok bool) {
	first, rest, many := bytes.Cut(word, []byte(","))
	if !many || !routerTopics[string(first)] {
		return level, false
	}
	for len(rest) > 0 {
		var topic []byte
		topic, rest, _ = bytes.Cut(rest, []byte(","))
		switch string(topic) {
		case "debug", "info", "warning", "error", "critical":
			if l, _ := levelOf(topic); !ok || l > level {
				level, ok = l, true
			}
		default:
			for _, c := range topic {
				if !(c >= 'a' && c <= 'z') && !isDigit(c) && c != '-' {
					return level, false
				}
			}
		}
	}
	return level, ok
}

// topicsFollow reports whether topics stand behind the blanks at i.
func topicsFollow(b []byte, i int) bool {
	word, _ := token(b, skipBlanks(b, i))
	_, ok := topics(word)
	return ok
}

// topicsAt reads topics that stand behind a time, at i, and gives the index after them; 0 where there are none.
func (h *head) topicsAt(word []byte, end int) int {
	level, ok := topics(word)
	if !ok {
		return 0
	}
	h.level, h.hasLevel, h.sealed, h.logger = level, true, true, word
	return end
}

// topicsFirst reads TOPICS message, as RouterOS sends it without a header.
func (d *Decoder) topicsFirst(b []byte) bool {
	comma := bytes.IndexByte(b[:min(len(b), 16)], ',')
	if comma < 2 || !routerTopics[string(b[:comma])] {
		return false
	}
	word, end := token(b, 0)
	var h head
	if end >= len(b) || h.topicsAt(word, end) == 0 {
		return false
	}
	d.underHeader(&h, b, b[end:])
	return true
}
