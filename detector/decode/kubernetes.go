package decode

import (
	"bytes"

	"github.com/tocsin-io/tocsin/detector"
)

// pod is what the kubernetes object of a record says. A pod writes the same object with every line, so it is kept by
// the hash of its text.
type pod struct {
	text    []byte
	service []byte
	host    []byte
	source  uint64
}

// Bounds of the pods that are kept.
const (
	maxPods     = 2048
	maxPodBytes = 16 << 10
)

func (d *Decoder) kubernetes(text []byte) {
	h := hash(0, text)
	p := d.pods[h]
	if p == nil || !bytes.Equal(p.text, text) {
		p = d.readPod(text)
		if len(text) <= maxPodBytes {
			if len(d.pods) >= maxPods {
				clear(d.pods)
			}
			d.pods[h] = p
		}
	}
	f := &d.draft
	if len(p.service) > 0 && (f.service.key == nil || f.service.rank >= 5) {
		f.service = pick{d.kubeKey, 4, value{detector.KindString, p.service}}
	}
	if len(p.host) > 0 && (f.host.key == nil || f.host.rank >= 2) {
		f.host = pick{d.kubeKey, 2, value{detector.KindString, p.host}}
	}
	f.source = f.source*31 + p.source
}

// readPod reads the shapes of Fluent Bit, Fluentd, Vector and Filebeat.
func (d *Decoder) readPod(text []byte) *pod {
	p := &pod{text: bytes.Clone(text)}
	var label, container, podName []byte
	rank := len(serviceLabels)
	m := membersOf(p.text)
	for {
		key, kind, v, ok := m.next(d)
		if !ok {
			break
		}
		switch {
		case kind == detector.KindObject && (key.s == "labels" || key.s == "pod_labels"):
			labels := membersOf(v)
			for {
				k, kind, v, ok := labels.next(d)
				if !ok {
					break
				}
				for i, want := range serviceLabels[:rank] {
					if k.s == want && kind == detector.KindString && len(v) > 0 {
						label, rank = v, i
						break
					}
				}
			}
		case kind == detector.KindObject && (key.s == "pod" || key.s == "container" || key.s == "node"):
			inner := membersOf(v)
			for {
				k, kind, v, ok := inner.next(d)
				if !ok {
					break
				}
				if kind != detector.KindString || k.s != "name" {
					continue
				}
				switch key.s {
				case "pod":
					podName = v
				case "container":
					container = v
				default:
					p.host = bytes.Clone(v)
				}
			}
		case kind != detector.KindString || len(v) == 0:
		case key.s == "container_name":
			container = v
		case key.s == "pod_name":
			podName = v
		case key.s == "host" || key.s == "pod_node_name" || key.s == "node_name":
			p.host = bytes.Clone(v)
		}
	}
	p.source = hash(hash(1, podName), container)
	switch {
	case label != nil:
		p.service = bytes.Clone(label)
	case container != nil:
		p.service = bytes.Clone(container)
	case podName != nil:
		p.service = bytes.Clone(podName)
	}
	return p
}

// serviceLabels name the service of a pod, best first. Filebeat writes dots of labels as underscores.
var serviceLabels = []string{
	"app.kubernetes.io/name", "app_kubernetes_io/name", "app", "k8s-app", "k8s_app", "service", "name",
	"app.kubernetes.io/instance", "app_kubernetes_io/instance",
}
