package e2e

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"

	"github.com/tocsin-io/tocsin/detector/source/embedded"
	"github.com/tocsin-io/tocsin/detector/testkit"
)

const repository = "../../.."

// composed is docker-compose.yml as Docker would read it.
func composed(t *testing.T) *types.Project {
	t.Helper()
	o, err := cli.NewProjectOptions([]string{filepath.Join(repository, "docker-compose.yml")}, cli.WithName("tocsin"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := o.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestComposeFile checks what can be checked of docker-compose.yml without Docker.
func TestComposeFile(t *testing.T) {
	p := composed(t)
	for name, image := range map[string]string{"kafka": "apache/kafka:4.", "redis": "redis:7", "postgres": "postgres:"} {
		s := p.Services[name]
		if !strings.HasPrefix(s.Image, image) || strings.HasSuffix(s.Image, ":latest") {
			t.Errorf("%s has the image %q, want %s", name, s.Image, image)
		}
		if len(s.Volumes) == 0 || s.Volumes[0].Type != types.VolumeTypeVolume {
			t.Errorf("%s keeps its data in no volume", name)
		} else if _, ok := p.Volumes[s.Volumes[0].Source]; !ok {
			t.Errorf("the volume of %s is not declared", name)
		}
		if d, ok := p.Services["tocsin"].DependsOn[name]; !ok || d.Condition != types.ServiceConditionHealthy {
			t.Errorf("tocsin does not wait until %s is healthy", name)
		}
	}
	for name, s := range p.Services {
		if s.HealthCheck == nil || len(s.HealthCheck.Test) < 2 || s.HealthCheck.Retries == nil || s.HealthCheck.Interval == nil {
			t.Errorf("%s has no health check", name)
		}
		if s.Restart != types.RestartPolicyUnlessStopped {
			t.Errorf("%s is not restarted", name)
		}
		for _, port := range s.Ports {
			if port.HostIP != "127.0.0.1" {
				t.Errorf("%s is published on %q:%s, beyond this machine", name, port.HostIP, port.Published)
			}
		}
	}
	tocsin, kafka := p.Services["tocsin"], p.Services["kafka"]
	if b := tocsin.Build; b == nil {
		t.Error("tocsin is not built")
	} else if _, err := os.Stat(filepath.Join(b.Context, b.Dockerfile)); err != nil {
		t.Error(err)
	}
	if v := tocsin.Volumes; len(v) != 1 || !v[0].ReadOnly || v[0].Target != after(tocsin.Command, "--config") {
		t.Errorf("the configuration that is mounted is not the one that is read: %+v", v)
	} else if _, err := os.Stat(v[0].Source); err != nil {
		t.Error(err)
	}
	advertised := *kafka.Environment["KAFKA_ADVERTISED_LISTENERS"]
	if inside := "INSIDE://" + *tocsin.Environment["TOCSIN_KAFKA"]; !strings.Contains(advertised, inside) {
		t.Errorf("tocsin asks for %s, Kafka advertises %s", inside, advertised)
	}
	_, port, err := net.SplitHostPort(after(kafka.HealthCheck.Test, "--bootstrap-server"))
	if err != nil || !strings.Contains(*kafka.Environment["KAFKA_LISTENERS"], "INSIDE://:"+port) {
		t.Errorf("Kafka's health check asks where it does not listen: %v %v", kafka.HealthCheck.Test, err)
	}
	u, err := url.Parse(*tocsin.Environment["TOCSIN_POSTGRES"])
	if err != nil {
		t.Fatal(err)
	}
	password, _ := u.User.Password()
	env := p.Services["postgres"].Environment
	if u.User.Username() != *env["POSTGRES_USER"] || password != *env["POSTGRES_PASSWORD"] || u.Path != "/"+*env["POSTGRES_DB"] {
		t.Error("tocsin's address of Postgres is not what Postgres is set up with")
	}
}

// after is the argument that follows a flag.
func after(args []string, flag string) string {
	for i, a := range args {
		if a == flag && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

// healthy runs a health check of the file as a process, with what stands for this machine in it, until it passes.
func healthy(t *testing.T, name string, test []string) {
	t.Helper()
	eventually(t, 30*time.Second, name+" healthy", func() (bool, string) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		out, err := exec.CommandContext(ctx, test[0], test[1:]...).CombinedOutput()
		return err == nil, fmt.Sprintf("%v: %v: %s", test, err, out)
	})
}

// TestComposeAsProcesses runs what docker-compose.yml runs, with its commands, configuration and health checks, as
// processes of this machine: the files of the images are not looked at. Kafka is the embedded broker here; Apache's own
// is what the other tests run against.
func TestComposeAsProcesses(t *testing.T) {
	p := composed(t)
	redisAddr := testkit.Address(t)
	_, port, err := net.SplitHostPort(redisAddr)
	if err != nil {
		t.Fatal(err)
	}
	command := p.Services["redis"].Command
	server := exec.Command(command[0], append(command[1:], "--port", port, "--bind", "127.0.0.1", "--dir", t.TempDir())...)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		if err := server.Wait(); err != nil {
			t.Logf("redis-server: %v", err) // it ends by the signal
		}
	})
	check := p.Services["redis"].HealthCheck.Test[1:]
	healthy(t, "Redis", append([]string{check[0], "-p", port}, check[1:]...))

	postgres := database(t, need(t, "TOCSIN_TEST_POSTGRES"), "e2e_compose_"+port)
	u, err := url.Parse(postgres)
	if err != nil {
		t.Fatal(err)
	}
	healthy(t, "Postgres", append(p.Services["postgres"].HealthCheck.Test[1:], "-h", u.Hostname(), "-p", u.Port()))

	broker, err := embedded.Start(t.Context(), embedded.Options{
		Listen: "127.0.0.1:0", Dir: t.TempDir(), Topic: "logs", Partitions: 4, RetentionBytes: 1 << 28, RetentionTime: time.Hour,
		Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := broker.Close(); err != nil {
			t.Error(err)
		}
	})

	tocsin := p.Services["tocsin"]
	env := map[string]string{"TOCSIN_PASSWORD": *tocsin.Environment["TOCSIN_PASSWORD"], "TOCSIN_KAFKA": broker.Addr(), "TOCSIN_REDIS": redisAddr, "TOCSIN_POSTGRES": postgres}
	var set []string
	for name := range tocsin.Environment {
		if env[name] == "" {
			t.Errorf("the test does not know the variable %s", name)
		}
		set = append(set, name+"="+env[name])
	}
	var args []string
	for _, a := range tocsin.Command {
		switch a {
		case tocsin.Volumes[0].Target:
			a = tocsin.Volumes[0].Source
		case "0.0.0.0:8642":
			a = "127.0.0.1:0"
		}
		args = append(args, a)
	}
	run := spawn(t, set, args...)
	test := tocsin.HealthCheck.Test[1:]
	if test[0] != "/tocsin" {
		t.Errorf("the health check runs %s", test[0])
	}
	check = []string{binary(t)}
	for _, a := range test[1:] {
		check = append(check, strings.Replace(a, "http://127.0.0.1:8642", run.url, 1))
	}
	healthy(t, "tocsin", check)

	from := time.Now().Add(-time.Minute)
	kcat(t, broker.Addr(), "logs", "one line", `{"level":"error","service":"a","msg":"two"}`)
	// Nothing was set, so a password was made, and is shown once.
	var password string
	eventually(t, 10*time.Second, "the password shown", func() (bool, string) {
		_, password, _ = strings.Cut(run.log.String(), "with the password ")
		password, _, _ = strings.Cut(password, "\n")
		return password != "", run.log.String()
	})
	admin := visit(t, run.url)
	admin.signIn("admin", password)
	eventually(t, 20*time.Second, "the lines counted", func() (bool, string) {
		n := admin.lines(from)
		return n == 2, fmt.Sprint(n)
	})
	if out, err := exec.Command(check[0], "ready", "http://"+testkit.Address(t)+"/-/ready").CombinedOutput(); err == nil {
		t.Errorf("the health check passes where nothing listens: %s", out)
	}
	run.stop(15 * time.Second)
}
