package signin

import (
	"net/http"
	"net/netip"
	"strings"
)

// Address is where a request comes from. Behind a proxy that is trusted it is what the proxy says, the last that is no
// such proxy itself: what stands before that in X-Forwarded-For anybody can write.
func (g *Gate) Address(r *http.Request) string {
	at := remote(r.RemoteAddr)
	if !g.trusts(at) {
		return text(at, r.RemoteAddr)
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		at = hop.Unmap().WithZone("")
		if !g.trusts(at) {
			break
		}
	}
	return text(at, r.RemoteAddr)
}

func (g *Gate) trusts(a netip.Addr) bool {
	for _, p := range g.o.TrustedProxies {
		if a.IsValid() && p.Contains(a) {
			return true
		}
	}
	return false
}

func remote(s string) netip.Addr {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().WithZone("")
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}

func text(a netip.Addr, otherwise string) string {
	if !a.IsValid() {
		return cut(otherwise, 64)
	}
	return a.String()
}

// network is what tries are counted by: an address of IPv4, and of IPv6 the /64 that one subscriber has.
func network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil || a.Is4() {
		return address
	}
	p, err := a.Prefix(64)
	if err != nil {
		return address
	}
	return p.String()
}
