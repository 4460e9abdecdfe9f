package store

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/tocsin-io/tocsin/detector"
)

// documents are the wide parts of an incident as they stand in incident_documents.
type documents struct {
	facts    []byte // never nil
	chart    []byte // nil where there is none
	evidence []byte
}

type evidence struct {
	Samples  []detector.Sample  `json:"samples,omitempty"`
	Hosts    []string           `json:"hosts,omitempty"`
	Carriers []detector.Carrier `json:"carriers,omitempty"`
	Places   []detector.Span    `json:"places,omitempty"`
}

// encode splits an incident into its documents. Numbers that JSON cannot hold are replaced first: a score of +Inf must
// not keep an incident from being stored.
func encode(in *detector.Incident) (documents, error) {
	var d documents
	var err error
	facts := *in
	for _, f := range []*float64{
		&facts.Observed, &facts.Expected, &facts.Low, &facts.High, &facts.Score, &facts.Strength, &facts.Peak,
	} {
		*f = finite(*f)
	}
	facts.Samples, facts.Hosts, facts.Carriers, facts.Places, facts.Chart, facts.Timeline = nil, nil, nil, nil, nil, nil
	if d.facts, err = json.Marshal(&facts); err != nil {
		return d, fmt.Errorf("encode incident %s: %w", in.ID, err)
	}
	if in.Chart != nil {
		if d.chart, err = json.Marshal(finiteChart(in.Chart)); err != nil {
			return d, fmt.Errorf("encode chart of %s: %w", in.ID, err)
		}
	}
	e := evidence{Samples: in.Samples, Hosts: in.Hosts, Carriers: finiteCarriers(in.Carriers), Places: in.Places}
	if d.evidence, err = json.Marshal(e); err != nil {
		return d, fmt.Errorf("encode evidence of %s: %w", in.ID, err)
	}
	return d, nil
}

// decode reads the facts; the wide parts stay empty.
func decode(in *detector.Incident, facts []byte) error {
	if err := json.Unmarshal(facts, in); err != nil {
		return fmt.Errorf("decode incident: %w", err)
	}
	return nil
}

// decodeWide reads the parts that are not nil.
func decodeWide(in *detector.Incident, chart, wide []byte) error {
	if chart != nil {
		if err := json.Unmarshal(chart, &in.Chart); err != nil {
			return fmt.Errorf("decode chart of %s: %w", in.ID, err)
		}
	}
	if wide != nil {
		var e evidence
		if err := json.Unmarshal(wide, &e); err != nil {
			return fmt.Errorf("decode evidence of %s: %w", in.ID, err)
		}
		in.Samples, in.Hosts, in.Carriers, in.Places = e.Samples, e.Hosts, e.Carriers, e.Places
	}
	return nil
}

func finiteChart(c *detector.Chart) *detector.Chart {
	out := *c
	out.Observed = slices.Clone(c.Observed)
	for i, p := range c.Observed {
		if p != nil {
			v := finite(*p)
			out.Observed[i] = &v
		}
	}
	out.Expected, out.Low, out.High = finiteAll(c.Expected), finiteAll(c.Low), finiteAll(c.High)
	return &out
}

func finiteAll(in []float64) []float64 {
	out := slices.Clone(in)
	for i, v := range out {
		out[i] = finite(v)
	}
	return out
}

func finiteCarriers(in []detector.Carrier) []detector.Carrier {
	out := slices.Clone(in)
	for i, c := range out {
		c.Observed, c.Expected, c.Share = finite(c.Observed), finite(c.Expected), finite(c.Share)
		out[i] = c
	}
	return out
}
