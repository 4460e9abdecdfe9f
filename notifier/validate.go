package notifier

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/selector"
)

var (
	receiverName = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$`)
	slackChannel = regexp.MustCompile(`^(#[^\s#]{1,80}|[CGD][A-Z0-9]{2,20})$`)
	slackMention = regexp.MustCompile(`^(here|channel|[UWS][A-Z0-9]{2,20})?$`)
)

// Validate lists every fault of the configuration, in the order of its parts; none for a good one. It opens no
// connection and reads no file.
func (c Config) Validate() []Problem {
	v := &validation{}
	names := map[string]bool{Inbox: true}
	for i, r := range c.Receivers {
		path := fmt.Sprintf("receivers[%d]", i)
		switch {
		case r.Name == Inbox:
			v.add(path+".name", `"inbox" is the built-in receiver`, "choose another name; the inbox gets every message by itself")
		case !receiverName.MatchString(r.Name):
			v.add(path+".name", fmt.Sprintf("%q is no name of a receiver", r.Name), "use letters, digits, dots, dashes and underscores, 63 at most")
		case names[r.Name]:
			v.add(path+".name", fmt.Sprintf("two receivers have the name %q", r.Name), "give each its own name")
		}
		names[r.Name] = true
		v.receiver(path, r)
	}
	v.calendars(c)
	v.routes(c, names)
	return v.problems
}

type validation struct{ problems []Problem }

func (v *validation) add(path, text, mend string) {
	v.problems = append(v.problems, Problem{path, text, mend})
}

func (v *validation) receiver(path string, r ReceiverConfig) {
	switch kinds := r.kinds(); len(kinds) {
	case 1:
	case 0:
		v.add(path, "it has no kind", "add one of "+strings.Join(Kinds(), ", "))
		return
	default:
		v.add(path, "it has several kinds: "+strings.Join(kinds, ", "), "make a receiver of each")
		return
	}
	v.kind(path+"."+r.Kind(), r)
}

func (v *validation) url(path string, s Secret) {
	if s == "" {
		v.add(path, "the address is missing", "give an http or https URL")
		return
	}
	u, err := url.Parse(s.Reveal())
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		v.add(path, "it is no http or https URL", "write it as https://host/path")
	}
}

func (v *validation) route(path string, r RouteConfig, names map[string]bool) {
	if _, err := selector.Compile(r.Match); err != nil {
		v.add(path+".match", err.Error(), "use "+strings.Join(selector.Names(), ", ")+"; for example severity == \"page\" && labels.team == \"payments\"")
	}
	for i, s := range r.Severities {
		if s != detector.SeverityPage && s != detector.SeverityNotice {
			v.add(fmt.Sprintf("%s.severities[%d]", path, i), fmt.Sprintf("%q cannot be sent", string(s)), "use page or notice; record is only written down")
		}
	}
	for i, n := range r.Receivers {
		if !names[n] {
			v.add(fmt.Sprintf("%s.receivers[%d]", path, i), fmt.Sprintf("there is no receiver %q", n), "correct the name or add the receiver")
		}
	}
}

// host is the host of an address that may hold secrets elsewhere.
func host(s Secret) string {
	u, err := url.Parse(s.Reveal())
	if err != nil {
		return ""
	}
	return u.Host
}
