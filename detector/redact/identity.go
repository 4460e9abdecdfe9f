package redact

import "bytes"

// identifies judges a name whose words say no more than that something is identified, and under which a secret stands by
// what is beside it: the secret_id of an AppRole beside its role_id, the SecretID of Consul beside its AccessorID,
// basic.auth.user.info=bob:x.
func (s *scan) identifies(from, to int) name {
	id := s.b[from:to]
	if len(id) == 0 {
		return name{}
	}
	switch string(id) {
	case "REDISCLI_AUTH": // the password that redis-cli takes
		return name{class: classPassword}
	case "PAGERDUTY_ROUTING_KEY", "pagerduty_routing_key", "PD_ROUTING_KEY": // of events, not of messages
		return name{class: classKey}
	case "NEO4J_AUTH": // bob/x
		s.account(&key{name: name{class: classSecret}, from: from, to: to, credentials: true}, run(s.b, to, charEqual|charBlank|charColon))
		return name{}
	}
	switch last := lower(id[len(id)-1]); {
	case last != 'o' && last != 'd':
	case len(id) > len("auth.user.info") && hasFold(id, len(id)-len("auth.user.info"), "auth.user.info"):
		s.account(&key{name: name{class: classSecret}, from: from, to: to, credentials: true}, run(s.b, to, charEqual|charBlank|charColon))
	case one([]string{"secret_id", "secretid", "secret-id"}, id) || len(id) > len("_secret_id") && hasFold(id, len(id)-len("_secret_id"), "_secret_id"):
		near := s.b[max(0, from-maxBeside):s.n(to, maxBeside)]
		for _, w := range [...]string{"role", "Role", "ROLE", "ccessor"} {
			if bytes.Contains(near, []byte(w)) {
				return name{class: classSecret}
			}
		}
	}
	return name{}
}
