package lang

import (
	"slices"
)

// Variable is a name that an expression may use.
type Variable struct {
	Name   string
	Kind   Kind
	Static bool // decided by the series alone: service, environment, level, format, structured, topic
	Shaped bool // decided by the shape of the line: template, template_id
	Slot   int  // index in Frame.Vars, for variables without Get
	Get    func(*Frame) Value
}

// Schema says what an expression may name.
type Schema struct {
	Where     string // for messages: "when", "if"
	Variables map[string]Variable
	Fields    bool // fields.* and has() are there
	Levels    bool // error, warn and the others are names of levels
	Lists     map[string]*ListValue
}

func (s *Schema) names() []string {
	var names []string
	for n := range s.Variables {
		names = append(names, n)
	}
	if s.Fields {
		names = append(names, "fields")
	}
	if s.Levels {
		names = append(names, levelIdentifiers...)
	}
	slices.Sort(names)
	return names
}

var levelIdentifiers = []string{"trace", "debug", "info", "warn", "error", "fatal"}

// LineSchema is what when, of and the values of a rule may name.
func LineSchema(where string, lists map[string]*ListValue) *Schema {
	s := &Schema{Where: where, Fields: true, Levels: true, Lists: lists, Variables: map[string]Variable{}}
	for _, v := range lineVariables() {
		s.Variables[v.Name] = v
	}
	return s
}

func lineVariables() []Variable {
	return []Variable{
		{Name: "time", Kind: Time, Get: eventTime},
		{Name: "service", Kind: Text, Static: true, Get: func(f *Frame) Value { return TextValue(f.Event.Service) }},
		{Name: "environment", Kind: Text, Static: true, Get: func(f *Frame) Value { return TextValue(f.Event.Environment) }},
		{Name: "host", Kind: Text, Get: func(f *Frame) Value { return TextValue(f.Event.Host) }},
		{Name: "level", Kind: Level, Static: true, Get: func(f *Frame) Value { return LevelValue(f.Event.Level) }},
		{Name: "message", Kind: Text, Get: func(f *Frame) Value { return TextValue(view(f.Event.Message)) }},
		{Name: "template", Kind: Text, Shaped: true, Get: func(f *Frame) Value { return TextValue(f.Event.Template) }},
		{Name: "template_id", Kind: Text, Shaped: true, Get: templateID},
		{Name: "trace_id", Kind: Text, Get: func(f *Frame) Value { return TextValue(view(f.Event.TraceID)) }},
		{Name: "format", Kind: Text, Static: true, Get: func(f *Frame) Value { return TextValue(f.Event.Format) }},
		{Name: "structured", Kind: Bool, Static: true, Get: func(f *Frame) Value { return BoolValue(f.Event.Structured) }},
		{Name: "topic", Kind: Text, Static: true, Get: func(f *Frame) Value { return TextValue(f.Event.Position.Topic) }},
		{Name: "bytes", Kind: Number, Get: func(f *Frame) Value { return NumberValue(float64(f.Event.Bytes)) }},
		{Name: "secrets", Kind: List, Get: eventSecrets},
	}
}

// eventTime is the time that the line is counted at: its own, or that of its record.
func eventTime(f *Frame) Value {
	if f.Event.Time.IsZero() {
		return TimeValue(f.Event.Received)
	}
	return TimeValue(f.Event.Time)
}

func templateID(f *Frame) Value {
	const digits = "0123456789abcdef"
	id := uint64(f.resolve(f.Event.Shape))
	if id == 0 {
		return Value{}
	}
	for i := range f.hex {
		f.hex[i] = digits[id>>(60-4*i)&15]
	}
	return TextValue(view(f.hex[:]))
}

// eventSecrets is the list of the kinds of secrets that were found. Lines with secrets are few, so it may allocate.
func eventSecrets(f *Frame) Value {
	if len(f.Event.Secrets) == 0 {
		return Value{Kind: List, List: noSecrets}
	}
	kinds := make([]string, len(f.Event.Secrets))
	for i, s := range f.Event.Secrets {
		kinds[i] = s.Kind
	}
	return Value{Kind: List, List: NewList(kinds)}
}

var noSecrets = NewList(nil)

// VariableSchema is a schema over variables of these names and kinds, in the order of Frame.Vars.
func VariableSchema(where string, names []string, kinds []Kind, lists map[string]*ListValue) *Schema {
	s := &Schema{Where: where, Levels: true, Lists: lists, Variables: map[string]Variable{}}
	for i, n := range names {
		s.Variables[n] = Variable{Name: n, Kind: kinds[i], Slot: i, Get: func(f *Frame) Value { return f.Vars[i] }}
	}
	return s
}
