package decode

import "github.com/tocsin-io/tocsin/detector"

// note remembers what a key says beyond its role.
func (d *Decoder) note(key *name, kind detector.ValueKind, text []byte) {
	f := &d.draft
	switch key.part {
	case partFile, partID:
		if kind == detector.KindString {
			f.wrapped = f.wrapped || key.part == partID || (len(text) > 0 && text[0] == '/')
			f.source = hash(f.source+1, text)
		}
		return
	case partStream:
		if kind == detector.KindString && len(text) == 6 && text[0] == 's' {
			f.wrapped, f.stream = true, text[3]
		}
		return
	case partEvidence:
		f.wrapped = true
		return
	case partShort:
		f.gelf = true
		return
	case partPID:
		f.pid = true
		return
	case partBunyan:
		if kind == detector.KindString {
			f.bunyan = pick{key, 6, value{kind, text}}
		}
		return
	case partVerbosity:
		f.verbosity = kind == detector.KindNumber
		return
	case partLogger:
		return
	case partLogGroup:
		f.wrapped = true
		if service := logGroup(text); f.service.key == nil && service != nil {
			f.service = pick{key, 9, value{kind, service}}
		}
		return
	}
	if kind == detector.KindObject || (key.part == partData && kind == detector.KindArray) {
		if len(f.nested) < 32 {
			f.nested = append(f.nested, nested{key, text})
		}
	}
}

// open looks into the objects that may hold what the record itself did not say.
func (d *Decoder) open() {
	for i := 0; i < len(d.draft.nested); i++ {
		n := d.draft.nested[i]
		d.openOne(n)
	}
}

func (d *Decoder) openOne(n nested) {
	f := &d.draft
	switch n.key.part {
	case partKube:
		f.wrapped = true
		d.kubernetes(n.text)
		return
	case partInstant:
		d.openInstant(n)
		return
	case partData:
		m := membersOf(n.text)
		if n.text[0] == '{' {
			break
		}
		if kind, text, ok := m.element(d); ok && kind == detector.KindString && f.message.key == nil {
			f.message = pick{n.key, 9, value{kind, text}}
		}
		return
	case partContainer, partAttrs:
		f.wrapped = true
	}
	part := n.key.part
	if n.key.s == "fields" && f.wrapped { // Filebeat's, by its configuration
		part = partResource
	}
	m := membersOf(n.text)
	for {
		key, kind, text, ok := m.next(d)
		if !ok {
			return
		}
		d.openMember(part, key, kind, text)
	}
}

func (d *Decoder) openMember(in part, key *name, kind detector.ValueKind, text []byte) {
	f := &d.draft
	text2 := value{kind, text}
	isText := kind == detector.KindString && len(text) > 0
	switch in {
	case partData:
		if isText && key.role == roleMessage && key.rank <= 1 && f.message.key == nil {
			f.message = pick{key, 9, text2}
		}
	case partLog:
		switch {
		case key.s == "level" && f.levelKey == nil:
			d.levelFrom(key, roleLevel, text2)
		case key.s == "file" && kind == detector.KindObject:
			f.wrapped, f.source = true, hash(f.source+1, text)
		}
	case partHost:
		if isText && (key.s == "name" || key.s == "hostname") && (f.host.key == nil || key.s == "name" && f.host.rank == 7) {
			f.host = pick{key, 7, text2}
		}
	case partService:
		if isText && key.s == "name" && f.service.key == nil {
			f.service = pick{key, 0, text2}
		} else if isText && key.s == "environment" && f.environment.key == nil {
			f.environment = pick{key, 0, text2}
		}
	case partContainer:
		if isText && (key.s == "id" || key.s == "name" || key.s == "container_id") {
			f.source = hash(f.source+1, text)
		}
		if isText && (key.s == "name" || key.s == "container_name") && f.service.key == nil {
			f.service = pick{key, 5, text2}
		}
	case partAttrs:
		d.source(text)
		if isText && f.service.key == nil || isText && f.service.rank == 7 {
			switch key.s {
			case "com.docker.compose.service", "com.docker.swarm.service.name", "com.amazonaws.ecs.container-name",
				"io.kubernetes.container.name", "service", "app":
				f.service = pick{key, 5, text2}
			case "com.docker.stack.namespace":
			case "tag":
				f.service = pick{key, 7, text2}
			}
		}
	case partLevel:
		if f.levelKey == nil && (key.s == "levelStr" || key.s == "name" || key.s == "level") {
			d.levelFrom(key, roleLevel, text2)
		}
	case partRecord:
		d.openRecord(key, kind, text)
	case partSpan, partContext, partResource:
		if in == partResource && key.s == "labels" && kind == detector.KindObject {
			d.openLabels(text)
			return
		}
		d.openContext(in, key, text2)
	}
}

func (d *Decoder) source(text []byte) { d.draft.source = hash(d.draft.source+1, text) }

func (d *Decoder) levelFrom(key *name, r role, v value) {
	if level, ok := levelValue(r, v.kind, v.text); ok {
		f := &d.draft
		f.level, f.levelKey, f.levelRaw, f.levelRank = level, key, v.text, 8
	}
}
