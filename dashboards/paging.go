package dashboards

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const (
	longList  = 100 // rows of a list that is at hand as a whole
	maxChoice = 200 // options of a select; more are typed
)

// readOffset reads the cursor of a list that is at hand as a whole: o and the number of rows before it.
func readOffset(q url.Values) (int, error) {
	c := q.Get("cursor")
	if c == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(strings.TrimPrefix(c, "o"))
	if err != nil || c[0] != 'o' || n < 0 {
		return 0, ErrBadCursor
	}
	return n, nil
}

// cutList cuts one page out of a list, and returns the address of the next one, or nothing at the end.
func cutList[T any](list []T, from int, r *http.Request) ([]T, string) {
	from = min(from, len(list))
	to := min(from+longList, len(list))
	if to == len(list) {
		return list[from:to], ""
	}
	q := cloneQuery(r.URL.Query())
	q.Set("cursor", "o"+strconv.Itoa(to))
	return list[from:to], r.URL.Path + "?" + q.Encode()
}

// serviceOptions are the options of a select of services; none where there are too many, and then only the one that is
// chosen now.
func serviceOptions(services []Service, chosen []string) ([]option, string) {
	now := ""
	if len(chosen) > 0 {
		now = chosen[0]
	}
	if len(services) > maxChoice {
		return nil, now
	}
	out := []option{{Label: "any"}}
	for _, s := range services {
		out = append(out, option{s.Name, s.Name, slices.Contains(chosen, s.Name)})
	}
	return out, now
}
