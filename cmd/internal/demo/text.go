package demo

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// part is one variable of a statement: an argument of the message where key is empty, else a field.
type part struct {
	key   string
	value func(r *rand.Rand) any
}

// say is a statement: its %-verbs take the parts without a key, in order; those with a key become fields.
func say(format string, parts ...part) func(*rand.Rand) Line {
	format = strings.ReplaceAll(format, "%d", "%v")
	return func(r *rand.Rand) Line {
		var line Line
		var args []any
		for _, p := range parts {
			if p.key == "" {
				args = append(args, p.value(r))
			} else {
				line.Fields = append(line.Fields, Field{p.key, p.value(r)})
			}
		}
		line.Message = fmt.Sprintf(strings.ReplaceAll(format, "%s", "%v"), args...)
		return line
	}
}

func num(low, high int) part {
	return part{"", func(r *rand.Rand) any { return low + r.IntN(high-low+1) }}
}

func count(key string, low, high int) part {
	return part{key, func(r *rand.Rand) any { return low + r.IntN(high-low+1) }}
}

// ms is a skewed duration: most are near low, some near high.
func ms(key string, low, high float64) part {
	return part{key, func(r *rand.Rand) any {
		f := r.Float64()
		return float64(int((low+(high-low)*f*f*f)*100)) / 100
	}}
}

func money(key string) part {
	return part{key, func(r *rand.Rand) any { return float64(r.IntN(30000)+199) / 100 }}
}

func id(key, prefix string) part {
	return part{key, func(r *rand.Rand) any { return prefix + strconv.FormatUint(r.Uint64()|1<<63, 36) }}
}

func key(prefix string) part {
	return part{"", func(r *rand.Rand) any { return prefix + strconv.Itoa(10000+r.IntN(89999)) }}
}

func word(key string, words ...string) part {
	return part{key, func(r *rand.Rand) any { return words[r.IntN(len(words))] }}
}

func pick(words ...string) part { return word("", words...) }

// access is a request at the edge; the format makes an access log's line of the fields.
func access(method, path string, status int) func(*rand.Rand) Line {
	return func(r *rand.Rand) Line {
		return Line{Fields: []Field{
			{"method", method},
			{"path", fmt.Sprintf(path, 1000+r.IntN(9000))},
			{"status", status},
			{"bytes", 200 + r.IntN(9000)},
			{"client", fmt.Sprintf("10.%d.%d.%d", r.IntN(250), r.IntN(250), 1+r.IntN(250))},
		}}
	}
}

func javaTrace(r *rand.Rand) Line {
	return Line{
		Message: fmt.Sprintf("Could not publish order event ord-%d", 10000+r.IntN(89999)),
		Trace: strings.Join([]string{
			"java.util.concurrent.TimeoutException: broker did not answer in 3000 ms",
			"\tat com.example.orders.EventPublisher.publish(EventPublisher.java:118)",
			"\tat com.example.orders.OrderService.advance(OrderService.java:64)",
			"\tat java.base/java.lang.Thread.run(Thread.java:1583)",
			"Caused by: java.net.SocketTimeoutException: Read timed out",
			"\tat java.base/sun.nio.ch.NioSocketImpl.timedRead(NioSocketImpl.java:278)",
			"\t... 14 more",
		}, "\n"),
	}
}
