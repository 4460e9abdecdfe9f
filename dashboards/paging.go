package dashboards

import (
	"encoding/base64"
	"slices"
	"sort"
	"strings"
)

const (
	longList  = 100   // rows of a list that is at hand as a whole
	wholeList = 500   // entries of an answer of the API that had all of them before it was paged
	maxChoice = 200   // options of a select; more are typed
	maxCount  = 1_000 // up to which incidents of a list are counted
)

// cutList cuts one part out of a list that is at hand as a whole: at most limit entries behind the cursor, and the cursor of
// the next part, empty at the end. The list is in the order of its keys, no two of which are alike; name tells its cursors
// from those of others. ErrBadCursor where the cursor is none of them.
func cutList[T any](name string, list []T, cursor string, limit int, key func(i int) string) ([]T, string, error) {
	if cursor != "" {
		b, err := base64.RawURLEncoding.DecodeString(cursor)
		after, ok := strings.CutPrefix(string(b), name+"\x00")
		if err != nil || !ok {
			return nil, "", ErrBadCursor
		}
		behind := sort.Search(len(list), func(i int) bool { return key(i) > after })
		list = list[behind:]
		whole := key
		key = func(i int) string { return whole(behind + i) }
	}
	if len(list) <= limit {
		return list, "", nil
	}
	return list[:limit], base64.RawURLEncoding.EncodeToString([]byte(name + "\x00" + key(limit-1))), nil
}

// counted is a number of incidents that was counted up to maxCount.
func counted(n int, more bool) string {
	if more {
		return count(n) + "+"
	}
	return count(n)
}

// serviceOptions are the options of a select of services; none where there are too many, and then only the one that is
// chosen now.
func serviceOptions(services []Service, chosen []string) ([]option, string) {
	now := ""
	if len(chosen) > 0 {
		now = serviceName(chosen[0])
	}
	if len(services) > maxChoice {
		return nil, now
	}
	out := []option{{Label: "any"}}
	for _, s := range services {
		name := serviceName(s.Name)
		out = append(out, option{name, name, slices.Contains(chosen, s.Name)})
	}
	return out, now
}
