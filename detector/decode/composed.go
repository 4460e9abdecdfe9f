package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// composed takes off what docker compose logs and kubectl logs --prefix put before each line: NAME-1  | and
// [pod/POD/CONTAINER]. The name is the line's source.
func (d *Decoder) composed(b []byte) bool {
	name, service, text := composePrefix(b)
	if name == nil {
		name, service, text = podPrefix(b)
	}
	if name == nil {
		return false
	}
	f := &d.draft
	f.source = hash(f.source+1, name)
	f.service = pick{d.kubeKey, 6, value{detector.KindString, service}}
	d.add("container", detector.KindString, name)
	d.wrapped(text)
	return true
}

// composePrefix reads SERVICE-NUMBER, blanks and a bar.
func composePrefix(b []byte) (name, service, text []byte) {
	if len(b) < 6 || !isAlpha(b[0]) {
		return nil, nil, nil
	}
	bar := bytes.IndexByte(b[:min(len(b), 64)], '|')
	if bar < 5 || b[bar-1] != ' ' || bar+1 < len(b) && b[bar+1] != ' ' {
		return nil, nil, nil
	}
	name = bytes.TrimRight(b[:bar], " ")
	i := len(name)
	for i > 0 && isDigit(name[i-1]) {
		i--
	}
	if i == len(name) || i < 2 || name[i-1] != '-' && name[i-1] != '_' || bytes.IndexByte(name, ' ') >= 0 || !isHost(name) {
		return nil, nil, nil
	}
	return name, name[:i-1], b[min(bar+2, len(b)):]
}

// podPrefix reads [pod/POD/CONTAINER].
func podPrefix(b []byte) (name, service, text []byte) {
	rest, ok := bytes.CutPrefix(b, []byte("[pod/"))
	if !ok {
		return nil, nil, nil
	}
	closing := bytes.Index(rest[:min(len(rest), 256)], []byte("] "))
	if closing < 0 {
		return nil, nil, nil
	}
	pod, container, ok := bytes.Cut(rest[:closing], []byte{'/'})
	if !ok || len(pod) == 0 || len(container) == 0 || bytes.IndexByte(rest[:closing], ' ') >= 0 {
		return nil, nil, nil
	}
	return rest[:closing], container, rest[closing+2:]
}
