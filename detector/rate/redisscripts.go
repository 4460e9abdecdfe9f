package rate

import (
	_ "embed"

	"github.com/redis/go-redis/v9"
)

//go:embed claim.lua
var claimSource string

//go:embed write.lua
var writeSource string

//go:embed forget.lua
var forgetSource string

// The scripts. Run sends their hash, and their text where the server does not know it, as after a restart.
var (
	claimScript  = redis.NewScript(claimSource)
	writeScript  = redis.NewScript(writeSource)
	forgetScript = redis.NewScript(forgetSource)
)

// What the scripts answer.
const (
	scriptDone     = 0
	scriptFenced   = 1
	scriptSequence = 2
)
