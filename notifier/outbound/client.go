// Package outbound makes the HTTP clients of receivers: bounded in time and size, bound to the host that was
// configured, and closed to addresses that no receiver should reach.
package outbound

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"syscall"
	"time"
)

// MaxBody is how many bytes of an answer are read, headers apart.
const MaxBody = 1 << 20

// Options of New.
type Options struct {
	AllowPrivate bool          // loopback and private networks may be reached
	CAFile       string        // PEM of certificates to trust instead of the system's
	Timeout      time.Duration // of a request where its context allows longer; default 10 s
}

// New makes a client. Redirects to another host, and from https to http, are refused; link-local, multicast and
// unspecified addresses are never dialled, for there stand the metadata services of clouds. Addresses are checked
// after name resolution, when the connection is made, so a name that changes its mind is caught; behind a proxy
// (HTTPS_PROXY) it is the proxy's address that is checked.
func New(o Options) (*http.Client, error) {
	if o.Timeout <= 0 {
		o.Timeout = 10 * time.Second
	}
	dialer := Dialer(o)
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, ForceAttemptHTTP2: true,
		TLSHandshakeTimeout: o.Timeout, ResponseHeaderTimeout: o.Timeout, IdleConnTimeout: 90 * time.Second,
		MaxIdleConnsPerHost: 4, MaxResponseHeaderBytes: 64 << 10,
	}
	var err error
	if transport.TLSClientConfig, err = TLS(o.CAFile); err != nil {
		return nil, err
	}
	return &http.Client{
		Transport: bounded{transport}, CheckRedirect: sameHost, Timeout: o.Timeout,
	}, nil
}

// Dialer dials what New's clients may reach, for what does not speak HTTP.
func Dialer(o Options) *net.Dialer {
	if o.Timeout <= 0 {
		o.Timeout = 10 * time.Second
	}
	return &net.Dialer{Timeout: o.Timeout, Control: guard(o.AllowPrivate)}
}

// TLS trusts the certificates of a PEM file, or the system's where file is empty.
func TLS(file string) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if file == "" {
		return c, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("certificates cannot be read: %w", err)
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no PEM certificate", file)
	}
	return c, nil
}

// ErrRedirect is what a refused redirect ends in.
var ErrRedirect = errors.New("it redirects to another place, which is not followed: configure the final address")

func sameHost(r *http.Request, via []*http.Request) error {
	first := via[0].URL
	if r.URL.Host != first.Host || first.Scheme == "https" && r.URL.Scheme != "https" {
		return ErrRedirect
	}
	if len(via) >= 5 {
		return errors.New("it redirects over and over")
	}
	return nil
}

// ErrForbidden is what dialling a forbidden address ends in.
var ErrForbidden = errors.New("the address is not allowed")

func guard(private bool) func(network, address string, _ syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("%w: %s is no address", ErrForbidden, address)
		}
		if why := Forbidden(ap.Addr(), private); why != "" {
			return fmt.Errorf("%w: %s is %s", ErrForbidden, ap.Addr(), why)
		}
		return nil
	}
}

var (
	shared = netip.MustParsePrefix("100.64.0.0/10") // carrier-grade NAT (RFC 6598), also metadata of some clouds
	nat64  = netip.MustParsePrefix("64:ff9b::/96")
)

// Forbidden says why an address may not be dialled; empty where it may.
func Forbidden(ip netip.Addr, private bool) string {
	ip = ip.Unmap()
	if nat64.Contains(ip) { // an IPv4 address in disguise
		b := ip.As16()
		ip = netip.AddrFrom4([4]byte(b[12:]))
	}
	switch {
	case ip.IsLinkLocalUnicast(), ip.IsLinkLocalMulticast(), ip.IsInterfaceLocalMulticast():
		return "link-local"
	case ip.IsMulticast():
		return "multicast"
	case ip.IsUnspecified():
		return "unspecified"
	case ip == netip.MustParseAddr("fd00:ec2::254"):
		return "a metadata service"
	case private:
		return ""
	case ip.IsLoopback():
		return "loopback, which is not allowed here (allow_private)"
	case ip.IsPrivate(), shared.Contains(ip):
		return "private, which is not allowed here (allow_private)"
	}
	return ""
}
