package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/tocsin-io/tocsin/cmd/internal/config"
)

// Settings are what the command line says. Empty values mean what the configuration says.
type Settings struct {
	Config      string
	Demo        bool
	Listen      string
	Open        bool // nobody has to sign in
	KafkaListen string
	Data        string
	Version     string
	Getenv      config.Getenv
}

// defaultConfig is read where no file is named.
const defaultConfig = "tocsin.yml"

// Load reads the configuration and puts the flags over it. path is empty where there is no file.
func (s *Settings) Load() (conf config.Config, path string, err error) {
	path = s.Config
	if path == "" && !s.Demo {
		if _, err := os.Stat(defaultConfig); err == nil {
			path = defaultConfig
		} else if !errors.Is(err, fs.ErrNotExist) {
			return conf, "", err
		}
	}
	conf = config.Default()
	if path != "" {
		if conf, err = config.Load(path, s.Getenv); err != nil {
			return conf, path, err
		}
	}
	if s.Listen != "" {
		conf.Listen = s.Listen
	}
	if s.Open {
		conf.SignIn.Open = true
	}
	if s.KafkaListen != "" {
		conf.Embedded.Listen = s.KafkaListen
	}
	if s.Data != "" {
		conf.Data = s.Data
	}
	if conf.Data == "" && !s.Demo {
		conf.Data, err = stateDirectory(s.Getenv)
	}
	return conf, path, err
}

// stateDirectory is where the user's programs keep their state, by the XDG base directory specification.
func stateDirectory(getenv config.Getenv) (string, error) {
	if dir, ok := getenv("XDG_STATE_HOME"); ok && filepath.IsAbs(dir) {
		return filepath.Join(dir, "tocsin"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("no directory for data: %w; use --data", err)
	}
	return filepath.Join(home, ".local", "state", "tocsin"), nil
}

// NewLogger makes tocsin's own log.
func NewLogger(w io.Writer, c config.Log) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		level = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// demoHint says what to look at: the address of the dashboard, then the broker's.
const demoHint = `
  The company's past is there; within three minutes things go wrong:
    %[1]s/inbox       the pages, as Slack would show them
    %[1]s/incidents   what broke, how abnormal it is, since when
    %[1]s/templates   what the lines look like
  Lines can be sent too: echo hello | kcat -P -b %[2]s -t logs
  Ctrl-C ends it and leaves nothing behind.

`

// passwordHint is shown once, at the first start.
const passwordHint = `
  Sign in at %s as %s with the password %s
  It was made just now and is shown this once; sign_in.password sets another.

`

// stopWithin bounds how long stopping may take.
const stopWithin = 30 * time.Second

// Run runs until ctx ends or a part fails. reload delivers the wish to load rules and routes again; started is called
// once with the dashboard's address.
func (s *Settings) Run(ctx context.Context, conf config.Config, path string, log *slog.Logger, reload <-chan os.Signal, started func(url string)) (err error) {
	if s.Demo {
		if conf.Data, err = os.MkdirTemp("", "tocsin-demo-"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(conf.Data)) }()
	}
	a, err := Start(ctx, Options{
		Config: conf, ConfigPath: path, Getenv: s.Getenv, Logger: log, Now: time.Now, Version: s.Version,
		FreePort: s.Demo && s.Listen == "", FreeBroker: s.Demo && s.KafkaListen == "", // what was asked for is not replaced
		Demo: s.Demo,
	})
	if err != nil {
		return err
	}
	started(a.URL())
	if p := a.Password(); p != "" {
		fmt.Fprintf(os.Stderr, passwordHint, a.URL(), config.AdminName, p)
	}
	if s.Demo {
		fmt.Fprintf(os.Stderr, demoHint, a.URL(), a.Broker())
	}
	for err == nil && ctx.Err() == nil {
		select {
		case <-ctx.Done():
			log.Info("stopping")
		case err = <-a.Failed():
		case <-reload:
			if err := a.Reload(ctx); err != nil {
				log.Error("the old rules, receivers and routes stay in force", "error", err)
			} else {
				a.auditReload(ctx)
			}
		}
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	return errors.Join(err, a.Close(closing))
}
