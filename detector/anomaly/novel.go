package anomaly

import (
	"github.com/tocsin-io/tocsin/detector"
)

// novelty is an error template that is new, or that came back after a day: what a flood must not hide.
type novelty struct {
	t     *series
	since int64
	lines float64
	times [3]int64 // buckets of its last three lines
	fired int64    // bucket in which it was called a new error, 0 before
}

// maxNovel bounds the new errors of a service that are followed at once.
const maxNovel = 32

// births is how often a service brings something new, so that what it does every day is no alarm.
type births struct {
	errors float64 // new errors that were called, halving every day
}

// noteNovel follows a line of an error template; it is called before the line is counted into it.
func (v *service) noteNovel(t *series, x float64, env *moment) {
	fresh := t.lines == 0 || (env.n-t.seen > env.day && t.lines < 50)
	if fresh && env.n-v.born > env.hour {
		if len(v.novel) == maxNovel {
			v.novel = append(v.novel[:0], v.novel[1:]...)
		}
		v.novel = append(v.novel, novelty{t: t, since: env.n})
	}
	for i := range v.novel {
		if nov := &v.novel[i]; nov.t == t {
			nov.lines += x
			for range min(int(x), 2) { // of one bucket two: three would push out that another had lines
				nov.times = [3]int64{nov.times[1], nov.times[2], env.n}
			}
		}
	}
}

// judgeNovel calls new errors: an error template under 30 minutes old (or back after a day), three lines in five
// minutes but not all in one bucket, service older than a day. One that is known for longer than five minutes must have
// had six: what comes once an hour comes thrice in five minutes too. Three lines within a minute are one failure with its retries: a fourth
// tells that it goes on. A service that brings several each day gets notices, and so
// does one in its first day whose very first error this is.
func (v *service) judgeNovel(env *moment) {
	kept := v.novel[:0]
	for _, nov := range v.novel {
		age := env.n - nov.since
		if age > env.minutes(30) && (nov.fired == 0 || env.n-nov.t.seen > env.minutes(5)) && len(v.episodes) == 0 {
			continue
		}
		if age > 6*env.hour {
			continue
		}
		if nov.fired > 0 || nov.lines >= 3 {
			v.noteBrief(nov.t, nov.since, nov.lines, env)
		}
		if nov.fired == 0 && age <= env.minutes(30) && nov.times[0] > 0 && nov.times[0] < nov.times[2] && nov.times[2]-nov.times[0] <= env.minutes(5) && (nov.lines >= 6 || nov.second(env)-nov.since <= env.minutes(5)) &&
			(nov.lines > 3 || nov.t.id.level >= detector.LevelFatal || nov.times[2]-nov.since > env.minutes(1)) &&
			(env.n-v.born > env.day || v.firstError(nov)) && !v.brieflike(nov.t, nov.since, nov.lines, newMinutes, env) {
			nov.fired = env.n
			if env.n-v.born > env.day {
				v.births.errors++
			}
		}
		kept = append(kept, nov)
	}
	clear(v.novel[len(kept):])
	v.novel = kept
	fade := .7 / float64(env.day)
	v.births.errors -= v.births.errors * fade
}

// firstError tells that the service had logged for a while and never at the level of nov before.
func (v *service) firstError(nov novelty) bool {
	l := v.levels[nov.t.id.level]
	return l != nil && l.born >= nov.since
}

// drowned is the share of a flood's lines up to which an error is hidden by it: one in four lines is not looked at. What comes as often
// as that is a part of it.
const drowned = .3

// hidden is the new or rare error that a flood would hide: of what came within five minutes the worst level, then the first. flood is
// the series that floods, since when it does; a part of the flood itself is not hidden.
func (v *service) hidden(flood *series, since int64, env *moment) *detector.Hidden {
	var best *novelty
	loud := 0.0
	for _, t := range v.active {
		if t.up.alarm || t == flood {
			loud = max(loud, t.fast)
		}
	}
	loud = max(loud, flood.fast)
	// What had a tenth of the flood's lines is no part of what it hides: the flood before it, which is over, had many.
	many := max(20, .1*loud*float64(max(env.n-since, 0)+1))
	for i := range v.novel {
		nov := &v.novel[i]
		if nov.t == flood || nov.since < since-env.minutes(5) || nov.t.fast > drowned*loud || nov.lines > many {
			continue
		}
		if env.n-nov.t.seen > env.minutes(5) {
			continue // it came with the flood before
		}
		if best == nil || nov.t.id.level > best.t.id.level {
			best = nov
		}
	}
	if best == nil {
		return nil
	}
	return &detector.Hidden{
		TemplateID: best.t.id.shape, Template: v.text(best.t, env), Level: best.t.id.level, Lines: uint64(best.lines),
		First: env.time(best.since),
	}
}

func (v *service) text(t *series, env *moment) string {
	if env.opt.Text == nil || t.id.shape == 0 {
		return ""
	}
	return env.opt.Text(v.name, t.id.shape)
}
