package tool

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/template"
)

// TemplatesOptions says how templates are printed.
type TemplatesOptions struct {
	JSON   bool
	Assign string // path of a CSV file for the template of each line; empty: none
}

// Templates prints the templates of the lines by count: count, id and template, separated by tabs.
func Templates(ctx context.Context, in Input, o TemplatesOptions) error {
	p := newProgress(in.Stderr)
	c := template.NewCorpus(o.Assign != "")
	err := in.events(ctx, p, func(ev *detector.Event) { c.Add(ev.Message) })
	p.done()
	if err != nil {
		return err
	}
	templates, lines := c.Finish()
	if o.Assign != "" {
		if err := assign(o.Assign, templates, lines); err != nil {
			return err
		}
	}
	w := bufio.NewWriter(in.Stdout)
	for _, t := range templates {
		if o.JSON {
			err = json.NewEncoder(w).Encode(map[string]any{"count": t.Count, "template_id": t.ID.String(), "template": t.Text})
		} else {
			_, err = fmt.Fprintf(w, "%d\t%s\t%s\n", t.Count, t.ID, oneLine.Replace(t.Text))
		}
		if err != nil {
			return err
		}
	}
	return w.Flush()
}

// oneLine keeps a template of several lines, as of a stack trace, on one.
var oneLine = strings.NewReplacer("\n", `\n`, "\r", `\r`)

func assign(path string, templates []template.Counted, lines []int32) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := writeAssign(f, templates, lines); err != nil {
		f.Close()
		return fmt.Errorf("%s: %w", path, err)
	}
	return f.Close()
}

func writeAssign(f io.Writer, templates []template.Counted, lines []int32) error {
	w := csv.NewWriter(f)
	if err := w.Write([]string{"line", "template_id", "template"}); err != nil {
		return err
	}
	for i, n := range lines {
		t := &templates[n]
		if err := w.Write([]string{strconv.Itoa(i), t.ID.String(), t.Text}); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
