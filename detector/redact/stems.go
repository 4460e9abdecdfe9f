package redact

// stems are the letters, in lower case, without which no secret is written. Of longer ones the first eight count; those
// of three are followed by what may follow the name of a key.
var stems = []struct {
	act   act
	stems string // separated by blanks
}{
	{actName, `crum pass pswd pwd pw=> pw%22 psw" psw\ psw= psw: ginpas ootpw indpw minpw serpw dbpw secr toke key keys auth cred cook jwt jws otp totp tan pin pinc cvv cvv2 cvc cvc2 csc cav2 ssn psk mnem seed phra recovery
		apik kenn heslo haslo clav adga sifr gesl lozi jels paro sand zuga wagw pasa pasf senha senord salasana wacht motdep trase mdp pepper assertion samlr verifier code pat hmac sign sig
		sid= ticket nino aadh cpf cnpj pesel onnum curp nif dni bsn number pan card ccn ccnum socials steuer taxid bearer pkcs`},
	{actName, `mfac smsc skey csrf xsrf pwdnew pwdold pwdconf invite= keymat dockerc salt ntlm nthash honeycom appid= words nt_hash`},
	{actPEM, `putty-u ls0tls1c`},
	{actScheme, `bearer basic negotiate geniekey bot apikey`},
	{actCommand, `mysql mariadb mycli nmcli sshpass 7z 7za mongo cqlsh docker podman nerdctl buildah helm oras crane twine dig nsup altool notarytool nuget oc az net exp imp radd rmod nssl dsadd dsmod runas kinit kadmin gpg gpg2 ansible- argocd heroku jfrog sqlcmd bcp isql osql tsql
		ipmitool mosquitto unzip zip xfreerdp rdesktop psexec nxc crackmapexec evil-winrm plink pscp psftp putty redis-cli redis-benchmark keydb valkey ldaps ldapm ldapa ldapd
		net1 schtasks winr signtool racadm knife radt qpdf grafana acl addauth addp cpw ldapw ldapp ldapc smbc rpcclient smbg mount.cifs winexe curl ttp tps xh lftp skopeo rclone etcdctl jenkins-cli dotnet beeline check_my check_pg cypher-s mydumper myloader rabbitmqadmin esxcli airflow nodetool mssql-cl ab wrk hey snmp htpasswd rabbitmqctl wpa_ vault mc sqlp sqll expdp impdp rman ssh-k wandb confluent snyk poetry pulumi security`},
	{actSQL, `insert replace identified crypt( pgp_sym aes_enc aes_dec`},
	{actHash, `$2a$ $2b$ $2y$ $gy$ $apr1 $sha $argon $scr $pbk $bcr $dcc $krb {ssha {sha} {sha2 {sha5 {crypt {pbk {smd5 pbkdf2 grub.pbk scram-sha bcrypt_s aad3b435`},
	{actJWK, `"kty`},
	{actRSA, `rsakeyv rsaparam`},
	{actVerb, `auth pass logi identify add-mask`},
	{actPath, `/reset /verify /confirm /activ /magic /invit /unlock /email-v /accept /passw /set-p /edit-p /forgot`},
	{actSession, `sess phps jses t.sid aspn .aspxaut ess_logg ess_sec_ cfid laravel ci_s`},
	{actDevice, `snmp tacacs radius isakmp wpa-psk psksecret digest-key key-string rocom rwcom ion-key pre-shared wifi:t:w wifi:s: inline: +cwjap +cwsap`},
	{actSecureString, `tto-secure`},
	{actPiped, `echo intf`},
	{actCall, `ct(' ct(" ct(\ in(' in(" in(\ on(' on(" on(\ nd(' nd(" nd(\ nd($ in($ ldap_bin equelize createhm hmac.new pdo( qli( addl sp_p`},
	{actCommunity, `munity`},
	{actJAAS, `ginmodule`},
	{actSASL, `ugfzc3 esp=`},
	{actLogin, `@// @localhost @127. @10. @192. @172. @db @postgres @pg @mysql @mariadb @redis @mongo @rabbit @kafka @proxy @smtp @ldap @sip @pbx @imap @host @prod @staging @primary @master @replica @cluster @sql @ora @es @elastic @node @server @srv @cache @queue @mq @amqp @api`},
	{actDSN, `@tcp @unix thin:`},
}

// cryptBefore may stand before a hash whose method has one letter: $6$.
const cryptBefore = ` :"'=>,({[|n`

// cryptMethods are those methods.
const cryptMethods = "1567yph"

// nameFollow may stand after the name of a key.
const nameFollow = "`" + `"'=:\]>_-.,<|)&% [*12` + "\t\x1b"

// anything is how a text may go on: what can be seen of ASCII, a tab and the first bytes of other letters.
var anything = func() string {
	b := []byte{'\t'}
	for c := byte(' '); c < 0x7f; c++ {
		b = append(b, c)
	}
	for c := 0xc2; c < 0xf5; c++ {
		b = append(b, byte(c))
	}
	return string(b)
}()

// letters may stand where a token is cut to four bytes.
const (
	lettersLower = "abcdefghijklmnopqrstuvwxyz"
	lettersDigit = "0123456789"
)
