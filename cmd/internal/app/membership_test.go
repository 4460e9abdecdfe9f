package app

import (
	"strings"
	"testing"

	"github.com/tocsin-io/tocsin/detector/rate"
	"github.com/tocsin-io/tocsin/detector/source"
)

func TestHealthSaysWhyNothingIsRead(t *testing.T) {
	reads := []rate.Partition{{Topic: "logs"}}
	for name, c := range map[string]struct {
		membership source.Membership
		says       string // empty: nothing
	}{
		"not joined yet":               {source.Membership{}, ""},
		"reads":                        {source.Membership{Joined: true, Assigned: reads}, ""},
		"waits for a partition":        {source.Membership{Joined: true}, "more replicas than partitions"},
		"no topic, not joined":         {source.Membership{TopicsMissing: true}, "none of the topics exists"},
		"no topic, joined":             {source.Membership{Joined: true, TopicsMissing: true}, "none of the topics exists"},
		"the topic that it reads went": {source.Membership{Joined: true, Assigned: reads, TopicsMissing: true}, "none of the topics exists"},
	} {
		note := membershipNote(c.membership)
		if (note == "") != (c.says == "") || !strings.Contains(note, c.says) {
			t.Errorf("%s: health says %q, want %q in it", name, note, c.says)
		}
	}
}
