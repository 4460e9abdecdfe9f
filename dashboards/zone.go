package dashboards

import (
	"fmt"
	"net/http"
	"strings"
	"time"
	_ "time/tzdata" // a reader's zone must be known on machines without a zone database
)

const (
	zoneCookie = "tocsin_zone" // the reader's zone, set by script
	utcCookie  = "tocsin_utc"  // "1" while the reader wants UTC
)

// clock prints times for one reader: in the reader's zone where script told it, else in UTC.
type clock struct {
	now  time.Time
	zone *time.Location
	home *time.Location // the reader's own zone, also while UTC is shown
}

func (s *Server) clock(r *http.Request) clock {
	c := clock{now: s.opt.Now(), zone: time.UTC, home: time.UTC}
	if k, err := r.Cookie(zoneCookie); err == nil && len(k.Value) < 64 {
		name := strings.ReplaceAll(k.Value, "%2F", "/")
		if z, err := time.LoadLocation(name); err == nil && name != "Local" {
			c.zone, c.home = z, z
		}
	}
	if k, err := r.Cookie(utcCookie); err == nil && k.Value == "1" {
		c.zone = time.UTC
	}
	c.now = c.now.In(c.zone)
	return c
}

// Name is the zone's name at the time t: CET, or UTC-3 where it has none.
func (c clock) name(t time.Time) string {
	n := t.In(c.zone).Format("MST")
	if n != "" && (n[0] == '+' || n[0] == '-') {
		return "UTC" + offset(t.In(c.zone))
	}
	return n
}

func offset(t time.Time) string {
	_, secs := t.Zone()
	sign := "+"
	if secs < 0 {
		sign, secs = "−", -secs
	}
	if m := secs / 60 % 60; m != 0 {
		return fmt.Sprintf("%s%d:%02d", sign, secs/3600, m)
	}
	return fmt.Sprintf("%s%d", sign, secs/3600)
}

// Offset is the zone's distance from UTC: UTC+1, or empty for UTC itself.
func (c clock) offset() string {
	if c.zone == time.UTC {
		return ""
	}
	return "UTC" + offset(c.now)
}

func (c clock) hms(t time.Time) string { return t.In(c.zone).Format("15:04:05") }
func (c clock) hm(t time.Time) string  { return t.In(c.zone).Format("15:04") }
func (c clock) ms(t time.Time) string  { return t.In(c.zone).Format("15:04:05.000") }

// Zoned is the time with its zone, and with its day where that is not today: 02:51:02 CET, 19 Nov 18:27:00 CET.
func (c clock) zoned(t time.Time) string { return c.dayIfOther(t) + c.hms(t) + " " + c.name(t) }

// minute is zoned without seconds and zone, for dense cells under a head that names the zone.
func (c clock) minute(t time.Time) string { return c.dayIfOther(t) + c.hm(t) }

func (c clock) dayIfOther(t time.Time) string {
	if c.sameDay(t, c.now) {
		return ""
	}
	return c.day(t) + " "
}

func (c clock) sameDay(a, b time.Time) bool {
	y1, m1, d1 := a.In(c.zone).Date()
	y2, m2, d2 := b.In(c.zone).Date()
	return y1 == y2 && m1 == m2 && d1 == d2
}

// day is 23 Nov, with the year where it is another one.
func (c clock) day(t time.Time) string {
	if t.In(c.zone).Year() != c.now.Year() {
		return t.In(c.zone).Format("2 Jan 2006")
	}
	return t.In(c.zone).Format("2 Jan")
}

// dayHead is a heading over what happened on a day: Today, Mon 23 Nov.
func (c clock) dayHead(t time.Time) string {
	name := t.In(c.zone).Format("Mon ") + c.day(t)
	switch {
	case c.sameDay(t, c.now):
		return "Today, " + name
	case c.sameDay(t, c.now.AddDate(0, 0, -1)):
		return "Yesterday, " + name
	}
	return name
}

// full is the absolute time for a title: Mon 23 Nov 2026 02:51:02 CET.
func (c clock) full(t time.Time) string {
	return t.In(c.zone).Format("Mon 2 Jan 2006 15:04:05 ") + c.name(t)
}

func (c clock) ago(t time.Time) string { return ago(c.now, t) }

// setZone answers /zone?to=utc|home: it keeps the choice in a cookie and leads back.
func (s *Server) setZone(w http.ResponseWriter, r *http.Request) {
	back := r.URL.Query().Get("back")
	if !localPath(back) {
		s.fail(w, r, http.StatusBadRequest, "bad_path", "back must be a path of this dashboard, such as /incidents.")
		return
	}
	k := &http.Cookie{Name: utcCookie, Value: "1", Path: "/", MaxAge: 365 * 86400, SameSite: http.SameSiteLaxMode, Secure: s.secure(r)}
	switch r.URL.Query().Get("to") {
	case "utc":
	case "home":
		k.Value, k.MaxAge = "", -1
	default:
		s.fail(w, r, http.StatusBadRequest, "bad_zone", "to must be utc or home.")
		return
	}
	http.SetCookie(w, k)
	http.Redirect(w, r, back, http.StatusSeeOther)
}

// localPath tells whether p leads into this dashboard and nowhere else.
func localPath(p string) bool {
	return len(p) > 0 && len(p) < 2048 && p[0] == '/' && !strings.HasPrefix(p, "//") && !strings.ContainsFunc(p, func(r rune) bool { return r == '\\' || r < ' ' || r == 0x7f })
}
