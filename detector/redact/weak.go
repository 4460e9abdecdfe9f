package redact

// weakPasswordWords are passwords that people leave in place, which look like any other word.
const weakPasswordWords = `changeme changeit change-me letmein sunshine qwerty qwertyuiop iloveyou monkey dragon football baseball superman batman princess
	welcome hunter toor starwars whatever freedom mustang trustno swordfish opensesame correcthorse asdfgh zxcvbn adminadmin rootroot testtest mysecret mypassword secretpassword passpass foobar foobarbaz hunter2`
