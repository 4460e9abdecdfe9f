package incident

import (
	"strings"

	"github.com/tocsin-io/tocsin/detector"
)

// standing holds the incidents that stand for themselves, in the order in which they may explain others, with an index
// of what others may share with them: in a storm of thousands not every pair of them can be compared.
type standing struct {
	pages  []*detector.Incident // all, also those that are explained
	all    []*detector.Incident
	plain  []int                       // positions in all of those whose lines name nothing
	every  []int                       // all positions
	by     map[trait][]int             // positions in all, rising
	crowds map[*detector.Incident]bool // whether many services began with it, where that was asked
}

func newStanding(pages []*detector.Incident) *standing {
	return &standing{pages: pages, by: make(map[trait][]int), crowds: make(map[*detector.Incident]bool)}
}

func (s *standing) add(in *detector.Incident) {
	for _, t := range append(traits(in), directed(in, isService, isNamed)...) {
		s.by[t] = append(s.by[t], len(s.all))
	}
	if len(in.Names) == 0 {
		s.plain = append(s.plain, len(s.all))
	}
	s.every = append(s.every, len(s.all))
	s.all = append(s.all, in)
}

// cause is the first incident that shares something with in, or began at the same moment as it and others; nil without
// one.
func (s *standing) cause(in *detector.Incident) (first *detector.Incident, why string) {
	akin := len(s.all)
	for _, t := range append(traits(in), directed(in, isNamed, isService)...) {
		for _, n := range s.by[t] {
			if n >= akin {
				break
			}
			if oneCause(s.all[n], in) {
				akin = n
			}
		}
	}
	alike := s.every
	if len(in.Names) > 0 {
		alike = s.plain // see sameStart
	}
	for _, n := range alike {
		if n >= akin {
			break
		}
		if o := s.all[n]; oneCause(o, in) && sameStart(o, in) && s.crowd(o) {
			return o, "several services at the same moment"
		}
	}
	if akin == len(s.all) {
		return nil, ""
	}
	return s.all[akin], shares(s.all[akin], in)
}

// crowd reports whether so many services began the same way with first that one cause is likelier than none.
func (s *standing) crowd(first *detector.Incident) bool {
	if many, known := s.crowds[first]; known {
		return many
	}
	services := make(map[string]bool, fewServices)
	for _, o := range s.pages {
		if o.Environment == first.Environment && family(o.Kind) == family(first.Kind) && o.Onset.Sub(first.Onset).Abs() <= sameMoment {
			services[o.Service] = true
		}
		if len(services) == fewServices {
			break
		}
	}
	s.crowds[first] = len(services) == fewServices
	return s.crowds[first]
}

// sameStart reports whether two incidents began the same way at the same moment, and their lines do not name different
// things.
func sameStart(a, b *detector.Incident) bool {
	return a.Onset.Sub(b.Onset).Abs() <= sameMoment && family(a.Kind) == family(b.Kind) &&
		(len(a.Names) == 0 || len(b.Names) == 0)
}

// trait is what an incident may share with another, see shares.
type trait struct {
	is          traitKind
	name, value string
	deploy      detector.Deploy
}

type traitKind uint8

const (
	isName    traitKind = iota // that its lines name
	isService                  // its own
	isNamed                    // a service that its lines may name
	isSaid
	isDeploy
	isValue
)

// traits are those of which two incidents have the same.
func traits(in *detector.Incident) []trait {
	var out []trait
	for _, n := range in.Names {
		out = append(out, trait{is: isName, name: n})
	}
	for _, text := range in.Said {
		if telling(text) {
			out = append(out, trait{is: isSaid, name: text})
		}
	}
	if in.Deploy != nil {
		out = append(out, trait{is: isDeploy, deploy: *in.Deploy})
	}
	for _, v := range in.Values {
		if v.Decides() {
			out = append(out, trait{is: isValue, name: v.Field, value: v.Value})
		}
	}
	return out
}

// directed are the traits by which one incident names the service of another: own is the kind of its service, named
// that of what its lines name. One gives them, the other seeks them the other way round.
func directed(in *detector.Incident, own, named traitKind) []trait {
	out := []trait{{is: own, name: in.Service}}
	for _, n := range in.Names {
		for _, service := range services(n) {
			out = append(out, trait{is: named, name: service})
		}
	}
	return out
}

// services are those that a name may be of: alone, or as the first part of an address.
func services(name string) []string {
	if first, _, dotted := strings.Cut(name, "."); dotted {
		return []string{name, first}
	}
	return []string{name}
}

// telling reports whether a text is long enough that two incidents do not have it by chance.
func telling(text string) bool { return len(strings.Fields(text)) >= 3 }
