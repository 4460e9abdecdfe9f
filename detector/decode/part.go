package decode

import "github.com/tocsin-io/tocsin/detector"

// part says what is known of the object, array or string under a key beyond its role: where else the record's level,
// message, service and the like may stand, and what shows that a shipper wrapped the line.
type part uint8

const (
	partNone      part = iota
	partKube           // kubernetes: pod, container, labels, node
	partContainer      // container, docker: name and id
	partLog            // log{level, logger, file}: ECS
	partHost           // host{name}
	partService        // service{name, environment}
	partContext        // context, mdc, fields…: trace ids and, for some loggers, message or level
	partSpan           // span, trace: ids
	partRecord         // record, _meta: the event itself (loguru, tslog)
	partInstant        // instant{epochSecond, nanoOfSecond}, timestamp{seconds, nanos}, t{$date}, datetime{date}
	partLevel          // level{levelStr, name}
	partResource       // resource, serviceContext, dd: service, environment
	partAttrs          // attrs of Docker: labels and tag
	partData           // data: the arguments of log4js
	partParsed         // json, log_processed: the record that a shipper parsed out of the line

	// Of these a plain value tells something too.
	partFile     // a path: which source a line is from
	partID       // of a container: which source a line is from
	partStream   // stdout or stderr
	partEvidence // nothing but a sign of a shipper
	partBunyan   // name: the service where hostname and pid stand beside it
	partPID
	partShort // short_message: GELF
	partLogger
	partVerbosity // v: an informational line of klog's JSON
	partLogGroup  // of CloudWatch: names the function or the service
)

var partTable = map[string]part{
	"kubernetes": partKube, "k8s": partKube,
	"container": partContainer, "docker": partContainer,
	"log": partLog, "host": partHost, "service": partService,
	"context": partContext, "contextmap": partContext, "mdc": partContext, "fields": partContext,
	"extra": partContext, "properties": partContext, "jsonpayload": partContext, "attributes": partContext,
	"metadata": partContext, "spans": partNone,
	"span": partSpan, "trace": partSpan, "otel": partSpan,
	"record": partRecord, "meta": partRecord,
	"instant": partInstant, "timestamp": partInstant, "t": partInstant, "datetime": partInstant, "time": partInstant,
	"level": partLevel, "loglevel": partLevel, "resource": partResource, "resources": partResource, "servicecontext": partResource,
	"dd": partResource, "attrs": partAttrs, "data": partData, "json": partParsed, "logprocessed": partParsed,
	"file": partFile, "logfilepath": partFile, "filename": partFile, "source": partFile, "path": partNone,
	"filepath":    partFile,
	"containerid": partID, "containername": partID, "podname": partID, "systemdunit": partID,
	"logstream": partID, "tag": partEvidence, "stream": partStream, "transport": partEvidence,
	"agent": partEvidence, "sourcetype": partEvidence, "input": partEvidence, "logtag": partEvidence,
	"partialid": partID, "beat": partEvidence, "loggroup": partLogGroup, "ecscluster": partEvidence, "fileset": partEvidence,
	"syslogidentifier": partEvidence, "name": partBunyan, "pid": partPID, "shortmessage": partShort,
	"p": partEvidence, "logger": partLogger, "v": partVerbosity,
}

// tells reports whether a value of this kind is to be noted.
func (p part) tells(kind detector.ValueKind) bool {
	return p >= partFile || p != partNone && kind >= detector.KindObject
}

func partOf(key string) part {
	if len(key) == 0 || len(key) > 40 {
		return partNone
	}
	if key == "@version" {
		return partEvidence // Logstash
	}
	return partTable[canonical(key)]
}
