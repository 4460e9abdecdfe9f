package e2e

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tocsin-io/tocsin/detector/testkit"
)

// single runs tocsin on one machine, without any configuration.
func single(t *testing.T, data, broker string) *process {
	t.Helper()
	return spawn(t, nil, "run", "--data", data, "--listen", "127.0.0.1:0", "--kafka-listen", broker)
}

// page is a page of the dashboard as text.
func page(t *testing.T, address string) string {
	t.Helper()
	res, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v %s", address, res.Status, err, body)
	}
	return string(body)
}

// lines is what was counted since from, all services and levels.
func total(t *testing.T, base string, from time.Time) (n uint64) {
	t.Helper()
	got, _ := counted(t, base, from, time.Now().Add(time.Hour))
	for _, lines := range got {
		n += lines
	}
	return n
}

// TestOneMachine is the second command of the README: no configuration, kcat produces, the lines appear, and stopping
// and starting again loses and doubles nothing.
func TestOneMachine(t *testing.T) {
	data, broker := t.TempDir(), testkit.Address(t)
	from := time.Now().Add(-time.Minute)
	p := single(t, data, broker)
	if !strings.Contains(page(t, p.url+"/connect"), broker) {
		t.Error("the page on how to connect does not name the broker")
	}
	now := func() string { return time.Now().UTC().Format(time.RFC3339Nano) }
	for i, line := range []string{
		"the zebra crossed the road",
		fmt.Sprintf(`{"time":%q,"level":"warn","service":"checkout","msg":"coupon zeppelin rejected"}`, now()),
		fmt.Sprintf(`time=%s level=error service=payments msg="charge quagga declined"`, now()),
	} {
		word := []string{"zebra", "zeppelin", "quagga"}[i]
		kcat(t, broker, "logs", line)
		eventually(t, 2*time.Second, "the line with "+word+" on the page", func() (bool, string) {
			text := page(t, p.url+"/connect")
			return strings.Contains(text, word), tail(text, 1500)
		})
		eventually(t, 2*time.Second, "its count", func() (bool, string) {
			n := total(t, p.url, from)
			return n == uint64(i+1), fmt.Sprint(n)
		})
	}
	p.stop(10 * time.Second)
	if want := "tocsin: dashboard at " + p.url + "\n"; p.out.String() != want {
		t.Errorf("standard output holds %q, want %q", p.out, want)
	}

	p = single(t, data, broker)
	want := map[string]uint64{"checkout/warn": 1, "payments/error": 1}
	check := func() (bool, string) {
		got, _ := counted(t, p.url, from, time.Now().Add(time.Minute))
		seen := fmt.Sprint(got)
		sum := uint64(0)
		for _, n := range got {
			sum += n
		}
		maps.DeleteFunc(got, func(k string, _ uint64) bool { return want[k] == 0 })
		return cmp.Equal(want, got) && sum == 4-1+want["more/info"], seen
	}
	eventually(t, 10*time.Second, "the same counts after the restart", check)
	kcat(t, broker, "logs", fmt.Sprintf(`{"time":%q,"level":"info","service":"more","msg":"it goes on"}`, now()))
	want["more/info"] = 1
	eventually(t, 10*time.Second, "what came after the restart, once", check)
	p.stop(10 * time.Second)
}
