package dashboards

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// ServiceTraffic is a service and what it logs now.
type ServiceTraffic struct {
	*Service
	Lines       float64 // a second: the mean of the last minute that is complete
	LinesKnown  bool
	Errors      float64 // share of errors in the lines of the last five complete minutes, 0 to 1
	ErrorsKnown bool    // it logged a line in them

	low string // the name in lower case
}

// Traffic is every service with what it logs, in the orders in which pages list them. It is made once and read by many:
// nothing of it is to be changed.
type Traffic struct {
	AsOf     time.Time // when it was made
	ByName   []*ServiceTraffic
	ByLines  []*ServiceTraffic // most first
	ByErrors []*ServiceTraffic // largest share first
	Learning []*ServiceTraffic // by name: those that were learned at AsOf
	Hosts    int               // of all of them that logged lately

	errors, silent int // how many are in the state
}

// NewTraffic puts services in their orders. It keeps rows. Hosts is how many there are, 0: that is not known.
func NewTraffic(rows []ServiceTraffic, hosts int, asOf time.Time) *Traffic {
	t := &Traffic{AsOf: asOf, Hosts: hosts, ByName: make([]*ServiceTraffic, len(rows))}
	for i := range rows {
		row := &rows[i]
		row.low = strings.ToLower(row.Name)
		t.ByName[i] = row
	}
	slices.SortFunc(t.ByName, func(a, b *ServiceTraffic) int { return strings.Compare(a.Name, b.Name) })
	sorted := func(by func(*ServiceTraffic) float64) []*ServiceTraffic {
		out := slices.Clone(t.ByName)
		slices.SortStableFunc(out, func(a, b *ServiceTraffic) int { return cmp.Compare(by(b), by(a)) })
		return out
	}
	t.ByLines = sorted(func(s *ServiceTraffic) float64 { return s.Lines })
	t.ByErrors = sorted(func(s *ServiceTraffic) float64 { return s.Errors })
	for _, s := range t.ByName {
		if s.is(stateErrors, nil, asOf) {
			t.errors++
		}
		if s.is(stateSilent, nil, asOf) {
			t.silent++
		}
		if s.is(stateLearning, nil, asOf) {
			t.Learning = append(t.Learning, s)
		}
	}
	return t
}

// named is the service of a name; nil where there is none.
func (t *Traffic) named(name string) *ServiceTraffic {
	n, ok := slices.BinarySearchFunc(t.ByName, name, func(s *ServiceTraffic, name string) int { return strings.Compare(s.Name, name) })
	if !ok {
		return nil
	}
	return t.ByName[n]
}
