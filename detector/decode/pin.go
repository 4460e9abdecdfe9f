package decode

// Formats are the names that a topic may be pinned to. An empty pin recognises each line by itself.
func Formats() []string {
	return []string{"text", "json", "otlp", "logfmt", "syslog", "klog", "access", "cef", "csvlog", "redis", "header"}
}

// pinned decodes a line by the format that its topic is pinned to; false where the line is not of that format, and is
// plain text then. Wrappers of shippers and container runtimes are unpacked before.
func (d *Decoder) pinned(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	switch d.pin {
	case "json":
		return d.innerJSON(b)
	case "logfmt":
		return d.logfmt(b)
	case "syslog":
		return b[0] == '<' && d.syslog(b) || d.syslogText(b)
	case "klog":
		return d.klog(b)
	case "access":
		return d.access(b) || d.haproxyLine(b) || d.gin(b) || d.methodLine(b) || d.elb(b)
	case "cef":
		return d.cef(b)
	case "csvlog":
		return d.csvlog(b)
	case "redis":
		return d.redis(b)
	case "header":
		return d.header(b)
	}
	return false
}
