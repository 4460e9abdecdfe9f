package wording_test

import (
	"testing"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/wording"
)

func TestWhereASecretCanStillBeRead(t *testing.T) {
	span := func(topic string, partition int, from, to int64, lines uint64) detector.Span {
		return detector.Span{Topic: topic, Partition: partition, From: from, To: to, Lines: lines}
	}
	const none = "tocsin stored, showed and sent none of it. "
	for _, c := range []struct {
		name string
		at   []detector.Span
		want string
	}{
		{"unknown", nil, none + "The topic and whatever else reads it still hold it."},
		{"one line", []detector.Span{span("logs", 3, 828401117, 828401117, 1)}, none + "It can still be read in topic logs, partition 3, offset 828401117, and in whatever else reads the topic."},
		{"many", []detector.Span{
			span("audit", 0, 5, 5, 1), span("logs", 3, 10, 12, 3), span("logs", 3, 40, 90, 1200), span("logs", 4, 1, 2, 2),
			span("logs", 5, 1, 1, 1), span("logs", 9, 7, 7, 1), span("logs", 9, 9, 9, 1),
		}, none + "It can still be read in topic audit, partition 0, offset 5; topic logs, partition 3, 1,203 lines from offset 10 to 90; " +
			"partition 4, 2 lines from offset 1 to 2; 2 further partitions, and in whatever else reads the topic."},
	} {
		in := &detector.Incident{Kind: detector.KindSecret, Status: detector.StatusOpen, Places: c.at}
		if got := wording.Kept(in); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
		if got := wording.Detail(in); got != c.want {
			t.Errorf("%s: the second line is %s", c.name, got)
		}
		in.Status = detector.StatusResolved
		if got := wording.Kept(in); got != "" {
			t.Errorf("%s, resolved: %s", c.name, got)
		}
	}
}

func TestWhereASecretStandsInFiles(t *testing.T) {
	at := func(file int, from, to int64, lines uint64) detector.Span {
		return detector.Span{Partition: file, From: from, To: to, Lines: lines}
	}
	name := func(file int) string { return []string{"a.log", "b.log", "c.log", "d.log"}[file] }
	const none = "tocsin stored, showed and sent none of it. "
	for _, c := range []struct {
		at   []detector.Span
		want string
	}{
		{nil, none + "The file still holds it."},
		{[]detector.Span{at(0, 3001, 3001, 1)}, none + "It can still be read in a.log, line 3002."},
		{
			[]detector.Span{at(0, 0, 0, 1), at(1, 4, 8, 3), at(1, 9, 9, 1), at(2, 1, 1, 1), at(3, 1, 1, 1)},
			none + "It can still be read in a.log, line 1; b.log, 4 lines from line 5 to 10; c.log, line 2; 1 further file.",
		},
	} {
		in := &detector.Incident{Kind: detector.KindSecret, Status: detector.StatusResolved, Places: c.at}
		if got := wording.KeptInFiles(in, name); got != c.want {
			t.Errorf("%v: %s", c.at, got)
		}
	}
	if got := wording.KeptInFiles(&detector.Incident{Kind: detector.KindSurge}, name); got != "" {
		t.Errorf("a surge: %s", got)
	}
}
