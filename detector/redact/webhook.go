package redact

type webhook struct{ host, path string }

// webhooks are URLs that let anyone who has them post, or call on someone's account: the secret is what follows a part
// of the path.
var webhooks = []webhook{
	{"hooks.slack.com", "/services/"},
	{"hooks.slack.com", "/workflows/"},
	{"hooks.slack.com", "/triggers/"},
	{"discord.com", "/api/webhooks/"},
	{"discordapp.com", "/api/webhooks/"},
	{"canary.discord.com", "/api/webhooks/"},
	{"ptb.discord.com", "/api/webhooks/"},
	{"api.telegram.org", "/bot"},
	{"api.telegram.org", "/file/bot"},
	{".webhook.office.com", "/webhookb2/"},
	{"outlook.office.com", "/webhook/"},
	{"outlook.office365.com", "/webhook/"},
	{"hooks.zapier.com", "/hooks/catch/"},
	{"hook.integromat.com", "/"},
	{"hook.eu1.make.com", "/"},
	{"hook.us1.make.com", "/"},
	{"maker.ifttt.com", "/key/"},
	{"events.pagerduty.com", "/integration/"},
	{"qyapi.weixin.qq.com", "/send?key="},
	{"open.feishu.cn", "/hook/"},
	{"open.larksuite.com", "/hook/"},
	{"hc-ping.com", "/"},
	{"logs-01.loggly.com", "/inputs/"},
	{"logs.loggly.com", "/inputs/"},
	{"ntfy.sh", "/up"},
	{"alert.victorops.com", "/alert/"},
	{"alert.victorops.com", "/generic/"},
	{"api.opsgenie.com", "/webhook/"},
	{"hooks.chime.aws", "/incomingwebhooks/"},
	{"webexapis.com", "/incoming/"},
	{"connect.pabbly.com", "/sendwebhookdata/"},
	{"app.datadoghq.com", "/v1/input/"},
	{"http-intake.logs.datadoghq.com", "/v1/input/"},
	{"calendar.google.com", "/private-"},
	{".sumologic.com", "/receiver/v1/http/"},
	{".infura.io", "/v3/"},
	{".alchemy.com", "/v2/"},
	{".quiknode.pro", "/"},
	{"hook.eu2.make.com", "/"},
	{"hook.us2.make.com", "/"},
	{"mattermost.", "/hooks/"},
	{"chat.", "/hooks/"},
	{"rocket.", "/hooks/"},
	{"hooks.", "/"},
}

// webhooksBy are the webhooks by the first byte of their host, in order; those of which only the end of the host is known
// stand under each.
var webhooksBy = func() (by [128][]webhook) {
	for _, w := range webhooks {
		for c := range by {
			if w.host[0] == '.' || int(w.host[0]) == c {
				by[c] = append(by[c], w)
			}
		}
	}
	return by
}()

// webhook removes the secret part of a URL whose host begins at i.
func (s *scan) webhook(i int) {
	end := run(s.b, i, charName|charColon)
	if end == i {
		return
	}
	for _, w := range webhooksBy[lower(s.b[i])&0x7f] {
		switch {
		case w.host[0] == '.':
			if end-i < len(w.host) || !hasFold(s.b, end-len(w.host), w.host) {
				continue
			}
		case !hasFold(s.b, i, w.host):
			continue
		}
		escaped := has(s.b, end, `\/`)
		for j := end; j < s.n(end, 64); j++ {
			p := j
			if escaped && s.b[p] == '\\' {
				p++
			}
			if !s.pathAt(p, w.path) {
				continue
			}
			from := s.pathEnd(p, w.path)
			to := from
			limit := s.n(from, maxJudged)
			for to < limit && (chars[s.b[to]]&(charDotted|charColon|charPercent|charTilde) != 0 || s.b[to] == '/' || s.b[to] == '@' || s.b[to] == '\\' && has(s.b, to, `\/`)) {
				if s.b[to] == '/' && w.path[len(w.path)-1] != '/' { // it is one part of the path
					break
				}
				to++
			}
			if t := traitsOf(s.b[from:to]); t.len >= 16 && t.digits > 0 {
				s.add(from, to, "webhook-url", 0, 0)
			}
			return
		}
	}
}

// pathAt reports whether path stands at i, its slashes escaped or not.
func (s *scan) pathAt(i int, path string) bool { return s.pathEnd(i, path) > 0 }

func (s *scan) pathEnd(i int, path string) int {
	for k := range len(path) {
		if path[k] == '/' && has(s.b, i, `\/`) {
			i++
		}
		if i >= len(s.b) || lower(s.b[i]) != path[k] {
			return 0
		}
		i++
	}
	return i
}
