package dashboards

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"iter"
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

var serviceStates = []string{stateIncident, stateErrors, stateSilent, stateLearning}

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
	if out.State != "" && !slices.Contains(serviceStates, out.State) {
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
	text := strings.ToLower(q.Text)
	out := servicePart{ByState: t.byState(text, worst, now)}
	out.Total = out.ByState[q.State]
	var last servicePlace
	for s, mine := range t.ordered(q.Sort, worst) {
		if text != "" && !strings.Contains(s.low, text) || q.State != "" && !s.is(q.State, mine, now) {
			continue
		}
		place := s.place(q.Sort, mine)
		if q.After != nil && place.compare(*q.After) <= 0 {
			continue
		}
		if len(out.Services) == q.Limit {
			out.Next = last.cursor()
			break
		}
		out.Services, last = append(out.Services, s), place
	}
	return out
}

// byState is how many of the services with a text in their names are in each state; under "" all of those.
func (t *Traffic) byState(text string, worst map[string]*detector.Incident, now time.Time) map[string]int {
	n := make(map[string]int, len(serviceStates)+1)
	if text == "" { // a look at each service is not needed
		n[""], n[stateErrors], n[stateSilent] = len(t.ByName), t.errors, t.silent
		for name := range worst {
			if t.named(name) != nil {
				n[stateIncident]++
			}
		}
		for _, s := range t.Learning {
			if s.is(stateLearning, nil, now) {
				n[stateLearning]++
			}
		}
		return n
	}
	for _, s := range t.ByName {
		if !strings.Contains(s.low, text) {
			continue
		}
		n[""]++
		for _, state := range serviceStates {
			if s.is(state, worst[s.Name], now) {
				n[state]++
			}
		}
	}
	return n
}

// ordered yields every service with its worst open incident, nil where it has none, in the order of a list.
func (t *Traffic) ordered(sort string, worst map[string]*detector.Incident) iter.Seq2[*ServiceTraffic, *detector.Incident] {
	list := t.ByLines
	switch sort {
	case sortErrors:
		list = t.ByErrors
	case sortName:
		list = t.ByName
	}
	return func(yield func(*ServiceTraffic, *detector.Incident) bool) {
		first := sort == sortDiffers
		if first {
			for _, s := range t.withIncident(worst) {
				if !yield(s, worst[s.Name]) {
					return
				}
			}
		}
		for _, s := range list {
			mine := worst[s.Name]
			if first && mine != nil {
				continue // it came already
			}
			if !yield(s, mine) {
				return
			}
		}
	}
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

// is tells whether a service is in a state. worst is its worst open incident; nil: it has none.
func (s *ServiceTraffic) is(state string, worst *detector.Incident, now time.Time) bool {
	switch state {
	case stateIncident:
		return worst != nil
	case stateErrors:
		return s.ErrorsKnown && s.Errors > manyErrors
	case stateSilent:
		return s.LinesKnown && s.Lines == 0
	case stateLearning:
		return s.LearningUntil.After(now)
	}
	return false
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
