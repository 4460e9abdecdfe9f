package config

import (
	"fmt"
	"math"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/decode"
	"github.com/tocsin-io/tocsin/detector/redact"
	"github.com/tocsin-io/tocsin/detector/template"
	"github.com/tocsin-io/tocsin/notifier/calendar"
)

// checker collects problems and finds their places in the tree.
type checker struct {
	path     string
	body     ast.Node
	problems Problems
}

// fault notes a problem at a path such as kafka.brokers[0]; without the key in the file, at its nearest parent.
func (k *checker) fault(at, message, mend string) {
	p := Problem{File: k.path, Message: at + ": " + message, Mend: mend}
	for where := at; where != "" && k.body != nil; where = parent(where) {
		yp, err := yaml.PathString("$." + where)
		if err != nil {
			continue
		}
		if node, err := yp.FilterNode(k.body); err == nil && node != nil && node.GetToken() != nil {
			p.Line, p.Column = node.GetToken().Position.Line, node.GetToken().Position.Column
			break
		}
	}
	k.problems = append(k.problems, p)
}

func parent(path string) string {
	if i := strings.LastIndexAny(path, ".["); i > 0 {
		return path[:i]
	}
	return ""
}

func (c *Config) validate(path string, body ast.Node) Problems {
	k := &checker{path: path, body: body}
	k.address("listen", c.Listen)
	if len(c.Kafka.Brokers) == 0 {
		k.address("embedded.listen", c.Embedded.Listen)
	}
	if c.URL != "" {
		if u, err := url.Parse(c.URL); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			k.fault("url", "is not an address that a browser opens", "write https://tocsin.example.com")
		}
	}
	if _, err := calendar.Zone(c.TimeZone); err != nil {
		k.fault("time_zone", fmt.Sprintf("%q is unknown", c.TimeZone), "write a name such as Europe/Berlin")
	}
	c.validateSignIn(k)
	c.validateKafka(k)
	c.validateRedis(k)
	if u := c.Store.URL.Reveal(); u != "" && !strings.HasPrefix(u, "postgres://") && !strings.HasPrefix(u, "postgresql://") {
		k.fault("store.url", "is not a Postgres address", "write postgres://user:${PASSWORD}@host:5432/tocsin")
	}
	c.validateSensitivity(k)
	if c.Cost.PerGB < 0 || c.Cost.PerGB > 1e6 || math.IsNaN(c.Cost.PerGB) {
		k.fault("cost.per_gb", "is no price", "write what a GB costs, such as 2.10")
	}
	if len(c.Cost.Currency) > 8 {
		k.fault("cost.currency", "is longer than 8 bytes", "write a sign or a code, such as € or USD")
	}
	c.validateLinks(k)
	c.validateStart(k)
	k.oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error")
	k.oneOf("log.format", c.Log.Format, "text", "json")
	k.between("retention.fine", c.Retention.Fine, time.Hour, 31*24*time.Hour)
	k.between("retention.coarse", c.Retention.Coarse, 24*time.Hour, 800*24*time.Hour)
	k.between("retention.unheard", c.Retention.Unheard, time.Hour, 400*24*time.Hour)
	k.between("retention.incidents", c.Retention.Incidents, 24*time.Hour, 4000*24*time.Hour)
	k.between("decode.lateness", c.Decode.Lateness, time.Second, time.Hour)
	k.between("kafka.session_timeout", c.Kafka.SessionTimeout, time.Second, 10*time.Minute)
	for topic, format := range c.Decode.Pins {
		if format != "" && !slices.Contains(decode.Formats(), format) {
			k.fault("decode.pins."+topic, fmt.Sprintf("%q is no format", format), "use "+strings.Join(decode.Formats(), ", "))
		}
	}
	if c.Templates.MaxShapes < 16 || c.Templates.MaxShapes > 1<<20 {
		k.fault("templates.max_shapes", "is not between 16 and 1048576", "4096 is the default")
	}
	for i, p := range c.Templates.Patterns {
		if err := p.Pattern().Check(); err != nil {
			k.fault(fmt.Sprintf("templates.patterns[%d].match", i), err.Error(), `write the message with <*> for what varies`)
		}
		if what := template.NameFault(p.Name); p.Name != "" && what != "" {
			k.fault(fmt.Sprintf("templates.patterns[%d].name", i), what, "write a few words")
		}
	}
	for id, name := range c.Templates.Names {
		if _, err := detector.ParseShapeID(id); err != nil {
			k.fault("templates.names."+id, err.Error(), "take the id from the template's page")
		}
		if what := template.NameFault(name); what != "" {
			k.fault("templates.names."+id, what, "write a few words")
		}
	}
	for i, name := range c.Redact.Keys {
		if err := redact.CheckKey(name); err != nil {
			k.fault(fmt.Sprintf("redact.keys[%d]", i), err.Error(), "write the whole name, such as customer_no")
		}
	}
	for i, p := range c.Redact.Patterns {
		if err := p.Pattern().Check(); err != nil {
			k.fault(fmt.Sprintf("redact.patterns[%d].match", i), err.Error(), `write a regular expression (RE2) of what is to be removed, such as C-\d{6}`)
		}
		if p.Kind == "" {
			k.fault(fmt.Sprintf("redact.patterns[%d].kind", i), "is missing", "name what it finds, e.g. customer-number")
		}
	}
	for _, p := range c.Notifier().Validate() {
		k.fault(p.Path, p.Text, p.Mend)
	}
	return k.problems
}

func (c *Config) validateRedis(k *checker) {
	r := &c.Redis
	for i, a := range r.Addresses {
		k.address(fmt.Sprintf("redis.addresses[%d]", i), a)
	}
	switch {
	case len(r.Addresses) == 0 && (r.MasterName != "" || r.Cluster):
		k.fault("redis.addresses", "is missing", "name the sentinels or the members of the cluster")
	case r.MasterName != "" && r.Cluster:
		k.fault("redis.master_name", "is of Sentinel, and cluster is set too", "take out one of them")
	case r.DB != 0 && (r.Cluster || len(r.Addresses) > 1 && r.MasterName == ""):
		k.fault("redis.db", "a cluster has no databases", "take it out, and use prefix to keep keys apart")
	}
}

func (c *Config) validateKafka(k *checker) {
	for i, b := range c.Kafka.Brokers {
		k.address(fmt.Sprintf("kafka.brokers[%d]", i), b)
	}
	if c.Kafka.TopicPattern != "" {
		if _, err := regexp.Compile(c.Kafka.TopicPattern); err != nil {
			k.fault("kafka.topic_pattern", err.Error(), "write a regular expression such as ^logs\\.")
		}
	} else if len(c.Kafka.Topics) == 0 {
		k.fault("kafka.topics", "is empty", "name a topic, or give topic_pattern")
	}
	if c.Kafka.Group == "" {
		k.fault("kafka.group", "is empty", "name the consumer group, e.g. tocsin")
	}
	if c.Kafka.SASL.Mechanism != "" {
		k.oneOf("kafka.sasl.mechanism", c.Kafka.SASL.Mechanism, "plain", "scram-sha-256", "scram-sha-512")
		if c.Kafka.SASL.Username == "" || c.Kafka.SASL.Password == "" {
			k.fault("kafka.sasl", "needs username and password", "password: ${KAFKA_PASSWORD}")
		}
	}
	if c.Embedded.Partitions < 1 || c.Embedded.Partitions > 256 {
		k.fault("embedded.partitions", "is not between 1 and 256", "4 is the default")
	}
}

// validateStart: what is older than the counts that are kept cannot be learned from.
func (c *Config) validateStart(k *checker) {
	start := c.Detection.Start
	if start == "earliest" || start == "latest" {
		return
	}
	switch back, err := detector.ParseDuration(start); {
	case err != nil || back <= 0:
		k.fault("detection.start", fmt.Sprintf("%q is not known", start), "use earliest, latest, or how far back: 36h")
	case back > time.Duration(c.Retention.Fine):
		k.fault("detection.start", fmt.Sprintf("%s is further back than counts are kept, %s", start, c.Retention.Fine), "keep them longer with retention.fine")
	}
}

func (k *checker) address(at, value string) {
	host, port, err := net.SplitHostPort(value)
	if err != nil || port == "" || strings.ContainsAny(host, "/ ") {
		fault := fmt.Sprintf("%q is not host:port", value)
		if i := strings.LastIndexByte(value, '@'); i >= 0 { // what stands before may hold a password
			fault = fmt.Sprintf("what stands before %q is not part of host:port", value[i:])
		}
		k.fault(at, fault, "write 127.0.0.1:9092")
	}
}

func (k *checker) oneOf(at, value string, allowed ...string) {
	for _, a := range allowed {
		if value == a {
			return
		}
	}
	k.fault(at, fmt.Sprintf("%q is not known", value), "use "+strings.Join(allowed, ", "))
}

func (k *checker) between(at string, d Duration, low, high time.Duration) {
	if time.Duration(d) < low || time.Duration(d) > high {
		k.fault(at, fmt.Sprintf("%s is out of range", d), fmt.Sprintf("use %s to %s", detector.Duration(low), detector.Duration(high)))
	}
}
