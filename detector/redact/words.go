package redact

import "strings"

// secretWords name a secret by themselves.
var secretWords = []struct {
	class class
	words string
}{
	{classPassword, `password passwd pwd pswd psw passwrd pass passphrase passcode pw passw kennwort passwort contrasena motdepasse mdp
		wachtwoord heslo haslo senha parola losenord passord salasana storepass keypass trustpass requirepass masterauth userpass dbpass
		passe clave adgangskode sifre sifra geslo lozinka jelszo parool sandi katasandi zugangscode wagwoord pasahitza pasfhocal
		loginpas rootpw adminpw bindpw becomepass sudopass passin passout pgpassword jenkinspass`},
	{classToken, `token crumb csrf xsrf jwt jws bearer apitoken authtoken accesstoken refreshtoken idtoken assertion samlresponse samlassertion
		saslpassword sharedaccesssignature honeycomb`},
	{classSecret, `secret credential credentials creds cred psk passkey pepper clientsecret totp verifier presharedkey dockerconfigjson dockercfg`},
	{classKey, `apikey secretkey accesskey privatekey privkey authkey masterkey sharedkey accountkey sharedaccesskey encryptionkey signingkey
		sshkey licensekey licencekey aeskey hmackey deploykey appkey xapikey secretaccesskey encryptkey decryptkey cryptkey skey`},
	{classCode, `otp otpcode mfacode smscode tan`},
	{classPIN, `pin pincode`},
	{classCardCode, `cvv cvc cvv2 cvc2 cid2 csc cvn cav2 securitycode`},
	{classCookie, `cookie cookies`},
	{classAuthorization, `authorization authorisation`},
	{classPhrase, `mnemonic seedphrase`},
	{classSignature, `sig signature hmac`},
	{classPerson, `ssn nino aadhaar aadhar cpf cnpj pesel personnummer codicefiscale curp nif dni nie bsn rrn nric socialsecurity
		socialsecuritynumber steuerid passportnumber taxid hkid cnp egn oib amka`},
	{classHash, `ntlm nthash ntlmhash`},
	{classCard, `pan cardnumber cardno creditcard ccnumber ccnum ccn`},
}

// pluralWords are many secrets, or how many.
var pluralWords = []struct {
	class class
	words string
}{
	{classPassword, `passwords passphrases passcodes`},
	{classToken, `tokens jwts`},
	{classSecret, `secrets`},
	{classKey, `apikeys`},
	{classPIN, `pins`},
	{classCode, `otps`},
}

// weakWords name a secret only after certain others.
var weakWords = []struct {
	class class
	words string
}{
	{classKey, `key keys`},
	{classCode, `code codes`},
	{classPhrase, `phrase words`},
	{classPerson, `number no nr num`},
	{classSecret, `auth pat`},
}

// flaggedWords do something to those beside them.
var flaggedWords = []struct {
	flags wordFlag
	words string
}{
	{wordPlain, `value val values plain plaintext clear cleartext text string str raw b64 base64 new old current previous prev confirm confirmation
		confirmed word again repeat retype verify user root admin default temporary temp initial base prod production dev test staging live env
		encrypted enc your the my our this a an secondary main x`},
	{wordAfter, `count counts policy policies name names file files path paths dir directory ttl at id ids url urls uri endpoint type types length len
		expiry expire expires expired expiration exp age size sizes limit limits max min strength required require requires enabled disabled enable
		disable reset change changed valid invalid validity set unset status state states version hint field fields label input prompt validator validation manager
		provider service services store storage ref reference arn usage encryption format algorithm alg encoding rotation rotated created updated last
		round rounds attempt attempts history rev revision complexity placeholder bucket buckets issuer audience scope scopes kind class error errors mode
		mechanism method source location mount engine namespace fingerprint thumbprint check checks checker handler filter factory
		generator generation helper util utils rate budget window interval timeout cost position pos index offset range start end
		total used remaining left missing found exists match matches matched mismatch rule rules group groups topic queue table column columns
		schema model event events action actions request requests response page pages form view route renew refreshed lifetime duration days hours minutes seconds
		secs ms date time timestamp until since owner email by for with of in is was has to from and or not
		prefix suffix pattern regex charset chars digits cache pool list map metadata info desc description title
		link links button dialog screen variable var envvar arg param parameter parameters ring rings vault backend lookup resolver converter supplier
		extractor parser reader writer loader listener client server grant grants flow granted issued revoked authenticated failed failure failures success
		successful ok retry retries lock locked lockout exception expected needed supported allowed config settings options option broker`},
	{wordHash, `hash hashed digest md5 sha1 sha256 bcrypt scrypt argon2 shadow`},
	{wordDoubt, `unexpected wrong bad`},
	{wordNotToken, `next page resume continuation pagination cursor sync prompt completion input output cached cancellation sequence fencing reasoning watermark stop eos bos pad unk`},
	{wordNot, `public pub publishable max min num total count cancel
		has is no forgot forgotten lost requires require missing use allow enable disable
		season battle boarding label placeholder hint tooltip caption i18n show hide toggle lexer syntax`},
	{wordNotKey, `site idempotency cache partition sort foreign dedup deduplication object row message msg group index shard range i18n translation composite
		unique natural surrogate lock routing host known per context nth keyboard arrow shortcut press hot fixed static record map dict json hashmap
		bucket s3 websocket socket column table lookup join document doc field event metric config feature flag setting resource entity aggregate
		correlation request trace span order invoice region product lang language error status primary secondary partial parent child
		recv send from for kernel autogenerated time build redis memcached etcd consul registry get gpg pgp`},
	{wordQualifiesKey, `api secret private priv access auth encryption encrypt encrypting decryption decrypt signing sign signature master shared account admin
		consumer app application hmac webhook deploy deployment ssh crypto cipher crypt aes rsa dsa ecdsa ed25519 tls write integration rest license licence
		activation subscription functions function merchant recovery kek dek wallet root token jwt session storage service client
		preshared network psk unseal server ingestion instrumentation ingest vapid hashing hash wg wireguard wpa wifi wep user
		developer partner ads security sdk live restricted`},
	{wordQualifiesCode, `security verification verify auth authentication access recovery backup login signin confirmation confirm activation sms mfa
		2fa tfa otp onetime one-time two-factor multi-factor sign-in log-in time passcode sign pin authorization reset card cvv cvc totp unlock pairing invite scratch challenge factor`},
	{wordQualifiesPhrase, `seed recovery mnemonic backup wallet secret pass`},
	{wordQualifiesNumber, `ssn security passport tax insurance national social identity identification nhs medicare`},
	{wordQualifiesCard, `card cc credit debit pan payment`},
}

// joinedWords end words that are written without a border. Longer ones stand first.
var joinedWords = []string{
	"passphrase", "password", "passwort", "kennwort", "passord", "wachtwoord", "contrasena", "secretkey", "accesskey", "privatekey", "encryptionkey", "signingkey", "passcode", "authtoken", "accesstoken", "passwd",
	"apikey", "authkey", "secret", "token", "pwd", "pass",
}

// notJoined end as joined words do and are others.
var notJoined = []string{"compass", "bypass", "trespass", "surpass", "overpass", "underpass", "encompass", "firstpass", "multipass", "onepass", "twopass", "subpass", "renderpass"}

func newWordTable() *wordTable {
	t := &wordTable{words: make(map[string]word)}
	each := func(words string, fn func(w *word)) {
		for _, s := range strings.Fields(words) {
			w := t.words[s]
			fn(&w)
			t.words[s] = w
		}
	}
	for _, l := range flaggedWords {
		each(l.words, func(w *word) { w.flags |= l.flags })
	}
	for _, l := range weakWords {
		each(l.words, func(w *word) {
			w.flags |= wordWeak
			if w.weak == classNone {
				w.weak = l.class
			}
		})
	}
	for _, l := range secretWords {
		each(l.words, func(w *word) { w.class, w.flags = l.class, w.flags&^(wordAfter|wordPlain|wordWeak) })
	}
	for _, l := range pluralWords {
		each(l.words, func(w *word) { w.class, w.flags = l.class, w.flags&^(wordAfter|wordPlain)|wordPlural })
	}
	for _, s := range joinedWords {
		last := s[len(s)-1]
		t.suffixes[last] = append(t.suffixes[last], suffix{s, t.words[s]})
	}
	for _, s := range notJoined {
		t.words[s] = word{}
	}
	return t
}
