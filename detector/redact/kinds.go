package redact

import "regexp"

// find is one way in which secrets are written: the groups named s are removed, the rest stays. key is the group that
// names the key, if there is one.
type find struct {
	stems string // lower case, separated by blanks; the text holds one of them. Empty: a long run of digits
	kind  string
	match *regexp.Regexp
	clear func(secret []byte) bool // the match is no secret after all
	needs byte                     // a byte that the text must hold too; 0: none
}

const (
	open  = `(?:\\*["'` + "`" + `])?`
	sep   = `\s{0,4}(?:=>|:=|->|=|:|>|,)\s{0,4}`
	value = `(?:\\+"(?P<s>[^"\\]{3,}?)\\+"|"(?P<s>(?:[^"\\]|\\[^"])*?(?:\\"(?:[^"\\]|\\[^"])*?)*)"|'(?P<s>[^']*)'|` + "`(?P<s>[^`]*)`" + `|\{(?P<s>[^{}\s"':]+)\}|(?P<s>[^\s"'` + "`" + `,;&<>(){}\[\]|\\]{3,}))`
	names = `(?P<key>[A-Za-z0-9_.\-]*(?:pass(?:word|wd|phrase|code)?|passwd|pwd|secret(?:[_-]?(?:access)?[_-]?key)?|(?:api|access|private|signing|encryption|account|auth|master|shared|license|client|service|admin|subscription|ssh|storage|secret|consumer|app|application|hmac|webhook|deploy|root|token|crypt|cipher|aes|data|write|publish|integration|rest)[._-]?key|(?:access|auth|refresh|id|bearer|api|session|csrf|xsrf|bot|device|personal|security|private|oauth|deploy|registration|reset|verification)?[_-]?token|authorization|credentials?|session[_-]?key|connection[_-]?string|cvv2?|cvc|otp|pin|client[_-]?secret|jwt|apikey))`
)

// finds are tried in order.
func finds() []find {
	r := regexp.MustCompile
	return []find{
		{`-----begin`, "private-key", r(`(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?P<s>.*?)(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|$)`), nil, 0},
		{`eyj`, "jwt", r(`\b(?P<s>eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)?)`), nil, 0},
		{`akia asia abia acca`, "aws-access-key", r(`\b(?P<s>(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})\b`), nil, 0},
		{`gho_ ghp_ ghu_ ghs_ ghr_ github_pat_ glpat- glsoat- glrt- glcbt- gldt- glptt- glft- xox xapp- sk_live_ sk_test_ rk_live_ rk_test_ pk_live_ pk_test_ whsec_ sk- aiza ya29. gocspx- sg. npm_ pypi- hf_ dop_v1_ doo_v1_ shpat_ shpca_ shppa_ shpss_ sq0 eaaa hvs. hvb. dapi glsa_ glca_ glc_ lin_api_ lin_oauth_ figd_ figu_ ntn_ secret_ dckr_pat_ nrak- nrii- nfp_ sbp_ pscale_ atatt3 atctt3 age-secret-key key- -us1 -us2 -us3 -us4 -us5 -us6 -us7 -us8 -us9 pmak- rubygems_ sntry dp.pt. dp.st. dp.ct. tfp_ :aa r8_ gsk_ xai- flwseck_ ezak eztk ops_eyj fm1_ fm2_ cfpat- pul- ltai .atlasv1`, "provider-token", r(`\b(?P<s>(?:gh[opusr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{30,}|gl(?:pat|soat|rt|cbt|dt|ptt|ft)-[A-Za-z0-9_-]{16,}|xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}|(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,}|sk-(?:ant-|proj-|svcacct-|or-)?[A-Za-z0-9_-]{20,}|AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}|hf_[A-Za-z0-9]{20,}|do[op]_v1_[a-f0-9]{40,}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{30,}|sq0[a-z]{3}-[A-Za-z0-9_-]{20,}|EAAA[A-Za-z0-9_-]{40,}|hv[sb]\.[A-Za-z0-9_-]{20,}|dapi[a-f0-9]{30,}|gls[ac]_[A-Za-z0-9_]{20,}|glc_[A-Za-z0-9+/=]{20,}|lin_(?:api|oauth)_[A-Za-z0-9]{20,}|fig[du]_[A-Za-z0-9_-]{20,}|ntn_[A-Za-z0-9]{20,}|secret_[A-Za-z0-9]{40,}|dckr_pat_[A-Za-z0-9_-]{20,}|NRAK-[A-Z0-9]{20,}|NRII-[A-Za-z0-9_-]{20,}|nfp_[A-Za-z0-9]{30,}|sbp_[a-f0-9]{30,}|pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{20,}|ATATT3[A-Za-z0-9_=-]{30,}|ATCTT3[A-Za-z0-9_=-]{30,}|AGE-SECRET-KEY-1[A-Z0-9]{50,}|key-[a-f0-9]{32}|[a-f0-9]{32}-us[0-9]{1,2}|SK[a-f0-9]{32}|PMAK-[a-f0-9-]{30,}|rubygems_[a-f0-9]{40,}|sntry[su]_[A-Za-z0-9+/=_-]{30,}|dp\.(?:pt|st|ct)\.[A-Za-z0-9]{30,}|tfp_[A-Za-z0-9_-]{30,}|[0-9]{8,10}:AA[A-Za-z0-9_-]{32,}|r8_[A-Za-z0-9]{30,}|gsk_[A-Za-z0-9]{30,}|xai-[A-Za-z0-9]{30,}|FLWSECK_[A-Za-z0-9-]{20,}|EZ[AT]K[A-Za-z0-9]{40,}|ops_eyJ[A-Za-z0-9_-]{40,}|fm[12]_[A-Za-z0-9+/=_-]{30,}|CFPAT-[A-Za-z0-9_-]{30,}|pul-[a-f0-9]{40}|LTAI[A-Za-z0-9]{12,}|[A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}|[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{40,}))`), nil, 0},
		{`hooks.slack discord webhook.office`, "webhook-url", r(`https://(?:hooks\.slack\.com/(?:services|workflows)|discord(?:app)?\.com/api/webhooks|[a-z0-9.]+\.webhook\.office\.com/webhookb2)/(?P<s>[A-Za-z0-9/_@.-]{20,})`), nil, 0},
		{`://`, "password", r(`(?i)\b[a-z][a-z0-9+.-]{1,20}:(?:\\*/){2}(?:[^\s/:@"'<>]*):(?P<s>[^\s/"'<>]+)@`), clearURL, '@'},
		{`bearer basic negotiate apikey api-key token bot`, "password", r(`(?i)\b(?:bearer|basic|token|apikey|api-key|bot|negotiate)\s+(?P<s>[A-Za-z0-9._~+/:-]{12,}={0,2})(?:[\s"'\\,;)}\]&<]|$)`), notToken, 0},
		{`aws_secret`, "key", r(`(?i)aws_secret_access_key\s+(?P<s>[A-Za-z0-9/+=]{40})`), nil, 0},
		{`sig= signature=`, "signature", r(`[?&](?:sig|[Xx]-[Aa]mz-[Ss]ignature|[Ss]ignature)=(?P<s>[^&\s"'\\]{20,})`), nil, 0},
		{`@tcp @unix @(`, "password", r(`\b[A-Za-z][\w.-]*:(?P<s>[^\s:/"']{3,})@(?:tcp|tcp6|unix)?\(`), notSecret, 0},
		{`sess connect.sid sid= remember`, "cookie", r(`(?i)\b(?:[a-z]*sess(?:ion)?(?:id)?|connect\.sid|sid|remember[a-z_]*)=(?P<s>[^;\s"',&\\]{16,})`), notToken, '='},
		{`cookie`, "cookie", r(`(?i)\b(?:set-)?cookie["']?\s*[:=]\s*["']?[A-Za-z0-9_.-]*=(?P<s>[^;\s"']{8,})`), notSecret, 0},
		{`identified password`, "password", r(`(?i)(?:identified\s+(?:with\s+\S+\s+)?by|password|set\s+password(?:\s+for\s+\S+)?\s*=)\s+(?:password\s*\()?\\*['"](?P<s>[^'"\\]{3,})`), notSecret, 0},
		{`-pass -secret -token -api -access -key`, "password", r(`(?i)(?:^|\s)--?[a-z-]*(?:pass(?:word|wd|phrase)?|secret|token|api-?key|access-?key)(?:[= ]|\s+)["']?(?P<s>[^\s"'-][^\s"']{2,})`), notSecret, 0},
		{`mysql mariadb`, "password", r(`(?i)\b(?:mysql|mysqldump|mariadb|mysqladmin)\b[^|;]*?\s-p(?P<s>[^\s"']{3,})`), notSecret, 0},
		{`sshpass redis-cli mongo curl wget docker htpasswd`, "password", r(`(?i)\b(?:sshpass|redis-cli|mongo|mongosh|mongodump|curl|wget|docker\s+login|htpasswd)\b[^|;]*?\s-(?:p|a)\s*["']?(?P<s>[^\s"'-][^\s"']{3,})`), notSecret, 0},
		{`curl`, "password", r(`(?i)\bcurl\b[^|;]*?\s(?:-u|--user)[ =]?["']?[^\s:"']+:(?P<s>[^\s"']{3,})`), notSecret, 0},
		{`passw passphrase passcode pass= pass: pass" passwd pwd secret token apikey api_key api-key api.key authorization credential connection cvv cvc otp pin= pin: pin" pin' jwt key= key: key" key' key\\ key]`, "", r(`(?i)` + names + open + `\]?` + sep + value), nil, 0},
		{``, "card", r(`(?:^|[^0-9A-Za-z._-])(?P<s>(?:4[0-9]{3}|5[1-5][0-9]{2}|2[2-7][0-9]{2}|6(?:011|5[0-9]{2}|4[4-9][0-9])|35[0-9]{2})[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}|3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5})(?:$|[^0-9A-Za-z_-])`), notCard, 0},
		{``, "iban", r(`\b(?P<s>[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?)\b`), notIBAN, 0},
		{`ssn social`, "ssn", r(`(?i)(?:ssn|social[_ -]?security)[^0-9]{1,16}(?P<s>[0-9]{3}-[0-9]{2}-[0-9]{4})\b`), nil, 0},
	}
}

// wholeName is the name of a key whose value is a secret.
var wholeName = regexp.MustCompile(`(?i)^` + names + `$`)
