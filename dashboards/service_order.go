package dashboards

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

// The orders and states of a list of services, as its address names them.
const (
	sortDiffers = "differs" // open incidents first, the most severe before others, then what logs most
	sortBusy    = "lines"
	sortErrors  = "errors"
	sortName    = "name"

	stateIncident = "incident" // something is open
	stateErrors   = "errors"   // more errors than manyErrors
	stateSilent   = "silent"   // no line in the last minute
	stateLearning = "learning"
)

// manyErrors is the share of errors from which it stands out.
const manyErrors = 0.05

// serviceQuery selects services.
type serviceQuery struct {
	Text  string // in the name, without regard to case
	State string // one of the states; empty: any
	Sort  string
	After *servicePlace
	Limit int
}

// servicePlace is where a service stands in an order: after what has a higher rank, after what has more, and by name among
// equals. It is what a cursor holds.
type servicePlace struct {
	Sort  string
	Rank  int
	Value float64
	Name  string
}

func (p servicePlace) compare(q servicePlace) int {
	return cmp.Or(cmp.Compare(q.Rank, p.Rank), cmp.Compare(q.Value, p.Value), strings.Compare(p.Name, q.Name))
}

// cursor names the place.
func (p servicePlace) cursor() string {
	b, _ := json.Marshal(p) // strings and finite numbers
	return base64.RawURLEncoding.EncodeToString(b)
}

func readServiceQuery(q url.Values) (serviceQuery, error) {
	out := serviceQuery{Text: q.Get("text"), State: q.Get("state"), Sort: cmp.Or(q.Get("sort"), sortDiffers), Limit: pageSize}
	if !slices.Contains([]string{sortDiffers, sortBusy, sortErrors, sortName}, out.Sort) {
		return out, fmt.Errorf("sort %q is unknown: use differs, lines, errors or name", short(out.Sort))
	}
	if !slices.Contains([]string{"", stateIncident, stateErrors, stateSilent, stateLearning}, out.State) {
		return out, fmt.Errorf("state %q is unknown: use incident, errors, silent or learning", short(out.State))
	}
	if c := q.Get("cursor"); c != "" {
		b, err := base64.RawURLEncoding.DecodeString(c)
		out.After = &servicePlace{}
		if err != nil || json.Unmarshal(b, out.After) != nil || out.After.Sort != out.Sort {
			return out, ErrBadCursor
		}
	}
	return out, nil
}

// servicePart is a part of a list of services.
type servicePart struct {
	Services []*ServiceTraffic
	Total    int            // that the query selects
	ByState  map[string]int // how many of those with the text are in each state; under "" all of them
	Next     string         // cursor of the next part; empty at the end
}

// part is what q selects behind its cursor. worst is the worst open incident of a service that has one.
func (t *Traffic) part(q *serviceQuery, worst map[string]*detector.Incident, now time.Time) servicePart {
	out, text := servicePart{ByState: map[string]int{}}, strings.ToLower(q.Text)
	var last servicePlace
	more, all := false, 0
	take := func(s *ServiceTraffic, mine *detector.Incident) {
		if text != "" && !strings.Contains(s.low, text) {
			return
		}
		in := q.State == ""
		all++
		for _, state := range s.states(make([]string, 0, 4), mine, now) {
			out.ByState[state]++
			in = in || state == q.State
		}
		if !in {
			return
		}
		out.Total++
		if len(out.Services) == q.Limit {
			more = true // what comes behind a full part needs no place
			return
		}
		if place := s.place(q.Sort, mine); q.After == nil || place.compare(*q.After) > 0 {
			out.Services, last = append(out.Services, s), place
		}
	}
	each := func(list []*ServiceTraffic) {
		for _, s := range list {
			take(s, worst[s.Name])
		}
	}
	switch q.Sort {
	case sortBusy:
		each(t.ByLines)
	case sortErrors:
		each(t.ByErrors)
	case sortName:
		each(t.ByName)
	default:
		each(t.withIncident(worst))
		for _, s := range t.ByLines {
			if worst[s.Name] == nil {
				take(s, nil)
			}
		}
	}
	out.ByState[""] = all
	if more {
		out.Next = last.cursor()
	}
	return out
}

// withIncident are the services that have one, in the order in which they differ.
func (t *Traffic) withIncident(worst map[string]*detector.Incident) []*ServiceTraffic {
	var out []*ServiceTraffic
	for name := range worst {
		if s := t.named(name); s != nil {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b *ServiceTraffic) int {
		return a.place(sortDiffers, worst[a.Name]).compare(b.place(sortDiffers, worst[b.Name]))
	})
	return out
}

func (s *ServiceTraffic) place(sort string, worst *detector.Incident) servicePlace {
	p := servicePlace{Sort: sort, Name: s.Name}
	switch sort {
	case sortBusy:
		p.Value = s.Lines
	case sortErrors:
		p.Value = s.Errors
	case sortDiffers:
		p.Value = s.Lines
		if worst != nil {
			p.Rank = rankSeverity(worst)
		}
	}
	return p
}

// states appends to out the states that a service is in. worst is its worst open incident; nil: it has none.
func (s *ServiceTraffic) states(out []string, worst *detector.Incident, now time.Time) []string {
	if worst != nil {
		out = append(out, stateIncident)
	}
	if s.ErrorsKnown && s.Errors > manyErrors {
		out = append(out, stateErrors)
	}
	if s.LinesKnown && s.Lines == 0 {
		out = append(out, stateSilent)
	}
	if s.LearningUntil.After(now) {
		out = append(out, stateLearning)
	}
	return out
}

// worstOf is the worst open incident of each service that has one.
func worstOf(open []detector.Incident) map[string]*detector.Incident {
	worst := map[string]*detector.Incident{}
	for n := range open {
		if i := &open[n]; worst[i.Service] == nil || rankSeverity(i) > rankSeverity(worst[i.Service]) {
			worst[i.Service] = i
		}
	}
	return worst
}

func rankSeverity(i *detector.Incident) int {
	n := map[detector.Severity]int{detector.SeverityPage: 30, detector.SeverityNotice: 20, detector.SeverityRecord: 10}[i.Severity]
	if i.ExplainedBy != "" {
		n -= 9
	}
	return n + 1
}
