package mute

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/tocsin-io/tocsin/detector"
	"github.com/tocsin-io/tocsin/detector/selector"
)

// Match selects incidents. Empty fields select all; what is given must all fit.
type Match struct {
	Service     string        `json:"service,omitempty"`
	Environment string        `json:"environment,omitempty"`
	Kind        detector.Kind `json:"kind,omitempty"`
	TemplateID  string        `json:"template_id,omitempty"` // 16 hex digits
	Rule        string        `json:"rule,omitempty"`
	Expr        string        `json:"expr,omitempty"` // as routes take it: level >= error && labels.team == "payments"
	// Identity is the very series and kind of one incident, as Identity gives it.
	Identity string `json:"identity,omitempty"`

	// Canonical is the template that TemplateID has become since, if it was merged.
	Canonical string `json:"-"`

	compiled *selector.Selector // Expr, once it was read
}

// Identity is the series and kind of an incident as text, for Match.
func Identity(in *detector.Incident) string {
	id := in.Identity()
	return hex.EncodeToString(id[:])
}

// Trimmed is m without the blanks around what a person wrote.
func (m Match) Trimmed() Match {
	for _, f := range []*string{&m.Service, &m.Environment, (*string)(&m.Kind), &m.TemplateID, &m.Rule, &m.Expr, &m.Identity} {
		*f = strings.TrimSpace(*f)
	}
	return m
}

func (m *Match) empty() bool {
	return m.Service == "" && m.Environment == "" && m.Kind == "" && m.TemplateID == "" && m.Rule == "" && m.Identity == "" && strings.TrimSpace(m.Expr) == ""
}

// Compile reads Expr, through a cache where there is one. After it m may be used by several goroutines. One whose Expr cannot
// be read selects nothing: a page too many is better than one too few.
func (m *Match) Compile(through *selector.Cache) (err error) {
	compile := selector.Compile
	if through != nil {
		compile = through.Compile
	}
	if m.Expr != "" {
		if m.compiled, err = compile(m.Expr); err != nil {
			return fmt.Errorf("the expression cannot be used: %w. It can ask for %s", err, strings.Join(selector.Names(), ", "))
		}
	}
	return nil
}

func (m *Match) check() error {
	for _, f := range []string{m.Service, m.Environment, m.Rule, string(m.Kind)} {
		if len(f) > maxField {
			return fmt.Errorf("a name is longer than %d bytes", maxField)
		}
	}
	if m.Kind != "" && !m.Kind.Valid() {
		return fmt.Errorf("there is no kind %q: use %s", m.Kind, strings.Join(detector.KindNames(), ", "))
	}
	if m.TemplateID != "" {
		if _, err := detector.ParseShapeID(m.TemplateID); err != nil {
			return err
		}
	}
	if m.Identity != "" {
		if b, err := hex.DecodeString(m.Identity); err != nil || len(b) != 16 {
			return fmt.Errorf("identity %q is not 32 hex digits", m.Identity)
		}
	}
	return m.Compile(nil)
}

// Covers reports whether in is selected.
func (m *Match) Covers(in *detector.Incident) bool {
	switch {
	case m.Service != "" && m.Service != in.Service,
		m.Environment != "" && m.Environment != in.Environment,
		m.Kind != "" && m.Kind != in.Kind,
		m.TemplateID != "" && m.TemplateID != in.TemplateID && (m.Canonical == "" || m.Canonical != in.TemplateID),
		m.Rule != "" && (in.Rule == nil || m.Rule != in.Rule.Name),
		m.Identity != "" && m.Identity != Identity(in):
		return false
	}
	return strings.TrimSpace(m.Expr) == "" || m.holds(in)
}

// holds evaluates Expr. The severity is the incident's own, whatever a mark has made of it.
func (m *Match) holds(in *detector.Incident) bool {
	if m.compiled == nil {
		return false
	}
	l := selector.Of(in)
	if in.Muted != nil {
		l.Severity = string(in.Muted.Severity)
	}
	is, err := m.compiled.Holds(&l)
	return err == nil && is
}

// String names what is selected, as matchers are written: service="checkout" kind="surge".
func (m *Match) String() string {
	var parts []string
	for _, f := range []struct{ name, value string }{
		{"service", m.Service},
		{"environment", m.Environment},
		{"kind", string(m.Kind)},
		{"template", m.TemplateID},
		{"rule", m.Rule},
	} {
		if f.value != "" {
			parts = append(parts, fmt.Sprintf("%s=%q", f.name, f.value))
		}
	}
	if m.Expr != "" {
		parts = append(parts, oneLine(m.Expr))
	}
	if m.Identity != "" {
		parts = append(parts, "this series alone")
	}
	return strings.Join(parts, " ")
}
