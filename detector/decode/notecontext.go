package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// openContext takes trace ids, and what tracing, apex, roarr, monolog and others keep one level down.
func (d *Decoder) openContext(in part, key *name, v value) {
	f := &d.draft
	isText := v.kind == detector.KindString && len(v.text) > 0
	switch {
	case key.role == roleTrace && f.trace.key == nil && isText, in == partSpan && key.s == "id" && f.trace.key == nil && isText:
		if id := traceID(v.text); id != nil {
			f.trace = pick{key, 9, value{v.kind, id}}
		}
	case key.role == roleSpan && f.span.key == nil && isText:
		if id := traceID(v.text); id != nil {
			f.span = pick{key, 9, value{v.kind, id}}
		}
	case in == partContext && key.role == roleMessage && key.rank == 1 && v.kind == detector.KindString && f.message.key == nil:
		f.message = pick{key, 9, v}
	case in == partContext && key.s == "level" && f.levelKey == nil && !f.clef: // Logstash's older form
		d.levelFrom(key, roleLevel, v)
	case in == partContext && key.s == "logLevel" && f.levelKey == nil:
		d.levelFrom(key, roleLevel, v)
	case key.role == roleService && key.rank <= 1 && isText && f.service.key == nil && (in == partResource || key.rank == 0):
		f.service = pick{key, 8, v}
	case in == partResource && key.role == roleEnvironment && isText && f.environment.key == nil:
		f.environment = pick{key, 8, v}
	case in == partResource && key.role == roleHost && isText && f.host.key == nil:
		f.host = pick{key, 8, v}
	}
}

// openLabels takes the service out of the labels of a resource of Google Cloud.
func (d *Decoder) openLabels(b []byte) {
	for m := membersOf(b); ; {
		key, kind, text, ok := m.next(d)
		if !ok {
			return
		}
		switch key.s {
		case "container_name", "service_name", "function_name", "job_name", "module_id":
			if kind == detector.KindString && len(text) > 0 && d.draft.service.key == nil {
				d.draft.service = pick{key, 8, value{kind, text}}
			}
		}
	}
}

// logGroup gives the function or the service that a log group of CloudWatch belongs to: /aws/lambda/NAME, /ecs/NAME.
func logGroup(b []byte) []byte {
	for _, prefix := range [...]string{"/aws/lambda/", "/ecs/", "/aws/ecs/"} {
		if name, ok := bytes.CutPrefix(b, []byte(prefix)); ok && len(name) > 0 {
			return name
		}
	}
	return nil
}

// openParsed takes what an object says that stands for the whole record: a shipper parsed the line and put the result
// under a key of its own (Filebeat's json, Fluent Bit's log_processed or log). Its other members stay in the object.
func (d *Decoder) openParsed() {
	f := &d.draft
	for i := range f.nested {
		n := f.nested[i]
		if n.key.part != partParsed && n.key.part != partLog || n.text[0] != '{' || !d.holdsMessage(n.text) {
			continue
		}
		outer := *f
		f.hasWhen, f.whenKey, f.whenRank = false, nil, 0
		for m := membersOf(n.text); ; {
			key, kind, text, ok := m.next(d)
			if !ok {
				break
			}
			if key.role != roleNone {
				d.take(key, kind, text)
			}
		}
		if !f.hasWhen {
			f.when, f.hasWhen, f.whenKey, f.whenRank, f.whenValue = outer.when, outer.hasWhen, outer.whenKey, outer.whenRank, outer.whenValue
		}
		return
	}
}

func (d *Decoder) holdsMessage(b []byte) bool {
	for m := membersOf(b); ; {
		key, kind, _, ok := m.next(d)
		if !ok {
			return false
		}
		if key.role == roleMessage && key.rank <= 1 && kind == detector.KindString {
			return true
		}
	}
}
