package tool

import (
	"fmt"
	"io"
	"time"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/engine"
	"github.com/tocsin-io/tocsin/detector/template"
	"github.com/tocsin-io/tocsin/detector/wording"
)

// output is an incident as scan --json prints it. Its keys are a contract.
type output struct {
	ID          string            `json:"id"`
	Kind        detector.Kind     `json:"kind"`
	Service     string            `json:"service"`
	Environment string            `json:"environment"`
	Severity    detector.Severity `json:"severity"`
	Title       string            `json:"title"`
	Template    string            `json:"template"`
	TemplateID  string            `json:"template_id"`
	Onset       time.Time         `json:"onset"`
	OpenedAt    time.Time         `json:"opened_at"`
	ResolvedAt  *time.Time        `json:"resolved_at"`
	Observed    float64           `json:"observed"`
	Expected    float64           `json:"expected"`
	Unit        string            `json:"unit"`
	Window      detector.Duration `json:"window"`
	Score       float64           `json:"score"`
	Page        bool              `json:"page"`
	ExplainedBy string            `json:"explained_by"`
	Hidden      *hidden           `json:"hidden,omitempty"`
	Carriers    []carrier         `json:"carriers,omitempty"`
	Explains    []string          `json:"explains,omitempty"`
	Reopened    int               `json:"reopened,omitempty"` // how many times; the figures are of the last stretch

	Detail     string                `json:"detail,omitempty"` // the second line
	Low        float64               `json:"low"`              // what would have been normal; both 0 where that is not known
	High       float64               `json:"high"`
	OnceIn     detector.Duration     `json:"once_in,omitempty"`
	Values     []detector.FieldValue `json:"values,omitempty"`
	ValuesOf   uint64                `json:"values_of,omitempty"`
	ValuesPast uint64                `json:"values_past,omitempty"`
	ValuesSame []string              `json:"values_same,omitempty"`
	Related    []detector.Related    `json:"related,omitempty"`
	Samples    []string              `json:"samples"`
}

// hidden and carrier print the id of their template as everything else does.
type (
	hidden struct {
		*detector.Hidden
		TemplateID string `json:"template_id"`
	}
	carrier struct {
		detector.Carrier
		TemplateID string `json:"template_id"`
	}
)

// began is the onset of an incident's first stretch: one that was reopened has come and gone since then.
func began(in *detector.Incident) time.Time {
	onset := in.Onset
	for _, e := range in.Timeline {
		if e.Kind == detector.EntryOnset && e.At.Before(onset) {
			onset = e.At
		}
	}
	return onset
}

func newOutput(in *detector.Incident) output {
	o := output{
		ID: in.ID, Kind: in.Kind, Service: in.Service, Environment: in.Environment, Severity: in.Severity, Title: in.Title,
		Template: in.Template, TemplateID: in.TemplateID, Onset: began(in).UTC(), OpenedAt: in.OpenedAt.UTC(),
		ResolvedAt: in.ResolvedAt, Observed: in.Observed, Expected: in.Expected, Unit: in.Unit, Window: in.Window,
		Score: in.Score, Page: in.Page, ExplainedBy: in.ExplainedBy, Explains: in.Explains, Samples: []string{},
		Low: in.Low, High: in.High, OnceIn: in.OnceIn, Reopened: in.Reopened,
		Values: in.Values, ValuesOf: in.ValuesOf, ValuesPast: in.ValuesPast, ValuesSame: in.ValuesSame, Related: in.Related,
	}
	if in.Kind != detector.KindSecret { // where it lies is said in offsets, which a file has not
		o.Detail = in.Detail
	}
	if in.Hidden != nil {
		o.Hidden = &hidden{in.Hidden, in.Hidden.TemplateID.String()}
	}
	for _, c := range in.Carriers {
		o.Carriers = append(o.Carriers, carrier{c, c.TemplateID.String()})
	}
	if in.ResolvedAt != nil {
		at := in.ResolvedAt.UTC()
		o.ResolvedAt = &at
	}
	for _, s := range in.Samples {
		o.Samples = append(o.Samples, s.Text)
	}
	return o
}

// reportTemplates is how many templates a report lists.
const reportTemplates = 20

// printReport prints what a scan found for a person.
func printReport(w io.Writer, files []string, t totals, replay *engine.Replay, corpus *template.Corpus, found *collector) error {
	templates, _ := corpus.Finish()
	fmt.Fprintf(w, "%s, %s, %s", several(t.lines, "line"), several(uint64(len(templates)), "template"),
		found.number())
	if n := t.secrets; n > 0 {
		fmt.Fprintf(w, ", %s removed", several(n, "secret"))
	}
	if n := replay.Late(); n > 0 {
		fmt.Fprintf(w, ", %s came late", several(n, "line"))
	}
	fmt.Fprintln(w)
	err := found.each(func(in *detector.Incident) error {
		if in.ExplainedBy != "" {
			return nil
		}
		fmt.Fprintf(w, "\n%s  %s  %s\n  %s\n", in.OpenedAt.UTC().Format("2006-01-02 15:04:05Z"), in.Severity, in.Kind, in.Title)
		fmt.Fprintf(w, "  Since %s.", began(in).UTC().Format("2006-01-02 15:04:05Z"))
		if in.ResolvedAt != nil {
			fmt.Fprintf(w, " Resolved %s.", in.ResolvedAt.UTC().Format("15:04:05Z"))
		}
		detail := in.Detail
		if in.Kind == detector.KindSecret {
			detail = wording.KeptInFiles(in, func(file int) string {
				if files[file] == "-" {
					return "standard input"
				}
				return files[file]
			})
		}
		if detail != "" {
			fmt.Fprintf(w, " %s", detail)
		}
		fmt.Fprintln(w)
		for i, s := range in.Samples {
			if i == 3 {
				break
			}
			fmt.Fprintf(w, "    %s\n", clip(s.Text, 160))
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(templates) > 0 {
		fmt.Fprintln(w, "\nTemplates by lines")
	}
	for i, t := range templates {
		if i == reportTemplates {
			fmt.Fprintf(w, "  … and %d more: tocsin templates lists all\n", len(templates)-i)
			break
		}
		if _, err := fmt.Fprintf(w, "%10s  %s  %s\n", wording.Count(uint64(t.Count)), t.ID, clip(t.Text, 120)); err != nil {
			return err
		}
	}
	return nil
}

func several(n uint64, what string) string {
	if n != 1 {
		what += "s"
	}
	return wording.Count(n) + " " + what
}

// clip cuts a text for one line of a terminal, and shows no control characters.
func clip(s string, most int) string {
	out := make([]rune, 0, most)
	for _, r := range s {
		if len(out) == most {
			return string(out[:most-1]) + "…"
		}
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			r = ' '
		}
		out = append(out, r)
	}
	return string(out)
}
