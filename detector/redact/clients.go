package redact

// client is a program that takes a secret in an argument which does not say so.
type client struct {
	names    string // separated by blanks; the first four letters are an anchor
	joined   string // the option whose value follows at once: -p of mysql, /p: of xfreerdp
	separate string // options whose value is the next argument
	pair     string // options whose value is user and password
	cookie   string // options whose value is a cookie
	between  byte   // what stands between the two; 0: a colon
	last     int    // the secret is the n-th argument that is no option, counted from 1; 0: none
	drawn    bool   // and it is drawn at random
	oracle   bool   // and it is user/password@service
	after    string // one of these arguments has to stand before those are counted
}

var clients = []client{
	{names: "mysql mysqldump mysqladmin mysqlimport mysqlshow mysqlcheck mysqlpump mariadb mariadb-dump mariadb-admin mycli", joined: "-p"},
	{names: "sshpass 7z 7za", joined: "-p", separate: "-p"},
	{names: "mongo mongosh mongodump mongorestore mongoexport mongoimport mongostat cqlsh", joined: "", separate: "-p"},
	{names: "docker podman nerdctl buildah helm oras crane oc az argocd heroku jfrog", separate: "-p", after: "login"},
	{names: "dig nsupdate", separate: "-y"},
	{names: "twine altool notarytool", separate: "-p"},
	{names: "sqlcmd mssql-cli bcp isql osql tsql", joined: "-P", separate: "-P"},
	{names: "ipmitool mosquitto_pub mosquitto_sub unzip zip knife", separate: "-P"},
	{names: "nmcli", separate: "password", after: "connect"},
	{names: "rdesktop psexec nxc crackmapexec evil-winrm racadm", separate: "-p"},
	{names: "xfreerdp xfreerdp3 wlfreerdp mstsc", joined: "/p:"},
	{names: "winrm winrs", joined: "-p:", separate: "-p"},
	{names: "schtasks", separate: "/rp"},
	{names: "signtool", separate: "/p"},
	{names: "az", separate: "--value", after: "keyvault"},
	{names: "dotnet", last: 2, after: "set"},
	{names: "dotnet nuget", separate: "-k", after: "push"},
	{names: "nuget", last: 2, drawn: true, after: "push"},
	{names: "nuget", last: 1, drawn: true, after: "setApiKey setapikey"},
	{names: "beeline check_mysql check_mysql_query check_pgsql cypher-shell mydumper myloader rabbitmqadmin esxcli", separate: "-p"},
	{names: "airflow", separate: "-p", after: "create"},
	{names: "nodetool", separate: "-pw"},
	{names: "az", separate: "-p", after: "sql"},
	{names: "az", separate: "-p", after: "mysql"},
	{names: "az", separate: "-p", after: "postgres"},
	{names: "plink pscp psftp putty", separate: "-pw"},
	{names: "redis-cli redis-benchmark keydb-cli valkey-cli", separate: "-a --pass"},
	{names: "ldapsearch ldapmodify ldapadd ldapdelete ldapwhoami ldappasswd ldapcompare", joined: "-w", separate: "-w -s"},
	{names: "smbclient rpcclient smbcacls smbget mount.cifs winexe", separate: "", pair: "-U --user", between: '%'},
	{names: "curl", pair: "-u --user -U --proxy-user -E --cert --proxy-cert", cookie: "-b --cookie"},
	{names: "jenkins-cli jenkins-cli.jar", pair: "-auth"},
	{names: "http https xh", pair: "-a --auth"},
	{names: "lftp", pair: "-u", between: ','},
	{names: "skopeo buildah podman", pair: "--creds --src-creds --dest-creds"},
	{names: "etcdctl", pair: "--user"},
	{names: "ab wrk hey", pair: "-A -a"},
	{names: "snmpwalk snmpget snmpset snmpbulkwalk", separate: "-A -X -c"},
	{names: "htpasswd", last: 3, after: "-b -bc -cb -bB -Bb -bcB -cbB -Bbc -bBc -cBb -Bcb"},
	{names: "htpasswd", last: 2, after: "-nb -bn -nbB -bnB -nBb -Bnb -Bbn -bBn -nbm"},
	{names: "rabbitmqctl", last: 2, after: "add_user"},
	{names: "rabbitmqctl", last: 2, after: "change_password"},
	{names: "rabbitmqctl", last: 2, after: "authenticate_user"},
	{names: "wpa_passphrase", last: 2},
	{names: "vault", last: 1, after: "login"},
	{names: "vault", last: 1, drawn: true, after: "unseal"},
	{names: "ACL acl", joined: ">"},
	{names: "radtest", last: 2},
	{names: "radtest", last: 5},
	{names: "qpdf", last: 1, after: "--encrypt"},
	{names: "qpdf", last: 2, after: "--encrypt"},
	{names: "grafana-cli grafana", last: 1, after: "reset-admin-password"},
	{names: "addauth", pair: "digest"},
	{names: "addprinc cpw", separate: "-pw"},
	{names: "mc", last: 4, after: "set"},
	{names: "sqlplus sqlldr expdp impdp", last: 1, oracle: true},
	{names: "ssh-keygen", separate: "-N -P"},
	{names: "net net1", last: 2, after: "user"},
	{names: "net net1", separate: "/user", last: 2, after: "use"},
	{names: "exp imp connect CONNECT", last: 1, oracle: true, between: '@'},
	{names: "rman", last: 1, oracle: true, between: '@', after: "target TARGET catalog CATALOG auxiliary AUXILIARY"},
	{names: "rclone", last: 1, after: "obscure"},
	{names: "useradd usermod", separate: "-p --password"},
	{names: "openssl", separate: "-k -K -pass -passin -passout"},
	{names: "dsadd dsmod", separate: "-pwd"},
	{names: "runas psexec psexec64", separate: "-p"},
	{names: "kinit kadmin", separate: "-w -W"},
	{names: "gpg gpg2", separate: "--passphrase"},
	{names: "snyk", last: 1, drawn: true, after: "auth"},
	{names: "poetry", separate: "-p --password", after: "publish"},
	{names: "pulumi", last: 2, after: "set"},
	{names: "security", separate: "-P", after: "import"},
	{names: "security", separate: "-p", after: "unlock-keychain"},
	{names: "openssl", last: 1, drawn: true, after: "passwd"},
	{names: "wandb", last: 1, drawn: true, after: "login"},
	{names: "confluent", last: 2, drawn: true, after: "store"},
	{names: "ansible-playbook ansible", separate: "--vault-password"},
}
