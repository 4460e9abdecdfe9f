package app

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/tocsin-io/tocsin/dashboards"
	"github.com/tocsin-io/tocsin/detector"
)

// listing is every template in each order in which pages list them. It is made once and never changed.
type listing struct {
	at        time.Time // of what is known in it
	orders    map[dashboards.TemplateSort][]*listed
	byService map[string][]*listed // by lines
	byID      map[detector.ShapeID]*listed
	services  []dashboards.Service // by name
	levels    []levelLines         // each service, environment and level that logs
}

// levelLines is a level of a service with how many lines are kept of it.
type levelLines struct {
	detector.Series
	lines uint64
}

type listed struct {
	*dashboards.Template
	low string // name and text, lower case
}

// sorts are what the orders go by, most or newest first.
var sorts = map[dashboards.TemplateSort]func(t *dashboards.Template) int64{
	dashboards.SortLines: func(t *dashboards.Template) int64 { return int64(t.Lines) },
	dashboards.SortBytes: func(t *dashboards.Template) int64 { return int64(t.Bytes) },
	dashboards.SortNew:   func(t *dashboards.Template) int64 { return t.FirstSeen.UnixMicro() },
}

// place is where a template stands in an order: after what has more, and by service, id, environment and level among equals.
type place struct {
	value                int64
	service, environment string
	id                   detector.ShapeID
	level                detector.Level
}

func placeOf(t *dashboards.Template, by func(*dashboards.Template) int64) place {
	return place{by(t), t.Service, t.Environment, t.ID, t.Level}
}

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(q.value, p.value), strings.Compare(p.service, q.service), cmp.Compare(p.id, q.id),
		strings.Compare(p.environment, q.environment), cmp.Compare(p.level, q.level))
}

// newListing keeps rows. last is the listing before; nil: there is none.
func newListing(rows []dashboards.Template, now time.Time, last *listing) *listing {
	l := &listing{
		at: now, orders: make(map[dashboards.TemplateSort][]*listed), byService: make(map[string][]*listed),
		byID: make(map[detector.ShapeID]*listed, len(rows)),
	}
	all := make([]listed, len(rows))
	at := make(map[detector.Series]int)
	for i := range rows {
		t := &rows[i]
		all[i] = listed{t, last.low(t)}
		if s := (detector.Series{Service: t.Service, Environment: t.Environment, Level: t.Level}); t.Lines > 0 {
			n, ok := at[s]
			if !ok {
				n, at[s] = len(l.levels), len(l.levels)
				l.levels = append(l.levels, levelLines{Series: s})
			}
			l.levels[n].lines += t.Lines
		}
	}
	for sort, by := range sorts {
		l.orders[sort] = ordered(all, by)
	}
	for _, t := range l.orders[dashboards.SortLines] {
		l.byService[t.Service] = append(l.byService[t.Service], t)
		if l.byID[t.ID] == nil {
			l.byID[t.ID] = t
		}
	}
	l.services = servicesOf(l.byService, now)
	return l
}

// low is what a text is sought in: that of the listing before, where the template is the same.
func (l *listing) low(t *dashboards.Template) string {
	if l != nil {
		if was := l.byID[t.ID]; was != nil && was.Name == t.Name && was.Text == t.Text {
			return was.low
		}
	}
	return strings.ToLower(t.Name + "\n" + t.Text)
}

// ordered puts templates in an order.
func ordered(all []listed, by func(*dashboards.Template) int64) []*listed {
	type ranked struct {
		value int64 // beside the pointer, as most comparisons need no more
		*listed
	}
	ranks := make([]ranked, len(all))
	for i := range all {
		ranks[i] = ranked{by(all[i].Template), &all[i]}
	}
	slices.SortFunc(ranks, func(a, b ranked) int {
		if a.value != b.value {
			return cmp.Compare(b.value, a.value)
		}
		return placeOf(a.Template, by).compare(placeOf(b.Template, by))
	})
	out := make([]*listed, len(ranks))
	for i := range ranks {
		out[i] = ranks[i].listed
	}
	return out
}

// candidates are the templates that f may select, in its order: as few as the listing can tell without a look at each.
func (l *listing) candidates(f *dashboards.TemplateFilter) []*listed {
	sort := f.Sort
	if sorts[sort] == nil {
		sort = dashboards.SortLines
	}
	if f.Service != "" || f.NoService {
		out := l.byService[f.Service]
		if by := sorts[sort]; sort != dashboards.SortLines {
			out = slices.Clone(out)
			slices.SortFunc(out, func(a, b *listed) int { return placeOf(a.Template, by).compare(placeOf(b.Template, by)) })
		}
		return out
	}
	out := l.orders[sort]
	if sort == dashboards.SortNew && !f.NewSince.IsZero() {
		n, _ := slices.BinarySearchFunc(out, f.NewSince, func(t *listed, since time.Time) int {
			if t.FirstSeen.Before(since) {
				return 1
			}
			return -1
		})
		return out[:n]
	}
	return out
}

func selects(f *dashboards.TemplateFilter, text string, t *listed) bool {
	return f.OfService(t.Service) && (!f.HasLevel || t.Level == f.Level) &&
		(f.NewSince.IsZero() || !t.FirstSeen.Before(f.NewSince)) && (text == "" || strings.Contains(t.low, text))
}

// page is a part of what f selects, behind the place that its cursor names.
func (l *listing) page(f dashboards.TemplateFilter) (dashboards.TemplatePage, error) {
	by := sorts[f.Sort]
	if by == nil {
		f.Sort, by = dashboards.SortLines, sorts[dashboards.SortLines]
	}
	rows, text := l.candidates(&f), strings.ToLower(f.Text)
	if f.Cursor != "" {
		after, err := readPlace(f.Cursor, f.Sort)
		if err != nil {
			return dashboards.TemplatePage{}, err
		}
		n, found := slices.BinarySearchFunc(rows, after, func(t *listed, p place) int { return placeOf(t.Template, by).compare(p) })
		if found {
			n++
		}
		rows = rows[n:]
	}
	p := dashboards.TemplatePage{AsOf: l.at}
	for _, t := range rows {
		if !selects(&f, text, t) {
			continue
		}
		if n := len(p.Templates); n >= max(1, f.Limit) {
			p.Next = placeOf(&p.Templates[n-1], by).cursor(f.Sort)
			break
		}
		p.Templates = append(p.Templates, *t.Template)
	}
	return p, nil
}

func (l *listing) count(f dashboards.TemplateFilter) int {
	if f.Service == "" && !f.NoService && !f.NewSince.IsZero() {
		f.Sort = dashboards.SortNew // the order does not matter to the number
	}
	rows, text, n := l.candidates(&f), strings.ToLower(f.Text), 0
	if f.Service == "" && !f.NoService && !f.HasLevel && text == "" {
		return len(rows)
	}
	for _, t := range rows {
		if selects(&f, text, t) {
			n++
		}
	}
	return n
}

// placeWire is a place as a cursor holds it.
type placeWire struct {
	Sort        dashboards.TemplateSort
	Value       int64
	Service     string
	Environment string
	ID          uint64
	Level       detector.Level
}

// cursor names the place in an order.
func (p place) cursor(sort dashboards.TemplateSort) string {
	b, _ := json.Marshal(placeWire{sort, p.value, p.service, p.environment, uint64(p.id), p.level}) // strings and numbers
	return base64.RawURLEncoding.EncodeToString(b)
}

func readPlace(cursor string, sort dashboards.TemplateSort) (place, error) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	var w placeWire
	if err == nil {
		err = json.Unmarshal(b, &w)
	}
	if err != nil || w.Sort != sort {
		return place{}, dashboards.ErrBadCursor
	}
	return place{w.Value, w.Service, w.Environment, detector.ShapeID(w.ID), w.Level}, nil
}
