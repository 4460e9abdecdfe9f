package dashboards

import (
	"net/http"
	"time"

	"github.com/tocsin-io/tocsin/detector"
)

type apiService struct {
	Name          string     `json:"name"`
	Environments  []string   `json:"environments"`
	FirstSeen     time.Time  `json:"first_seen"`
	LastSeen      time.Time  `json:"last_seen"`
	LearningUntil *time.Time `json:"learning_until"`
}

func (s *Server) apiServices(w http.ResponseWriter, r *http.Request) {
	cursor, limit, err := readPart(r.URL.Query())
	if err != nil {
		s.badQuery(w, r, err)
		return
	}
	list, err := s.src.Services.ListServices(r.Context())
	next := ""
	if err == nil {
		list, next, err = cutList("services", list, cursor, limit, func(i int) string { return list[i].Name })
	}
	if err != nil {
		s.failWith(w, r, "services", err)
		return
	}
	out := make([]apiService, 0, len(list))
	for _, k := range list {
		out = append(out, apiService{
			k.Name, orEmpty(k.Environments), k.FirstSeen.UTC(), k.LastSeen.UTC(), orNull(k.LearningUntil),
		})
	}
	writeJSON(w, http.StatusOK, map[string]any{"services": out, "next": next})
}

type apiRule struct {
	Name        string            `json:"name"`
	File        string            `json:"file"`
	Severity    detector.Severity `json:"severity"`
	When        string            `json:"when"`
	If          string            `json:"if"`
	Runbook     string            `json:"runbook"`
	States      []apiRuleState    `json:"states"`
	Evaluations uint64            `json:"evaluations"`
	Errors      uint64            `json:"errors"`
	LastError   string            `json:"last_error"`
}

type apiRuleState struct {
	Key      string     `json:"key"`
	State    string     `json:"state"`
	Value    *float64   `json:"value"` // null: there was nothing to measure
	Expected *float64   `json:"expected"`
	Since    *time.Time `json:"since"`
	Reason   string     `json:"reason"`
}

func (s *Server) apiRules(w http.ResponseWriter, r *http.Request) {
	cursor, limit, err := readPart(r.URL.Query())
	if err != nil {
		s.badQuery(w, r, err)
		return
	}
	set, err := s.src.Rules.ListRules(r.Context())
	next := ""
	if err == nil {
		set.Rules, next, err = cutList("rules", set.Rules, cursor, limit, ruleKey)
	}
	if err != nil {
		s.failWith(w, r, "rules", err)
		return
	}
	out := make([]apiRule, 0, len(set.Rules))
	for _, k := range set.Rules {
		rule := apiRule{
			Name: k.Name, File: k.File, Severity: k.Severity, When: k.When, If: k.If, Runbook: k.Runbook, States: []apiRuleState{},
			Evaluations: k.Evaluations, Errors: k.Errors, LastError: k.LastError,
		}
		for _, st := range k.States {
			rule.States = append(rule.States, apiRuleState{st.Key, st.State, st.Value, st.Expected, orNull(st.Since), st.Reason})
		}
		out = append(out, rule)
	}
	writeJSON(w, http.StatusOK, map[string]any{"rules": out, "next": next, "loaded_at": orNull(set.LoadedAt), "problem": set.Problem})
}

type apiHealthBody struct {
	At             time.Time      `json:"at"`
	Status         string         `json:"status"` // listening, behind, away, no_line_yet
	LinesPerSecond float64        `json:"lines_per_second"`
	Lines          uint64         `json:"lines"`
	LagLines       int64          `json:"lag_lines"`
	LagSeconds     float64        `json:"lag_seconds"`
	CountedTo      *time.Time     `json:"counted_to"`
	JudgedTo       *time.Time     `json:"judged_to"`
	FirstLine      *time.Time     `json:"first_line"`
	Partitions     []apiPartition `json:"partitions"`
	Stores         []apiStore     `json:"stores"`
	SkewedHosts    []apiSkew      `json:"skewed_hosts"`
	Errors         []apiOwnError  `json:"errors"`
}

type apiPartition struct {
	Topic         string     `json:"topic"`
	Partition     int        `json:"partition"`
	Owner         string     `json:"owner"`
	Offset        int64      `json:"offset"`
	LagLines      int64      `json:"lag_lines"`
	BehindSeconds float64    `json:"behind_seconds"`
	Watermark     *time.Time `json:"watermark"`
}

type apiStore struct {
	Name           string     `json:"name"`
	State          string     `json:"state"` // good, away
	Since          *time.Time `json:"since"`
	LatencySeconds float64    `json:"latency_seconds"`
	Error          string     `json:"error"`
}

type apiSkew struct {
	Host       string  `json:"host"`
	OffSeconds float64 `json:"off_seconds"`
	Lines      uint64  `json:"lines"`
}

type apiOwnError struct {
	Times int       `json:"times"`
	Part  string    `json:"part"`
	Cause string    `json:"cause"`
	Last  time.Time `json:"last"`
}

func (s *Server) apiHealth(w http.ResponseWriter, r *http.Request) {
	h := s.src.Health.Health(r.Context())
	out := apiHealthBody{
		At: h.At.UTC(), Status: "listening", LinesPerSecond: h.LinesPerSecond, Lines: h.LinesTotal, LagLines: h.LagLines, LagSeconds: h.Lag.Seconds(),
		CountedTo: orNull(h.CountedTo), JudgedTo: orNull(h.JudgedTo), FirstLine: orNull(h.FirstLine), Partitions: []apiPartition{}, Stores: []apiStore{}, SkewedHosts: []apiSkew{},
		Errors: []apiOwnError{},
	}
	switch {
	case h.FirstLine.IsZero():
		out.Status = "no_line_yet"
	case h.Lag > behindAfter, h.Unjudged() > 0:
		out.Status = "behind"
	}
	for _, p := range h.Partitions {
		out.Partitions = append(out.Partitions, apiPartition{p.Topic, p.ID, p.Owner, p.Offset, p.LagLines, p.Behind.Seconds(), orNull(p.Watermark)})
	}
	for _, st := range h.Stores {
		k := apiStore{st.Name, "good", orNull(st.Since), st.Latency.Seconds(), st.Error}
		if st.Away {
			k.State, out.Status = "away", "away"
		}
		out.Stores = append(out.Stores, k)
	}
	for _, k := range h.SkewedHosts {
		out.SkewedHosts = append(out.SkewedHosts, apiSkew{k.Host, k.Off.Seconds(), k.Lines})
	}
	for _, e := range h.OwnErrors {
		out.Errors = append(out.Errors, apiOwnError{e.Times, e.Part, e.Cause, e.Last.UTC()})
	}
	writeJSON(w, http.StatusOK, out)
}

func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
