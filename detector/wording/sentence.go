package wording

import (
	"github.com/tocsin-io/tocsin/detector"
)

// MaxSummary is how many characters a rule's own summary may have as a title; a longer one is cut at its end.
const MaxSummary = 300

// Title is the sentence of an incident as plain text.
func Title(in *detector.Incident) string { return Join(Sentence(in)) }

// Sentence says what is wrong: present while it goes on, past once its series is back inside what is expected. A rule's own summary
// replaces it. Templates are cut in their middle at MaxTemplate characters, numbers never.
func Sentence(in *detector.Incident) []Span { return sentence(in, MaxTemplate) }

func sentence(in *detector.Incident, cut int) []Span {
	l := &line{cut: cut}
	if in.Rule != nil && in.Rule.Summary != "" {
		return l.say(End(Clean(in.Rule.Summary), MaxSummary)).spans
	}
	_, back := Back(in)
	s := story{Incident: in, past: back || in.Status == detector.StatusResolved}
	tell, ok := tellers[in.Kind]
	if !ok {
		tell = story.other
	}
	tell(s, l)
	return l.spans
}

var tellers = map[detector.Kind]func(story, *line){
	detector.KindSurge:       story.surge,
	detector.KindErrorSpike:  story.errorSpike,
	detector.KindFall:        story.fall,
	detector.KindSilence:     story.silence,
	detector.KindNewError:    story.newError,
	detector.KindMaskedError: story.maskedError,
	detector.KindRamp:        story.ramp,
	detector.KindMix:         story.mix,
	detector.KindLatency:     story.latency,
	detector.KindVolume:      story.volume,
	detector.KindSecret:      story.secret,
	detector.KindLoss:        story.loss,
	detector.KindRule:        story.rule,
	detector.KindNewTemplate: story.newTemplate,
	detector.KindSkew:        story.skew,
	detector.KindLate:        story.late,
}
