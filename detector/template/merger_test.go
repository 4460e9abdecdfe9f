package template

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector"
)

// words that the generated lines vary in: plain, dotted, quoted of several words, joined, capitals
var vocabulary = []string{
	"alice", "bob", "carol", "dave", "erin", "frank", "mail.example.com", "web.example.org", "com.example.Thing",
	"org.example.Other", "'two words'", "'three more words'", "blue-green", "RUNNING", "FAILED", "17", "10.0.0.1", "-",
	"started", "true", "null", "eth0",
}

var sentences = []string{
	"session opened for user %s by %s", "cannot reach %s", "%s said hello to %s today", "state is %s now",
	"name=%s host=%s tag=%s", "copied %s to %s", "worker %s", "list %s, %s, %s end",
	"flag (%s) is %s for user %s", "task (id %s, %s) lost: %s", "acls set(%s,%s)", "no route to %s:80 by %s",
}

func generate(r *rand.Rand, n int) []Known {
	s := NewShaper()
	var out []Known
	for range n {
		format := sentences[r.IntN(len(sentences))]
		args := []any{}
		for i := range len(format) - 1 {
			if format[i] == '%' {
				args = append(args, vocabulary[r.IntN(len(vocabulary))])
			}
		}
		k := Known{Service: fmt.Sprint("svc", r.IntN(2)), Level: detector.Level(r.IntN(2))}
		k.ID = s.Shape(fmt.Appendf(nil, format, args...))
		k.Text = string(s.AppendText(nil))
		out = append(out, k)
	}
	return out
}

type merged struct {
	To   detector.ShapeID
	Text string
}

func classesOf(m *Merger, known []Known) map[detector.ShapeID]merged {
	out := map[detector.ShapeID]merged{}
	for _, k := range known {
		text, _ := m.Text(k.ID)
		out[k.ID] = merged{m.Canonical(k.ID), text}
	}
	return out
}

// The templates are a function of the set of shapes: not of the order, the batches or the replica that met them.
func TestMergeIsAFunctionOfTheSet(t *testing.T) {
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 1))
		known := generate(r, 20+r.IntN(400))
		whole := NewMerger()
		whole.Add(known)
		want := classesOf(whole, known)
		joined := 0
		for id, c := range want {
			if c.To > id {
				t.Fatalf("seed %d: canonical %v is not the smallest of %v's class", seed, c.To, id)
			}
			if c.To != id {
				joined++
			}
		}
		if joined == 0 && len(known) > 200 {
			t.Fatalf("seed %d: nothing was merged", seed)
		}

		r.Shuffle(len(known), func(i, j int) { known[i], known[j] = known[j], known[i] })
		batches := NewMerger()
		for i := 0; i < len(known); {
			n := min(1+r.IntN(9), len(known)-i)
			batches.Add(known[i : i+n])
			i += n
		}
		if d := cmp.Diff(want, classesOf(batches, known)); d != "" {
			t.Fatalf("seed %d: shuffled batches (-want +got):\n%s", seed, d)
		}

		// Two replicas that met an overlapping part each, and a third that gets the aliases of both and all shapes.
		cut := len(known) / 2
		a, b, c := NewAliases(), NewAliases(), NewAliases()
		fromA, fromB := a.Learn(known[:cut+cut/2]), b.Learn(known[cut-cut/2:])
		c.Add(fromB)
		c.Add(fromA)
		c.Learn(known)
		for _, k := range known {
			if got := c.Resolve(k.ID); got != want[k.ID].To {
				t.Fatalf("seed %d: replica says %v of %v, want %v", seed, got, k.ID, want[k.ID].To)
			}
			if got := c.Text(k.ID); got != want[k.ID].Text {
				t.Fatalf("seed %d: replica's text %q, want %q", seed, got, want[k.ID].Text)
			}
		}
		for _, x := range append(fromA, fromB...) {
			if c.Resolve(x.From) != c.Resolve(x.To) {
				t.Fatalf("seed %d: alias %v is forgotten", seed, x)
			}
		}
	}
}

func TestMerge(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []string
		want  int // templates
	}{
		{"five words", []string{"took lock apple here", "took lock pear here", "took lock plum here", "took lock fig here", "took lock kiwi here"}, 1},
		{"four words", []string{"took lock apple here", "took lock pear here", "took lock plum here", "took lock fig here"}, 4},
		{"three users", []string{"login by user ann", "login by user ben", "login by user cat"}, 1},
		{"events", []string{"VM Started (event)", "VM Paused (event)", "VM Resumed (event)", "VM Stopped (event)", "VM Deleted (event)", "VM Moved (event)"}, 6},
		{"levels", []string{"log INFO ready", "log WARN ready", "log ERROR ready", "log DEBUG ready", "log FATAL ready", "log TRACE ready"}, 6},
		{"methods", []string{`"GET /a/b" ok`, `"PUT /a/b" ok`, `"POST /a/b" ok`, `"DELETE /a/b" ok`, `"HEAD /a/b" ok`}, 5},
		{"states", []string{"from NEW to READY", "from READY to BUSY", "from BUSY to DONE", "from BUSY to FAILED"}, 4},
		{"two hosts beside an address", []string{"from 10.0.0.1 closed", "from mail.example.com closed"}, 1},
		{"lists of any length", []string{"ids 1", "ids 1, 2", "ids 1, 2, 3, 4, 5, 6, 7, 8, 9"}, 1},
		{"optional group", []string{"sent 100 bytes", "sent 2048 bytes (2.0 KB)"}, 1},
		{"units", []string{"free 93.0 B left", "free 12.5 KB left", "free 3 GB left"}, 1},
		{"less than a second", []string{"lifetime 00:01", "lifetime <1 sec"}, 1},
		{"missing values", []string{"fans ( 1200 **** 1300 )", "fans ( 1200 1250 1300 )"}, 1},
		{"booleans", []string{"visible=true", "visible=false"}, 2},
		{"first words", []string{"cupsd startup ok now", "sshd startup ok now", "crond startup ok now", "httpd startup ok now", "gpm startup ok now", "nfs startup ok now"}, 6},
		{"one word lines", []string{"a", "b", "c", "d", "e", "f"}, 6},
		{"two values at once", []string{
			"flag (mail) is off for user ann", "flag (cart) is off for user ben", "flag (shop) is off for user cat",
			"flag (home) is off for user dan", "flag (team) is off for user eve",
		}, 1},
		{"one of two values", []string{
			"flag (mail) is off for host a.example.com", "flag (cart) is off for host b.example.com", "flag (mail) is off for host c.example.com",
		}, 2},
		{"lists of names", []string{"acls to: ann,ben", "acls to: cat,dan", "acls to: eve,fay", "acls to: gus,hal", "acls to: ida,jon", "acls to: kim,leo,mia"}, 1},
		{"messages behind a component", []string{
			"I PanelView: closed", "I PanelView: opened", "I PanelView: hidden", "I PanelView: shown", "I PanelView: moved", "I PanelView: gone",
		}, 6},
		{"keys", []string{"app| apple=1", "app| pear=1", "app| plum=1", "app| fig=1", "app| kiwi=1", "app| lime=1"}, 6},
		{"messages of logfmt", []string{
			`t=1 msg="a b" x`, `t=1 msg="c" x`, `t=1 msg="d e f" x`, `t=1 msg="g h i j" x`, `t=1 msg=kl x`, `t=1 msg="m n" x`,
		}, 6},
		{"events of JSON", []string{
			`{"event":"login","n":1}`, `{"event":"logout","n":1}`, `{"event":"buy","n":1}`, `{"event":"sell","n":1}`, `{"event":"keep","n":1}`,
		}, 5},
		{"a name where others have a number", []string{"[web-01] started", "[web-02] started", "[edge] started"}, 1},
		{"a group that is optional", []string{"pod [web-01] started", "pod started", "pod done [web-01]"}, 2},
		{"lists in brackets", []string{"map x1 with players []", "map x1 with players [ann, bob]", "map x1 with players [a7]", "map x1 with players [cleo]"}, 1},
		{"lists of other things", []string{"read (a, b) ok", "read (c, d) ok"}, 2},
		{"quoted words behind words", []string{`role "ann" does not exist`, `role "ben" does not exist`}, 1},
		{"quoted keys", []string{`{"ann":1}`, `{"ben":1}`, `{"cat":1}`, `{"dan":1}`, `{"eve":1}`}, 5},
		{"keys of JSON", []string{`{"name":"ann","n":1}`, `{"name":"ben","n":1}`, `{"name":"cat","n":1}`, `{"name":"dan","n":1}`, `{"name":"eve","n":1}`}, 1},
		{"empty quotes", []string{"log 'bin.1' at 'x1'", "log '' at 'x1'"}, 1},
		{"ports alone", []string{"listening on :80", "listening on 10.0.0.1:80", "listening on [::]:80", "listening on [::1]:80"}, 1},
		{"groups of several words", []string{
			"dropped a1 (timed out)", "dropped a1 (kicked by console)", "dropped a1 (no more room)", "dropped a1 (left early)", "dropped a1 (was banned)",
		}, 1},
		{"tables of SQL", []string{"SELECT id FROM orders WHERE id = 1", "SELECT id FROM users WHERE id = 1", "SELECT id FROM items WHERE id = 1"}, 1},
		{"quoted methods", []string{`"GET /a HTTP/1.1"`, `"PUT /a HTTP/1.1"`, `"POST /a HTTP/1.1"`, `"DELETE /a HTTP/1.1"`, `"HEAD /a HTTP/1.1"`}, 5},
		{"Chinese", []string{"用户 张三 登录失败（第3次）", "用户 李四 登录失败（第12次）", "用户 王五 登录失败（第1次）", "用户 赵六 登录失败（第1次）", "用户 陈七 登录失败（第2次）", "订单3创建成功，金额：4元", "同步完成，成功12条"}, 3},
		{"Python strings", []string{`{'id': u'br-int', 'n': u'a'}`, `{'id': u'br-ex', 'n': u'a'}`, `{'id': u'7f00', 'n': u'a'}`}, 1},
		{"multi-word values", []string{`tag="a b" x`, `tag="c" x`, `tag="d e f" x`, `tag="g h i j" x`, `tag="k l" x`, `tag="m n" x`}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := NewCorpus(false)
			for _, l := range c.lines {
				k.Add([]byte(l))
			}
			got, _ := k.Finish()
			if len(got) != c.want {
				for _, g := range got {
					t.Log(g.Text)
				}
				t.Errorf("%d templates, want %d", len(got), c.want)
			}
		})
	}
}

func TestMergeKeepsServicesAndLevelsApart(t *testing.T) {
	s := NewShaper()
	var known []Known
	for i, w := range []string{"apple", "pear", "plum", "fig", "kiwi", "lime"} {
		id := s.Shape([]byte("took lock " + w + " here"))
		known = append(known, Known{ID: id, Service: "a", Level: detector.Level(i % 2), Text: string(s.AppendText(nil))})
	}
	if got := Merge(known); len(got) != 0 {
		t.Errorf("three words in each of two levels were merged: %v", got)
	}
	for i := range known {
		known[i].Level = detector.LevelInfo
	}
	if got := Merge(known); len(got) != 5 {
		t.Errorf("six words of one level: %d aliases, want 5", len(got))
	}
	for i := range known {
		known[i].Pinned = true
	}
	if got := Merge(known); len(got) != 0 {
		t.Errorf("pinned shapes were merged: %v", got)
	}
}
