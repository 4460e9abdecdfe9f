package dashboards

import (
	"net/http"
	"net/url"
	"strings"
)

type connectView struct {
	base
	Head, Second string
	Mono         string
	Tabs         []connectTab
	Current      connectTab
	Asked        []askedRow
	Waiting      bool
	WaitText     string
	Lines        []lineRow
	Embedded     bool
	Broker       string
	Topic        string
}

type connectTab struct {
	Name, URL string
	On        bool
	Steps     []connectStep
}

type connectStep struct{ Head, Code, Text string }

type askedRow struct{ Asked, Found, State, Icon, Class string }

func (s *Server) connect(w http.ResponseWriter, r *http.Request) {
	b := s.base(w, r, "Connect", "connect")
	b.Live = true
	k := s.src.Connect.Connection()
	v := connectView{base: b, Embedded: k.Embedded, Broker: k.Broker, Topic: k.Topic, Mono: k.Topic}
	h, c := b.health, b.clock
	v.Waiting = h.FirstLine.IsZero()
	v.Head = "tocsin listens on the topic "
	if v.Waiting {
		v.Head = "No line has arrived yet. " + v.Head
	} else {
		v.Head = rate(h.LinesPerSecond) + " lines a second arrive. " + v.Head
	}
	v.Second = "Any Kafka client may write to "
	if k.Embedded {
		v.Second = "An embedded broker takes any Kafka client at "
	}
	v.WaitText = ", " + plural(len(h.Partitions), "partition") + ", " + count(h.LinesTotal) + " lines, asked " + c.ago(h.At)
	want := r.URL.Query().Get("with")
	for _, t := range snippets(k) {
		t.URL = "/connect?" + url.Values{"with": {t.Name}}.Encode()
		t.On = t.Name == want || want == "" && t.Name == "kcat"
		if t.On {
			v.Current = t
		}
		v.Tabs = append(v.Tabs, t)
	}
	if v.Current.Name == "" {
		s.fail(w, r, http.StatusBadRequest, "bad_filter", "with is unknown: use kcat, Fluent Bit, Vector, Filebeat or OpenTelemetry")
		return
	}
	v.Asked = asked(h, k, c)
	v.Lines = lineRows(s.src.Live.LatestLines(r.Context(), 8), c)
	s.render(w, r, http.StatusOK, "connect", v)
}

// asked is what was looked at to find out why nothing arrives.
func asked(h Health, k Connection, c clock) []askedRow {
	broker := askedRow{"Is the broker up?", k.Broker + " answers", "Good", "resolved", "good"}
	for _, st := range h.Stores {
		if st.Name == "Kafka" {
			if st.Away {
				broker = askedRow{"Is the broker up?", st.Error, "Away", "notice", "page"}
			} else if st.Latency > 0 {
				broker.Found += " in " + lasting(st.Latency)
			}
		}
	}
	topic := askedRow{"Is there a topic?", k.Topic + ", " + plural(len(h.Partitions), "partition"), "Good", "resolved", "good"}
	if len(h.Partitions) == 0 {
		topic = askedRow{"Is there a topic?", "no partition of " + k.Topic + " is known yet", "Waiting", "learning", ""}
	}
	written := askedRow{"Has anybody written to it?", "No record in any partition", "Waiting", "learning", ""}
	read := askedRow{"Can lines be read?", "Asked when the first one arrives", "Not yet", "record", ""}
	if !h.FirstLine.IsZero() {
		written = askedRow{"Has anybody written to it?", count(h.LinesTotal) + " lines since " + c.zoned(h.FirstLine), "Good", "resolved", "good"}
		read = askedRow{"Can lines be read?", "counted to " + c.zoned(h.CountedTo), "Good", "resolved", "good"}
	}
	return []askedRow{broker, topic, written, read}
}

// snippets are configurations of shippers that write to the broker, ready to be copied.
func snippets(k Connection) []connectTab {
	fill := strings.NewReplacer("BROKER", k.Broker, "TOPIC", k.Topic)
	secure := ""
	if k.TLS || k.SASL != "" {
		secure = " Your broker also asks for"
		if k.TLS {
			secure += " TLS"
		}
		if k.SASL != "" {
			secure += " " + k.SASL
		}
		secure += ": add it as the shipper's manual says."
	}
	tabs := []connectTab{
		{Name: "kcat", Steps: []connectStep{
			{"Send a line", "echo '{\"service\":\"checkout\",\"level\":\"info\",\"message\":\"order 4711 paid in 212 ms\"}' \\\n  | kcat -P -b BROKER -t TOPIC", "kcat is in Debian, Ubuntu and Homebrew: apt install kcat."},
			{"Then follow a file", "tail -F /var/log/app.log | kcat -P -b BROKER -t TOPIC -k \"$(hostname)\"", "Plain text works. JSON, logfmt, syslog and other forms are understood as they are."},
		}},
		{Name: "Fluent Bit", Steps: []connectStep{
			{"Add an output to fluent-bit.yaml", "pipeline:\n  outputs:\n    - name: kafka\n      match: '*'\n      brokers: BROKER\n      topics: TOPIC\n      format: json\n      timestamp_format: iso8601\n      message_key_field: pod_name\n      rdkafka.acks: all", "The key keeps lines of one source in one partition, in order."},
		}},
		{Name: "Vector", Steps: []connectStep{
			{"Add a sink to vector.yaml", "sinks:\n  tocsin:\n    type: kafka\n    inputs: [kubernetes_logs]\n    bootstrap_servers: BROKER\n    topic: TOPIC\n    key_field: .kubernetes.pod_name\n    encoding:\n      codec: json\n    acknowledgements:\n      enabled: true", "Use the names of your own sources under inputs."},
		}},
		{Name: "Filebeat", Steps: []connectStep{
			{"Set the output in filebeat.yml", "output.kafka:\n  hosts: ['BROKER']\n  topic: 'TOPIC'\n  key: '%{[host.name]}'\n  required_acks: -1\n  compression: gzip\n  codec.json:\n    pretty: false", "Filebeat has one output: this one takes the place of the other."},
		}},
		{Name: "OpenTelemetry", Steps: []connectStep{
			{"Add an exporter to the collector", "exporters:\n  kafka/tocsin:\n    brokers: ['BROKER']\n    logs:\n      topic: TOPIC\n      encoding: otlp_proto\n    partition_logs_by_resource_attributes: true\n    producer:\n      required_acks: -1\nservice:\n  pipelines:\n    logs:\n      exporters: [kafka/tocsin]", "Add it to the exporters that your logs pipeline has. otlp_json is understood too."},
		}},
	}
	for i := range tabs {
		for j := range tabs[i].Steps {
			st := &tabs[i].Steps[j]
			st.Code = fill.Replace(st.Code)
			if j == 0 {
				st.Text += secure
			}
		}
	}
	return tabs
}
