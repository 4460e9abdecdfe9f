package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	common "go.opentelemetry.io/proto/otlp/common/v1"
	logspb "go.opentelemetry.io/proto/otlp/logs/v1"
	resource "go.opentelemetry.io/proto/otlp/resource/v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/tocsin-io/tocsin/detector"
)

// plant is a secret and the records that carry it. All are made up. service is the one that its incident is of; empty
// where the line names none, or where its name is what holds the secret.
type plant struct {
	service string
	secrets []string // the random parts, none of which may be found anywhere
	records []string
	key     string // of the records; those of one key stand in one partition, in order
	header  string
}

// jsonLine is a line with a service and further members.
func jsonLine(service, level, msg, more string) string {
	text, err := json.Marshal(msg)
	if err != nil {
		panic(err) // a string is always JSON
	}
	return fmt.Sprintf(`{"time":%q,"level":%q,"service":%q,"host":"web-1","msg":%s%s}`, now(), level, service, text, more)
}

func now() string { return time.Now().UTC().Format(time.RFC3339Nano) }

const keyBody = "MIIEpAIBAAKCAQEArsnyJnKD2dy4JYd3Oegc2FXvEbcTcKXJaMEp1sqfcslq\n" +
	"UgaTkxaqoQYd3t5YOhfzmr1RTMIoZ5PJetyJDC91b8d21AUOo1YxDHxv6ncDy\n" +
	"DrV3UKupoKIudJJm0h7aBV1dRrhqiqYnzkPE8ECJgk90f8kfkNLRFdYJa8o39"

func privateKey(kind string) string {
	return "-----BEGIN " + kind + "PRIVATE KEY-----\n" + keyBody + "\n-----END " + kind + "PRIVATE KEY-----"
}

// plants are secrets in every place of a record that a producer can put them into.
func plants(t *testing.T) []plant {
	one := func(service, secret, line string) plant {
		return plant{service: service, secrets: []string{secret}, records: []string{line}}
	}
	body := strings.Split(keyBody, "\n")
	in := func(service, secret, format string) plant {
		return one(service, secret, jsonLine(service, "info", strings.ReplaceAll(format, "§", secret), ""))
	}
	out := []plant{
		in("stock", "hQ7vTz92kLmWx4Rp", "connecting to postgres://stock:§@pg-1:5432/stock"),
		in("proxy", "Qa1wSe3dRf5tGy7h", "upstream https://svc:§@internal.example/v1 timed out"),
		in("web", "Tf5gRd8sWq2aZx6c", "GET /cb?code=1&access_token=§&x=2 200"),
		in("job", "Vc4rFt6yHu8iKo0p", "exec mysql -u root --password=§ -e 'select 1'"),
		in("nest", "Gb5nHy7mJu9kLi1o", `{"user":"bob","password":"§"}`),
		in("git", "16C7e42F292c6912E7710c838347Ae178B4a", "push with ghp_§ refused"),
		in("bearer", "UUG99HYZCmwdhAKcnDCUYM7Q0J83R86P", "headers: Accept: */*, Authorization: Bearer §, Host: x"),
		in("jwt", "eyJzdWIiOiIxNzU3MDQzOCIsIm5hbWUiOiJhbm4ifQ.wluiyOTEzm7nXVKzBmUFe7YOF4qwzkS8OSGbprFWVHg", "token eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.§"),
		in("sql", "P9zLrhvnckqWtPq7", "slow: CREATE USER 'app'@'%' IDENTIFIED BY '§'"),
		in("cookie", "42a04848515843616f63a9153e0f9718", "Cookie: theme=dark; PHPSESSID=§; lang=en"),
		in("pan", "8730591428", "charged 41§3049 for 12.50"),
		in("iban", "NWBK56795834235144", "transfer to GB64§ done"),
		in("ssn", "083-95-7672", "applicant ssn=§ approved"),
		in("yaml", "Lk8jHg6fDs4aPo2i", "settings:\n  db:\n    user: app\n    password: §\n    pool: 4"),
		in("py", "Nb7vCx5zLk3jHg1f", "Traceback (most recent call last):\n  File \"app.py\", line 3, in run\n    connect()\nOperationalError: redis://:§@cache-1:6379/0 refused"),
		in("pem", body[1], "loaded\n"+privateKey("RSA ")),
		one("cart", "Yr6tGh1jKz9pLw3x", fmt.Sprintf(`time=%s level=warn service=cart msg="retry with client_secret=Yr6tGh1jKz9pLw3x failed"`, now())),
		one("auth", "zX8cVb3nMq5wEr7t", jsonLine("auth", "debug", "login", `,"request":{"user":"ann","credentials":{"passwd":"zX8cVb3nMq5wEr7t"}}`)),
		one("deep", "Mw3eRt5yUi7oPa9s", jsonLine("deep", "info", "save", `,"steps":[{"a":[1,{"api_key":"Mw3eRt5yUi7oPa9s"}]}]`)),
		one("err", "Bnh6Jmk8Klo0Pqa2", jsonLine("err", "error", "failed", `,"error":"dial: amqp://app:Bnh6Jmk8Klo0Pqa2@mq:5672: refused"`)),
		one("twice", "Zq1xWc2eVr3tBy4u", jsonLine("twice", "info", "publish", `,"body":"{\"meta\":\"{\\\"access-token\\\":\\\"Zq1xWc2eVr3tBy4u\\\"}\"}"`)),
		one("", "Wsx2Edc4Rfv6Tgb8", `{"level":"info","service":"broken","msg":"half","password":"Wsx2Edc4Rfv6Tgb8","x":`),
		one("", "0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R", jsonLine("svc-ghp_0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R", "info", "named badly", "")),
		one("hosted", "1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S", strings.Replace(jsonLine("hosted", "info", "named badly", ""), "web-1", "ghp_1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S", 1)),
		one("keyed", "2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T", jsonLine("keyed", "info", "counted", `,"calls":{"n":1},"ghp_2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T":7`)),
		one("traced", "3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U", jsonLine("traced", "info", "traced", `,"trace_id":"ghp_3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U"`)),
		one("staged", "4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1V", jsonLine("staged", "info", "staged", `,"env":"ghp_4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1V"`)),
		one("long", "Ty6uIo8pAs0dFg2h", jsonLine("long", "info", strings.Repeat("lorem ipsum dolor ", 4000)+"password=Ty6uIo8pAs0dFg2h", "")),
		one("", "Rd4sWq6aZx8cVb0n", "\xff\xfe\x00 password=Rd4sWq6aZx8cVb0n \x00"),
		{
			service: "split", secrets: body, key: "split",
			records: lines("split", append(append([]string{"-----BEGIN PRIVATE KEY-----"}, body...), "-----END PRIVATE KEY-----")...),
		},
		{
			service: "trace", secrets: []string{"Xs9dCf8vGb7hNj6m"}, key: "trace",
			records: []string{
				jsonLine("trace", "error", "java.sql.SQLException: no route to jdbc:mysql://db-3/app?user=app&password=Xs9dCf8vGb7hNj6m", ""),
				jsonLine("trace", "error", "\tat com.shop.Db.open(Db.java:38)", ""),
				jsonLine("trace", "error", "Caused by: java.net.ConnectException: password=Xs9dCf8vGb7hNj6m refused", ""),
			},
		},
		{
			service: "docker", secrets: []string{"Pl0oKm9iJn8uHb7y"}, key: "docker", // cut by the runtime in the middle of the secret
			records: []string{
				`{"log":"` + strings.Repeat("lorem ipsum dolo", 1023)[1:] + `password=Pl0oKm9i","stream":"stdout","time":"` + now() + `","kubernetes":{"container_name":"docker"}}`,
				`{"log":"Jn8uHb7y done\n","stream":"stdout","time":"` + now() + `","kubernetes":{"container_name":"docker"}}`,
			},
		},
		{
			secrets: []string{"Ol9pKi8mJu7nHy6b"}, key: "containerd",
			records: []string{now() + " stdout P password=Ol9pKi8m", now() + " stdout F Ju7nHy6b done"},
		},
		{
			service: "plain", secrets: []string{"5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v2W"}, key: "ghp_5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v2W",
			header: "ghp_5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v2W", records: []string{jsonLine("plain", "info", "nothing in the value", "")},
		},
	}
	return append(out, otlp(t)...)
}

func lines(service string, messages ...string) (out []string) {
	for _, m := range messages {
		out = append(out, jsonLine(service, "info", m, ""))
	}
	return out
}

// otlp are secrets in the body, an attribute and a resource of OTLP, as protobuf and as JSON.
func otlp(t *testing.T) []plant {
	t.Helper()
	text := func(s string) *common.AnyValue {
		return &common.AnyValue{Value: &common.AnyValue_StringValue{StringValue: s}}
	}
	request := func(service, secret string) *logspb.LogsData {
		nested := &common.AnyValue{Value: &common.AnyValue_KvlistValue{KvlistValue: &common.KeyValueList{
			Values: []*common.KeyValue{{Key: "client_secret", Value: text(secret)}},
		}}}
		return &logspb.LogsData{ResourceLogs: []*logspb.ResourceLogs{{
			Resource: &resource.Resource{Attributes: []*common.KeyValue{
				{Key: "service.name", Value: text(service)},
				{Key: "db.url", Value: text("mysql://app:" + secret + "@db-1/x")},
			}},
			ScopeLogs: []*logspb.ScopeLogs{{LogRecords: []*logspb.LogRecord{{
				TimeUnixNano: uint64(time.Now().UnixNano()), SeverityText: "INFO", Body: text("login with password=" + secret),
				Attributes: []*common.KeyValue{{Key: "request", Value: nested}},
			}}}},
		}}}
	}
	binary, err := proto.Marshal(request("otlp", "Hy7jNu8kMi9lOp0a"))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := protojson.Marshal(request("otlpjson", "Vf5gTr6hYu7jIk8l"))
	if err != nil {
		t.Fatal(err)
	}
	return []plant{
		{service: "otlp", secrets: []string{"Hy7jNu8kMi9lOp0a"}, records: []string{string(binary)}},
		{service: "otlpjson", secrets: []string{"Vf5gTr6hYu7jIk8l"}, records: []string{string(plain)}},
	}
}

// records are those of the plants, with their keys and headers.
func records(plants []plant) (out []detector.Record) {
	for _, p := range plants {
		for _, r := range p.records {
			rec := detector.Record{Value: []byte(r), Time: time.Now()}
			if p.key != "" {
				rec.Key = []byte(p.key)
			}
			if p.header != "" {
				rec.Headers = []detector.Header{{Key: p.header, Value: []byte(p.header)}}
			}
			out = append(out, rec)
		}
	}
	return out
}
