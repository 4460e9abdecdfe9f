package dashboards

import (
	"context"
	"net/http"
	"time"
)

// stamp is a time as a page shows it, with the absolute time for its title.
type stamp struct {
	ISO, Text, Full string
}

func (c clock) stamp(t time.Time, text string) stamp {
	if t.IsZero() {
		return stamp{Text: "–"}
	}
	return stamp{ISO: t.UTC().Format(time.RFC3339Nano), Text: text, Full: c.full(t)}
}

func (c clock) minuteOrSecond(t time.Time, step time.Duration) string {
	if step >= time.Minute {
		return c.minute(t)
	}
	return c.dayIfOther(t) + c.hms(t)
}

// base is what the frame around every page shows.
type base struct {
	Title   string
	Crumbs  []crumb
	Active  string // the entry of the rail
	Open    int    // incidents that are open, up to maxCount; -1 where it is not known
	OpenAs  string // the same as it is read
	Status  statusLine
	Token   string // of forms that act; empty where the person may not act
	Who     *who   // nil: nobody has to sign in
	May     may
	Path    string // with its query: where the zone's switch leads back
	Range   *timeRange
	Zone    string
	Offset  string
	IsUTC   bool
	HasZone bool // the reader's own zone is known and not UTC
	Query   string
	Version string
	Notes   []note
	Live    bool // the page is refreshed as things change
	Flow    bool // on a phone the parts of the page are put in another order
	clock   clock
	health  Health
}

// who is the signed-in person, with the token of the form that signs out.
type who struct{ Name, Role, Token string }

// setWho fills in who asks and what they may do.
func (b *base) setWho(s *Server, w http.ResponseWriter, r *http.Request) {
	p := personOf(r)
	b.May = mayOf(p)
	token := s.formToken(w, r)
	if b.May.Act {
		b.Token = token
	}
	if p.Name != "" {
		b.Who = &who{p.Name, string(p.Role), token}
	}
}

// crumb is a step of the path above a page.
type crumb struct{ Label, URL string }

// note is a message with an edge: grey, ok, warning or critical.
type note struct {
	Class, Icon, Head, Text string
	Link                    crumb
	Undo                    *undo
}

// undo is the act that takes another back: to what URL names, or to the incidents that IDs name, after which it leads to Back.
type undo struct {
	URL  string
	IDs  []string
	Back string
}

// statusLine says whether tocsin is listening.
type statusLine struct {
	Word, Class string // ok, warn, crit
	Rate, Until string
	Brief       string // on a phone
}

// base collects the frame. What cannot be asked is said, never hidden.
func (s *Server) base(w http.ResponseWriter, r *http.Request, title, active string) base {
	c := s.clock(r)
	b := base{
		Title: title, Active: active, Path: r.URL.RequestURI(), clock: c, Zone: c.name(c.now),
		Offset: c.offset(), IsUTC: c.zone == time.UTC, HasZone: c.home != time.UTC, Version: s.opt.Version,
	}
	b.setWho(s, w, r)
	b.health = s.src.Health.Health(r.Context())
	b.Status = listening(b.health, c)
	b.Notes = append(awayNotes(b.health, c), receiverNotes(r.Context(), s.src.Messages, c)...)
	n, err := s.countOpen(r.Context(), IncidentFilter{})
	b.setOpen(n.Total, n.More)
	if err != nil {
		b.Open = -1
	}
	return b
}

// setOpen says how many incidents are open, and whether there may be more.
func (b *base) setOpen(n int, more bool) { b.Open, b.OpenAs = n, counted(n, more) }

// behindAfter is how far the slowest partition may be behind before it is said.
const behindAfter = 10 * time.Second

func listening(h Health, c clock) statusLine {
	if h.FirstLine.IsZero() {
		return statusLine{
			Word: "No line yet", Class: "warn", Rate: "topic " + h.Topic + ", " + plural(len(h.Partitions), "partition"),
			Until: "asked " + ago(c.now, h.At), Brief: "No line yet",
		}
	}
	u := Update{Rate: h.LinesPerSecond, Lag: h.Lag, Counted: h.CountedTo, Judged: h.JudgedTo}
	for _, st := range h.Stores {
		if st.Away {
			u.Away = st.Name
		}
	}
	return status(u, c)
}

// status says how fast lines come, and how far they are counted, or judged where that is behind, and first of all what is away.
func status(u Update, c clock) statusLine {
	l := statusLine{Word: "Listening", Class: "ok", Rate: rate(u.Rate) + " lines/s · lag " + lasting(u.Lag)}
	if !u.Counted.IsZero() {
		l.Until = "counted to " + c.zoned(u.Counted)
	}
	if u.Lag > behindAfter {
		l.Word, l.Class = "Behind", "warn"
	}
	l.Brief = l.Word + " · lag " + lasting(u.Lag)
	if late := unjudged(u.Counted, u.Judged); late > 0 {
		l.Word, l.Class, l.Until = "Judging is behind", "warn", "judged to "+c.zoned(u.Judged)
		l.Brief = "Judging is " + lasting(late) + " behind"
	}
	if u.Away != "" {
		l.Word, l.Class = u.Away+" is away", "crit"
		l.Brief = l.Word + " · lag " + lasting(u.Lag)
	}
	return l
}

// awayNotes says of each store that does not answer since when, what is safe and what goes on.
func awayNotes(h Health, c clock) []note {
	var out []note
	for _, st := range h.Stores {
		if !st.Away {
			continue
		}
		n := note{Class: "critical", Icon: "notice", Head: st.Name + " has not answered since " + c.zoned(st.Since) + ".", Text: st.Effect}
		if n.Text == "" {
			n.Text = "Reading waits, nothing is lost. It goes on by itself."
		}
		if st.QueuedFor > 0 {
			n.Text += " " + count(st.QueuedFor) + " lines wait."
		}
		out = append(out, n)
	}
	return out
}

// receiverNotes says which receivers fail.
func receiverNotes(ctx context.Context, m Messages, c clock) []note {
	list, err := m.FailingReceivers(ctx)
	if err != nil {
		return nil // the store's own note says so
	}
	var out []note
	for _, r := range list {
		out = append(out, note{
			Class: "warning", Icon: "notice", Head: receiverName(r.Kind, r.Target, r.Name) + " refuses messages since " + c.zoned(r.FailsFrom) + ": " + r.LastError + ".",
			Text: plural(r.Failed, "message") + " tried again by itself, " + count(r.Dead) + " given up.", Link: crumb{"Receivers", "/receivers"},
		})
	}
	return out
}

func receiverName(kind, target, name string) string {
	if target == "" {
		return name
	}
	return capital(kind) + " " + target
}
