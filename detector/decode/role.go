package decode

import "strings"

// role says what a key of a structured record stands for.
type role uint8

const (
	roleNone role = iota
	roleMessage
	roleLevel
	roleLevelSyslog // numbers 0 to 7
	roleLevelPython // numbers 10 to 50
	roleLevelOTel   // numbers 1 to 24
	roleStatus      // of an HTTP answer: gives a level where there is no other
	roleTime
	roleService
	roleEnvironment
	roleHost
	roleTrace
	roleSpan
	roleTraceparent
	roleOTLP     // resourceLogs
	roleBatch    // an array of records in an envelope
	roleTemplate // @mt: a message that names fields
	rolePartial  // how a container's line was cut
	roleType     // of some records, the level: Warning and Normal of Kubernetes' events
	roles
)

// roleTable gives role and rank of keys, written in lower case without _ - . and a leading @. Of several keys of a
// role in one record the lowest rank wins, then the first.
var roleTable = map[string]struct {
	role role
	rank uint8
}{}

func init() {
	for _, t := range []struct {
		role role
		keys string // ranks from 0, divided by |
	}{
		{roleMessage, "m formattedmessage renderedmessage | message msg shortmessage textpayload messagetext | " +
			"event body logmessage | log fullmessage | text content logformat resultdescription | description errormessage | " +
			"request | requesturi eventname operationname"},
		{roleTemplate, "mt messagetemplate"},
		{roleLevel, "l levelname levelstr loglevelname severitytext | level lvl severity loglevel logseverity " +
			"errorseverity levelstring severitylabel syslogseveritytext | levelvalue | label"},
		{roleLevelSyslog, "priority syslogseverity"},
		{roleLevelPython, "levelno"},
		{roleLevelOTel, "severitynumber"},
		{roleStatus, "status statuscode responsecode downstreamstatus edgeresponsestatus httpstatus httpstatuscode " +
			"httpresponsestatuscode"},
		{roleTime, "timeunixnano | time ts timestamp datetime eventtime timemillis timelocal timeiso8601 asctime " +
			"timestampms timestampmillis timestampnanos logtime logdate realtimetimestamp epochmillis timegenerated " +
			"timereported timestampseconds | " +
			"@timestamp sourcerealtimetimestamp date eventtimestamp utctime starttime | created epoch startutc " +
			"startlocal stagetimestamp edgestarttimestamp unixtime epochtime | t requestreceivedtimestamp " +
			"observedtimeunixnano observedtimestamp lasttimestamp"},
		{roleService, "servicename ddservice otelservicename | service microservice | app application appname " +
			"applicationname approlename cloudrolename | syslogidentifier | program ident programname syslogtag | containername systemdunit comm"},
		{roleEnvironment, "deploymentenvironment deploymentenvironmentname serviceenvironment ddenv | environment env " +
			"envname"},
		{roleHost, "hostname | host | machinename nodename computername computer sourcehost devname fromhost"},
		{roleTrace, "traceid oteltraceid tr | ddtraceid xb3traceid b3traceid logginggoogleapiscom/trace xtraceid | " +
			"trace xraytraceid"},
		{roleSpan, "spanid otelspanid sp | ddspanid xb3spanid logginggoogleapiscom/spanid"},
		{roleTraceparent, "traceparent"},
		{roleOTLP, "resourcelogs"},
		{roleBatch, "logevents streams records"},
		{rolePartial, "p logtag partialmessage partiallast"},
	} {
		rank := uint8(0)
		for _, key := range strings.Fields(t.keys) {
			if key == "|" {
				rank++
				continue
			}
			r := roleTable[key]
			r.role, r.rank = t.role, rank
			roleTable[key] = r
		}
	}
}

// roleOf looks a key up. Keys that begin with _ are a user's own in GELF and mean nothing but for a few.
func roleOf(key string) (role, uint8) {
	if len(key) == 0 || len(key) > 40 {
		return roleNone, 0
	}
	switch key {
	case "@timestamp":
		return roleTime, 2
	case "__REALTIME_TIMESTAMP":
		return roleTime, 1
	case "_SOURCE_REALTIME_TIMESTAMP":
		return roleTime, 2
	case "_HOSTNAME":
		return roleHost, 0
	case "_SYSTEMD_UNIT", "_COMM":
		return roleService, 6
	case "_p":
		return rolePartial, 0
	case "type":
		return roleType, 0
	case "s":
		return roleLevel, 5 // MongoDB
	case "M":
		return roleMessage, 4 // zap's development encoder
	case "L":
		return roleLevel, 4
	case "T":
		return roleTime, 5
	case "m", "l", "p", "tr", "sp", "mt", "P":
		return roleNone, 0 // meant only with @ before them
	}
	plain := canonical(key)
	if key[0] == '_' && plain != "traceid" && plain != "spanid" && plain != "loglevel" {
		return roleNone, 0
	}
	r, ok := roleTable[plain]
	if !ok {
		return roleNone, 0
	}
	return r.role, r.rank
}

func canonical(key string) string {
	buf := make([]byte, 0, len(key))
	for i := 0; i < len(key); i++ {
		c := key[i]
		switch {
		case c == '_' || c == '-' || c == '.' || (c == '@' && i == 0) || c == ' ':
			continue
		case isUpper(c):
			c |= 0x20
		}
		buf = append(buf, c)
	}
	return string(buf)
}
